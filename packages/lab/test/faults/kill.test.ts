// Killed at any moment, a run ends with the numbers of one that was never touched.
import type { ChildProcess } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { readRun } from "@throughline/lab";
import { expect, test } from "vitest";
import { done, randoms, results, runAt, start, temporaryFolder } from "../support/processes.js";

const root = temporaryFolder();
const options = ["steps=400", "pause=1"];

/** Waits until the run has a checkpoint that it does not have now, or the process has ended. */
async function anotherCheckpoint(run: string, running: ChildProcess): Promise<void> {
  const names = (): string[] => (existsSync(run) ? readdirSync(join(run, "checkpoints")) : []);
  const before = names();
  const isNew = (name: string): boolean => name.startsWith("step-") && !before.includes(name);
  while (running.exitCode === null && !names().some(isNew)) await wait(10);
}

test("thirty kills at random moments leave no trace in metrics and weights", {
  timeout: 240_000,
}, async () => {
  const seed = Date.now() % 1e6;
  const random = randoms(seed);
  const untouched = done(["new", root, "untouched", ...options]);
  const run = runAt(root, "killed");
  let kills = 0;
  while (kills < 30) {
    // A kill before the run has its directory leaves nothing.
    const first = start(existsSync(run) ? ["resume", run] : ["new", root, "killed", ...options]);
    // Most kills hit the work itself, some the way to it.
    if (random() < 0.85) await first.said("at work").catch(() => {});
    // However slow the machine is, some get as far as another checkpoint.
    if (kills % 3 === 0) await anotherCheckpoint(run, first.process);
    else await wait(random() * 150);
    first.process.kill("SIGKILL");
    const { signal, stderr } = await first.ending;
    expect(stderr).not.toMatch(/damaged|Error/);
    if (signal === "SIGKILL") kills += 1;
    else if (readRun(run).status === "finished") break;
  }
  const last = await done(["resume", run]);
  expect(last.code, last.stderr).toBe(0);
  expect(kills, `seed ${seed}`).toBe(30);
  await untouched;
  expect(results(run), `seed ${seed}`).toEqual(results(runAt(root, "untouched")));
  const state = JSON.parse(readFileSync(join(run, "state.json"), "utf8"));
  const origins = new Set((state.sessions as { from: string }[]).map((session) => session.from));
  expect(origins.size, `seed ${seed}`).toBeGreaterThan(3);
});
