// Killed at any moment, a run ends with the numbers of one that was never touched.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { readRun } from "@throughline/lab";
import { expect, test } from "vitest";
import { done, results, runAt, start, temporaryFolder } from "../support/processes.js";

const root = temporaryFolder();
const options = ["steps=400", "pause=1"];

/** Numbers between 0 and 1 from a seed that a failure names. */
function randoms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
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
    if (random() < 0.85) await first.said("at work").catch(() => {});
    await wait(random() * 150);
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

test("a kill at any file operation leaves no trace either", async () => {
  const seed = Date.now() % 1e6;
  const random = randoms(seed);
  const short = ["steps=12", "checkpointEvery=3"];
  const preload = new URL("../support/kill-at.mjs", import.meta.url).href;
  const whole = await done(["new", root, "short", ...short], {
    preload,
    env: { THROUGHLINE_KILL_COUNT: "1" },
  });
  const operations = Number(/operations: (\d+)/.exec(whole.stderr)?.[1]);
  expect(operations).toBeGreaterThan(100);
  for (let i = 0; i < 5; i++) {
    const name = `short-${i}`;
    const at = 1 + Math.floor(random() * operations);
    const env = { THROUGHLINE_KILL_AT: String(at) };
    const killed = await done(["new", root, name, ...short], { preload, env });
    expect(killed.signal, `operation ${at}: ${killed.stderr}`).toBe("SIGKILL");
    // Before the run has its directory there is nothing to resume, and nothing in the way of a new one.
    const again = killed.stderr.includes("created")
      ? ["resume", runAt(root, name)]
      : ["new", root, name, ...short];
    const ended = await done(again);
    expect(ended.code, `operation ${at}: ${ended.stderr}`).toBe(0);
    expect(results(runAt(root, name)), `operation ${at}`).toEqual(results(runAt(root, "short")));
  }
});
