// `--ranks`: stopping, killing and resuming the ranks of one run, and what is refused.
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fileFolder } from "@throughline/testing/folders";
import { isAlive, startProcess, until } from "@throughline/testing/processes";
import { beforeAll, expect, test } from "vitest";

const root = fileFolder();
const cli = fileURLToPath(new URL("../bin/throughline.js", import.meta.url));
// Some seconds of training, so that there is time to interrupt it.
const work = ["--flossBefore", "0", "--units", "64", "--length", "200", "--batch", "32", "--epochs", "300"];
const experiment = ["flossing/train", "--preset", "smoke", ...work, "--logEvery", "1", "--root", root];
const runOf = (name: string): string => join(root, "flossing/train", name);

const start = (...args: string[]) =>
  startProcess([process.execPath, cli, ...args], { env: { ...process.env, OMP_NUM_THREADS: "1" } });

const rowsOf = (name: string): Record<string, unknown>[] =>
  readFileSync(join(runOf(name), "metrics.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => ({ ...JSON.parse(line), time: 0 }));

/** Lines of metrics that are there so far. */
function lines(name: string): number {
  try {
    return readFileSync(join(runOf(name), "metrics.jsonl"), "utf8").split("\n").length - 1;
  } catch {
    return 0;
  }
}

/** Processes that a process has started. */
function children(pid: number): number[] {
  const { stdout } = spawnSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" });
  return stdout.trim().split(/\s+/).filter(Boolean).map(Number);
}

/** Two ranks that have done some more steps of a run, and their processes. */
async function running(name: string, ...command: string[]) {
  const before = lines(name);
  const started = start(...command, "--ranks", "2");
  // Whoever goes on from a checkpoint drops the rows after it first.
  await until("it trains", () => lines(name) > before || started.child.exitCode !== null);
  const rankOf = (pid: number): string =>
    /(?:^|\0)RANK=(\d+)/.exec(readFileSync(`/proc/${pid}/environ`, "latin1"))?.[1] ?? "";
  const pids = Object.fromEntries(children(started.child.pid!).map((pid) => [rankOf(pid), pid]));
  return { ...started, pids };
}

beforeAll(async () => {
  expect((await start("run", ...experiment, "--name", "whole", "--ranks", "2").ended).code).toBe(0);
});

const resume = (name: string): string[] => ["resume", runOf(name), "--root", root];

async function finish(name: string): Promise<void> {
  const resumed = await start(...resume(name), "--ranks", "2").ended;
  expect(resumed.stderr).toContain("resuming from checkpoint");
  expect(resumed.code).toBe(0);
  expect(rowsOf(name)).toEqual(rowsOf("whole"));
}

test("a stop reaches both ranks at the same step; a rank that is killed after that ends the other; the numbers are those of a run that was never stopped", async () => {
  const { child, ended, pids } = await running("stopped", "run", ...experiment, "--name", "stopped");
  expect(Object.keys(pids).sort()).toEqual(["0", "1"]);
  child.kill("SIGINT");
  const { code, stdout } = await ended;
  expect(code).toBe(130);
  expect(stdout).toContain("interrupted");
  for (const pid of Object.values(pids)) expect(isAlive(pid)).toBe(false);
  for (const rank of ["0", "1"]) cpSync(runOf("stopped"), runOf(`killed-${rank}`), { recursive: true });

  for (const rank of ["0", "1"]) {
    const name = `killed-${rank}`;
    const killed = await running(name, ...resume(name));
    process.kill(killed.pids[rank]!, "SIGKILL");
    expect((await killed.ended).code).toBe(1);
    expect(killed.heard()).toContain(`rank ${rank} of 2 was ended by SIGKILL`);
    expect(killed.heard()).toContain(`rank ${rank} does not answer: killed, stopped, or its machine is gone`);
    for (const pid of Object.values(killed.pids)) expect(isAlive(pid)).toBe(false);
    await finish(name);
  }
  await finish("stopped");
});

test("refuses what cannot be shared", async () => {
  const unshared = await start(
    "run",
    "flossing/condition",
    "--preset",
    "smoke",
    "--root",
    root,
    "--ranks",
    "2",
  ).ended;
  expect(unshared.code).toBe(2);
  expect(unshared.stderr).toContain(
    "flossing/condition cannot be run by several ranks: it does not share its batches",
  );
  const few = await start("run", ...experiment, "--batch", "1", "--name", "few", "--ranks", "2").ended;
  expect(few.code).toBe(1);
  expect(few.stderr).toContain("a batch of 1 samples cannot be shared by 2 ranks: each needs at least one");
  const none = await start("run", ...experiment, "--ranks", "0").ended;
  expect([none.code, none.stderr]).toEqual([
    2,
    expect.stringContaining("give a whole number from 1 to 1024, or env"),
  ]);
});
