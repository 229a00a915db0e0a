// Killed in the middle of any file operation, a run ends with the numbers of one that was never touched.
import { existsSync } from "node:fs";
import { fileFolder } from "@throughline/testing/folders";
import { expect, test } from "vitest";
import { done, randoms, results, runAt } from "../support/processes.js";

const root = fileFolder();

test("a kill at any file operation leaves no trace", async () => {
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
    const again = existsSync(runAt(root, name))
      ? ["resume", runAt(root, name)]
      : ["new", root, name, ...short];
    const ended = await done(again);
    expect(ended.code, `operation ${at}: ${ended.stderr}`).toBe(0);
    expect(results(runAt(root, name)), `operation ${at}`).toEqual(results(runAt(root, "short")));
  }
});
