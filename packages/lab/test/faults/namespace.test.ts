// Two PID namespaces with one folder, as two containers have it: a process that cannot be seen is not robbed while it lives,
// and one that was taken for dead writes nothing any more.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { readRun } from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import { beforeAll, describe, expect, test } from "vitest";
import { done, results, runAt, start } from "../support/processes.js";

const root = fileFolder();
const elsewhere = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];
const mayUnshare = spawnSync(elsewhere[0]!, [...elsewhere.slice(1), "true"]).status === 0;
const options = ["steps=150", "pause=5", "checkpointEvery=10"];

/** As if its owner had given no sign of life for three minutes. */
function silence(run: string): void {
  const then = Date.now() / 1000 - 180;
  utimesSync(join(run, "lock"), then, then);
}

/** Waits until a run has so many whole lines of metrics. */
async function lines(run: string, count: number): Promise<void> {
  const file = join(run, "metrics.jsonl");
  while (!existsSync(file) || readFileSync(file, "utf8").split("\n").length <= count) await wait(20);
}

// Where this is not permitted the tests are listed as skipped.
describe.skipIf(!mayUnshare)("two PID namespaces", () => {
  beforeAll(async () => {
    const { code, stderr } = await done(["new", root, "untouched", ...options]);
    expect(code, stderr).toBe(0);
  });

  test("a living owner is refused to the other, and ends as if nothing had been", async () => {
    const first = start(["new", root, "living", ...options]);
    const run = runAt(root, "living");
    await lines(run, 3);
    const second = await done(["resume", run], { command: elsewhere });
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(
      /lab\/locked: .* it runs in another container or PID namespace and gave its last/,
    );
    const { code, stderr } = await first.ended;
    expect(code, stderr).toBe(0);
    expect(results(run)).toEqual(results(runAt(root, "untouched")));
  });

  test("the other way round, too", async () => {
    const first = start(["new", root, "inside", ...options], { command: elsewhere });
    const run = runAt(root, "inside");
    await lines(run, 3);
    expect(readRun(run).status).toBe("running");
    const second = await done(["resume", run]);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain("lab/locked");
    expect((await first.ended).code).toBe(0);
    expect(results(run)).toEqual(results(runAt(root, "untouched")));
  });

  test("a dead owner is taken over after its silence", async () => {
    const first = start(["new", root, "dead", ...options]);
    const run = runAt(root, "dead");
    await lines(run, 12);
    first.child.kill("SIGKILL");
    await first.ended;
    const early = await done(["resume", run], { command: elsewhere });
    expect(early.stderr).toContain("after 120 s of silence it counts as gone");
    silence(run);
    const late = await done(["resume", run], { command: elsewhere });
    expect(late.code, late.stderr).toBe(0);
    expect(results(run)).toEqual(results(runAt(root, "untouched")));
  });

  test("a container of another name on the same machine is one, too", async () => {
    const container = [...elsewhere.slice(0, 1), "--uts", ...elsewhere.slice(1)];
    const first = start(["new", root, "named", ...options], {
      command: [...container, "sh", "-c", 'hostname c0ffee && exec "$@"', "sh"],
    });
    const run = runAt(root, "named");
    await lines(run, 3);
    const second = await done(["resume", run]);
    expect(second.stderr).toMatch(/on c0ffee since .* it runs in another container or PID namespace/);
    silence(run);
    // Its heartbeat, five seconds apart, comes again: who lives is not robbed.
    expect((await first.ended).code).toBe(0);
    expect(results(run)).toEqual(results(runAt(root, "untouched")));
  });

  test("a job that its scheduler starts again in another container goes on at once", async () => {
    const env = { SLURM_JOB_ID: "12", SLURM_CLUSTER_NAME: "tl" };
    const first = start(["new", root, "requeued", ...options], { command: elsewhere, env });
    const run = runAt(root, "requeued");
    await lines(run, 12);
    first.child.kill("SIGKILL");
    await first.ended;
    const same = await done(["resume", run], { env });
    expect(same.stderr).toMatch(/\(Slurm job 12\)/);
    const again = await done(["resume", run], { env: { ...env, SLURM_RESTART_COUNT: "1" } });
    expect(again.code, again.stderr).toBe(0);
    expect(results(run)).toEqual(results(runAt(root, "untouched")));
  });

  test("an owner that was stopped and taken for dead finds out before it writes a line", async () => {
    const first = start(["new", root, "stopped", ...options]);
    const run = runAt(root, "stopped");
    await lines(run, 30);
    first.child.kill("SIGSTOP");
    silence(run);
    const second = await done(["resume", run], { command: elsewhere });
    expect(second.code, second.stderr).toBe(0);
    const after = readFileSync(join(run, "metrics.jsonl"), "utf8");
    const state = readFileSync(join(run, "state.json"), "utf8");
    first.child.kill("SIGCONT");
    const { code, stderr } = await first.ended;
    expect(code).toBe(1);
    expect(stderr).toContain("the run's lock was taken away; another process may be using the run");
    expect(readFileSync(join(run, "metrics.jsonl"), "utf8")).toBe(after);
    expect(readFileSync(join(run, "state.json"), "utf8")).toBe(state);
    expect(results(run)).toEqual(results(runAt(root, "untouched")));
  });
});
