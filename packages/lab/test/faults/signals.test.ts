// Asked to stop by a signal, a run checkpoints and stops; asked twice, it stops at once.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { readRun } from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import { expect, test } from "vitest";
import { done, results, runAt, start } from "../support/processes.js";

const root = fileFolder();

test("SIGINT: a checkpoint, exit code 130, and the resumed run ends as if nothing had been", async () => {
  const options = ["steps=100", "pause=3", "checkpointEvery=1000"];
  const untouched = done(["new", root, "untouched", ...options]);
  const first = start(["new", root, "stopped", ...options]);
  await first.said("at work");
  await wait(200);
  first.child.kill("SIGINT");
  await first.said("stopped; it can be resumed from step-");
  const { code, stdout, stderr } = await first.ended;
  expect(code).toBe(130);
  expect(stdout).toBe("interrupted\n");
  expect(stderr).toContain("SIGINT: stopping after this step; Ctrl-C again stops at once");
  expect(readRun(runAt(root, "stopped")).status).toBe("interrupted");
  const again = await done(["resume", runAt(root, "stopped")]);
  expect(again.stderr).toMatch(/resuming from checkpoint step-\d{8}/);
  expect(again.stdout).toBe("finished\n");
  await untouched;
  expect(results(runAt(root, "stopped"))).toEqual(results(runAt(root, "untouched")));
});

test.each(["SIGTERM", "SIGHUP", "SIGUSR1"] as const)("%s does the same", async (signal) => {
  const first = start(["new", root, signal, "steps=100000", "pause=2", "checkpointEvery=100000"]);
  await first.said("at work");
  await wait(150);
  first.child.kill(signal);
  expect((await first.ended).code).toBe(130);
  const state = JSON.parse(readFileSync(join(runAt(root, signal), "state.json"), "utf8"));
  expect(state).toMatchObject({ status: "interrupted", pid: null, error: null });
  expect(state.sessions[0]).toMatchObject({ outcome: "interrupted", from: null });
});

test("twice: the process ends without finishing a checkpoint, and can be resumed", async () => {
  const first = start(["new", root, "twice", "steps=3", "pause=3000", "checkpointEvery=1"]);
  await first.said("at work");
  await wait(300);
  first.child.kill("SIGINT");
  await wait(50);
  first.child.kill("SIGINT");
  const { code, stdout } = await first.ended;
  expect(code).toBe(130);
  expect(stdout).toBe("");
  expect(readFileSync(join(runAt(root, "twice"), "log.txt"), "utf8")).toContain("stopped at once");
  expect(readRun(runAt(root, "twice")).status).toBe("interrupted");
});

const unnoticed: readonly [string, Record<string, string>, string][] = [
  ["an error that nobody catches", { TINY_CRASH: "200" }, "nobody catches this"],
  ["a rejected promise that nobody awaits", { TINY_REJECT: "200" }, "nobody awaits this"],
  ["one at the very end", { TINY_REJECT_LAST: "1" }, "nobody awaits this"],
  ["one that a step waits for in vain", { TINY_HANG: "1" }, "nobody catches this"],
];

test.each(unnoticed)("%s: the run has failed, and log.txt says where", async (what, env, message) => {
  const name = what.replaceAll(" ", "-");
  const steps = name.includes("end") || name.includes("vain") ? "steps=8" : "steps=100000";
  const run = runAt(root, name);
  const { code, stdout, stderr } = await done(["new", root, name, steps, "pause=2"], { env });
  expect(code).toBe(1);
  expect(stdout).toBe("failed\n");
  expect(stderr).toContain(`failed: ${message}`);
  expect(readRun(run)).toMatchObject({ status: "failed", error: `Error: ${message}`, summary: {} });
  expect(readFileSync(join(run, "log.txt"), "utf8")).toMatch(
    new RegExp(`unhandled error: Error: ${message}\\n +at .*tiny\\.mjs`),
  );
  // Nothing holds it, and what was done is not lost.
  expect(readdirSync(run)).not.toContain("lock");
  expect(readdirSync(join(run, "checkpoints")).some((checkpoint) => checkpoint.startsWith("step-"))).toBe(
    true,
  );
});

test("an error in the experiment: exit code 1, its message, its stack in log.txt", async () => {
  const { code, stderr } = await done(["new", root, "throw", "steps=20"], { env: { TINY_THROW: "15" } });
  expect(code).toBe(1);
  expect(stderr).toContain("failed: the experiment has a mistake");
  expect(stderr).not.toContain("tiny.mjs");
  const record = readRun(runAt(root, "throw"));
  expect(record).toMatchObject({ status: "failed", error: "Error: the experiment has a mistake" });
  expect((await record.metrics()).at(-1)).toMatchObject({ loop: "first", step: 14 });
  expect(readFileSync(join(record.path, "log.txt"), "utf8")).toMatch(/has a mistake\n +at .*tiny\.mjs/);
});
