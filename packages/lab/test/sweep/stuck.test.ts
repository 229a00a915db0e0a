// Cells that get stuck: said, given up, and never left behind.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { processLauncher, runPath, runSweep, type SweepOptions, type SweepResult } from "@throughline/lab";
import { describe, expect, onTestFinished, test } from "vitest";
import { isAlive } from "../../src/files/process.js";
import { cell, module } from "../support/stuck.mjs";

const program = fileURLToPath(new URL("../support/stuck.mjs", import.meta.url));

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "throughline-stuck-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function until(what: string, condition: () => boolean): Promise<void> {
  for (let i = 0; !condition(); i++) {
    if (i > 6000) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The process of a cell that is stuck. */
async function stuckProcess(root: string, way: string): Promise<number> {
  const file = join(runPath(root, await cell(way)), "pid.txt");
  await until(`${way} is stuck`, () => existsSync(file) && readFileSync(file, "utf8") !== "");
  const pid = Number(readFileSync(file, "utf8"));
  onTestFinished(() => {
    if (isAlive(pid)) process.kill(pid, "SIGKILL");
  });
  return pid;
}

interface Heard {
  readonly result: Promise<SweepResult>;
  readonly said: string[];
  readonly stop: AbortController;
}

function sweep(
  root: string,
  cells: SweepOptions["cells"],
  rest: Partial<SweepOptions> = {},
  grace = 0.2,
): Heard {
  const said: string[] = [];
  const stop = new AbortController();
  const observer = { message: (text: string) => said.push(text), changed: () => {}, progress: () => {} };
  const result = runSweep({
    ...{ root, name: "s", cells, jobs: cells.length, cores: cells.length, stop: stop.signal },
    ...{ launcher: processLauncher([module], { grace }), observe: () => observer, ...rest },
  });
  return { result, said, stop };
}

describe.each(["waits-in-a-loop", "spins"])("a cell that %s for ever", (way) => {
  test("is ended some time after it was asked to stop, and can be gone on with", async () => {
    const root = folder();
    const { result, said, stop } = sweep(root, [await cell(way)]);
    const pid = await stuckProcess(root, way);
    stop.abort();
    const { exitCode, cells } = await result;
    expect({ exitCode, status: cells[0]?.status }).toEqual({ exitCode: 130, status: "interrupted" });
    expect(said.join("\n")).toMatch(/asked to stop, had not after 0 s, and was ended \(SIGKILL\)/);
    expect(isAlive(pid)).toBe(false);
  });

  test("is told of when nothing moves, and has failed when its time is up", async () => {
    const root = folder();
    const { result, said } = sweep(root, [await cell(way)], { quiet: 0.5, timeout: 3 });
    const { exitCode, cells } = await result;
    expect(exitCode).toBe(1);
    expect(cells[0]).toMatchObject({ status: "failed", error: "timed out after 3 s" });
    expect(said.join("\n")).toMatch(/no step, metric or message for \d+ s; it may hang/);
  });
});

test.each(["waits", "spins"])("a cell that %s does not outlive a sweep that is killed", async (way) => {
  const root = folder();
  const first = spawn(process.execPath, [program, way, root, "0.2"], { stdio: "ignore" });
  const gone = new Promise((resolve) => first.on("exit", resolve));
  const pid = await stuckProcess(root, way);
  first.kill("SIGKILL");
  await gone;
  await until("the cell's process is gone", () => !isAlive(pid));
});

test("a sweep says who is at a run that it waits for, gives up in time, and leaves when asked", async () => {
  const root = folder();
  const cells = [await cell("spins")];
  const first = spawn(process.execPath, [program, "spins", root, "0.2"], { stdio: "ignore" });
  const gone = new Promise((resolve) => first.on("exit", resolve));
  const pid = await stuckProcess(root, "spins");
  const patient = sweep(root, cells, { name: "patient" });
  await until("it is said who is at it", () => patient.said.length > 0);
  expect(patient.said[0]).toMatch(
    new RegExp(`process ${pid} on .* since .* UTC is at it .*waiting for it to end`),
  );
  patient.stop.abort();
  expect((await patient.result).exitCode).toBe(130);
  const hasty = await sweep(root, cells, { name: "hasty", timeout: 0.3 }).result;
  expect(hasty.exitCode).toBe(1);
  expect(hasty.cells[0]).toMatchObject({
    status: "failed",
    error: expect.stringMatching(new RegExp(`^timed out after .* of waiting: process ${pid} `)),
  });
  expect(isAlive(pid)).toBe(true);
  first.kill("SIGKILL");
  await gone;
  await until("the cell's process is gone", () => !isAlive(pid));
});

test("a cell whose promise is rejected unheard has failed, with its error; the others go on", async () => {
  const root = folder();
  const { exitCode, cells } = await sweep(root, [await cell("rejects"), await cell("ends")]).result;
  expect(exitCode).toBe(1);
  expect(cells.map(({ status }) => status)).toEqual(["failed", "finished"]);
  expect(cells[0]?.error).toContain("nobody awaits this");
});
