// Cells in a real Slurm, of two nodes on this machine: the contract of launchers, and a sweep to which everything happens.
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type CellJob, type Job, lockOwner, runPath, runSweep, slurmLauncher } from "@throughline/lab";
import { launcherContract } from "@throughline/testing/contracts/launchers";
import { testFolder } from "@throughline/testing/folders";
import { type Started, startProcess, until } from "@throughline/testing/processes";
import { type Cluster, slurmIsMissing, startCluster } from "@throughline/testing/slurm";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { done, driver, hangs, jobOf, module, steps } from "../support/launched.mjs";
import { results } from "../support/processes.js";
import { tinyCells, module as tinyModule } from "../support/swept.mjs";

const CELLS = 20;
const program = fileURLToPath(new URL("../support/swept.mjs", import.meta.url));

const missing = slurmIsMissing();
let cluster: Cluster | undefined;

beforeAll(async () => {
  if (missing !== undefined) return;
  cluster = await startCluster(4);
  vi.stubEnv("SLURM_CONF", cluster.env.SLURM_CONF);
});
afterAll(async () => {
  await cluster?.stop();
  vi.unstubAllEnvs();
});

// Skipped, it says why.
describe.skipIf(missing !== undefined)(`Slurm${missing === undefined ? "" : `: ${missing}`}`, () => {
  launcherContract<CellJob>("the launcher of Slurm", {
    make: () => slurmLauncher([module], { pollEvery: 200 }),
    pollEvery: 200,
    job: jobOf,
    steps,
    done,
    hangs,
    driver: (folder) => driver(folder, "slurm"),
  });

  test("the lock of a job elsewhere is taken over when Slurm says that its start has ended, and not before", async () => {
    const submit = (): string =>
      cluster!.command("sbatch", "--parsable", "--requeue", "--output=/dev/null", "--wrap=sleep 600").trim();
    const state = (id: string): string => cluster!.command("scontrol", "show", "job", "-o", id);
    const running = async (id: string): Promise<void> =>
      until(`job ${id} runs`, () => state(id).includes("JobState=RUNNING"));
    /** Whether the lock of a job of another machine is free, after a while: answers count for some seconds. */
    const isFreed = async (job: Job, patience: number): Promise<boolean> => {
      const folder = testFolder();
      const started = "2026-11-22T20:00:00.000Z";
      writeFileSync(
        join(folder, "lock"),
        JSON.stringify({
          pid: 4242,
          host: "node-17",
          machine: "another",
          started,
          beats: true,
          token: "x",
          job,
        }),
      );
      const minutesAgo = Date.now() / 1000 - 300;
      utimesSync(join(folder, "lock"), minutesAgo, minutesAgo);
      for (let i = 0; i < patience; i++) {
        if (lockOwner(folder) === undefined) return true;
        await wait(100);
      }
      return false;
    };
    const [over, again] = [submit(), submit()];
    await running(over);
    await running(again);
    const of = (id: string, rest: Partial<Job> = {}): Job => ({
      ...{ scheduler: "slurm", cluster: "throughline", id, restarts: 0 },
      ...rest,
    });
    expect(await isFreed(of(over), 2)).toBe(false);
    cluster!.command("scancel", over);
    cluster!.command("scontrol", "requeue", again);
    expect(await isFreed(of(over), 600)).toBe(true);
    expect(await isFreed(of(again), 600)).toBe(true);
    // Its second start is not over; another cluster's job of the same number may be anything.
    expect(await isFreed(of(again, { restarts: 1 }), 2)).toBe(false);
    expect(await isFreed(of(over, { cluster: "other" }), 2)).toBe(false);
    // Slurm forgets only what is over.
    expect(await isFreed(of("999999"), 2)).toBe(true);
    cluster!.command("scancel", again);
  });

  test("20 cells with a node drained, 5 cells and two drivers killed, a time limit: each finished once, as a local sweep's", async () => {
    const [here, there] = [testFolder(), testFolder()];
    // The first cell takes longer than its job may; the others are short, but can be met at work.
    const long = 0;
    const pauses = JSON.stringify({ [long]: 650, all: 40 });
    const start = (root: string, kind: string, env: Record<string, string> = {}): Started =>
      startProcess([process.execPath, program, root, kind, String(CELLS)], {
        env: { ...process.env, ...env },
      });
    const local = start(here, "local");
    const first = start(there, "slurm", { TINY_PAUSES: pauses });
    const cells = await tinyCells(CELLS);
    const runs = cells.map((cell) => runPath(there, cell));
    const finished = (): number => runs.filter((run) => existsSync(join(run, "summary.json"))).length;
    // What can be killed: at work, with a checkpoint to go on from.
    const owners = (): Map<string, number> =>
      new Map(
        runs.slice(long + 1).flatMap((run) => {
          const pid = existsSync(join(run, "checkpoints/pointers.json")) ? lockOwner(run)?.pid : undefined;
          return pid === undefined ? [] : [[run, pid]];
        }),
      );
    await until("five cells are at work", () => owners().size >= 5);
    cluster!.command("scontrol", "update", "nodename=n2", "state=drain", "reason=test");
    first.child.kill("SIGKILL");
    const victims = [...owners()].slice(0, 5);
    for (const [, pid] of victims) process.kill(pid, "SIGKILL");
    const second = start(there, "slurm", { TINY_PAUSES: pauses });
    await until("half of the cells have finished", () => finished() >= CELLS / 2);
    second.child.kill("SIGKILL");
    const third = start(there, "slurm", { TINY_PAUSES: pauses });
    // Cells that were killed while a driver looked on have failed; those that it did not see go on.
    expect([0, 1]).toContain((await third.ended).code);
    // Failed cells are done again when asked.
    const { exitCode } = await runSweep({
      ...{ root: there, name: "s", cells, retry: true, threads: 1 },
      launcher: slurmLauncher([tinyModule], { pollEvery: 200 }),
    });
    expect(exitCode).toBe(0);
    expect(cluster!.command("scontrol", "show", "node", "n2")).toMatch(/State=\S*DRAIN/);
    expect((await local.ended).code).toBe(0);
    const sessions = runs.map(
      (run) =>
        (
          JSON.parse(readFileSync(join(run, "state.json"), "utf8")) as {
            sessions: { outcome: string | null }[];
          }
        ).sessions,
    );
    for (const [i, cell] of cells.entries()) {
      expect(
        sessions[i]!.filter(({ outcome }) => outcome === "finished"),
        `cell ${i}`,
      ).toHaveLength(1);
      expect(results(runs[i]!), `cell ${i}`).toEqual(results(runPath(here, cell)));
    }
    for (const [run] of victims) expect(sessions[runs.indexOf(run)]!.length, run).toBeGreaterThan(1);
    // The long one was told that its time runs out, and went back to the queue by itself.
    const outcomes = sessions[long]!.map(({ outcome }) => outcome);
    expect(outcomes.slice(0, -1)).toEqual(outcomes.slice(0, -1).map(() => "interrupted"));
    const records = readdirSync(join(there, "sweeps/s/jobs")).map(
      (name) =>
        JSON.parse(readFileSync(join(there, "sweeps/s/jobs", name), "utf8")) as {
          cell: string;
          restarts: number;
        },
    );
    const restarts = records.filter(({ cell }) => cell === cells[long]!.id).map((record) => record.restarts);
    expect(Math.max(...restarts)).toBeGreaterThan(0);
  });
});
