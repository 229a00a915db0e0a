import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { readRun } from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import { expect, test } from "vitest";
import { done, randoms, results, runAt, start } from "../support/processes.js";

const root = fileFolder();
const options = ["steps=400", "pause=1"];

/** Lines of metrics so far: how far a run is, however busy the machine. */
function rowsOf(run: string): number {
  const file = join(run, "metrics.jsonl");
  return existsSync(file) ? readFileSync(file, "latin1").split("\n").length - 1 : 0;
}

/** Waits until a run has this many lines of metrics, or its process has ended. */
async function worked(run: string, rows: number, ending: Promise<unknown>): Promise<void> {
  let ended = false;
  void ending.then(() => {
    ended = true;
  });
  while (!ended && rowsOf(run) < rows) await wait(2);
}

test("thirty kills at random moments leave no trace in metrics and weights", async () => {
  const seed = Date.now() % 1e6;
  const random = randoms(seed);
  const untouched = done(["new", root, "untouched", ...options]);
  const run = runAt(root, "killed");
  let kills = 0;
  while (kills < 30) {
    // A kill before the run has its directory leaves nothing.
    const first = start(existsSync(run) ? ["resume", run] : ["new", root, "killed", ...options]);
    // Most kills hit the work itself, some the way to it.
    if (random() < 0.85) await worked(run, rowsOf(run) + random() * 40, first.ended);
    await wait(random() * 5);
    first.child.kill("SIGKILL");
    const { signal, stderr } = await first.ended;
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
