// The contract of launchers: what becomes of a cell, whatever happens to it or to the process that started it. Everything that
// outlives a launcher is in files, so that the rules hold across launchers and drivers.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect } from "vitest";
import { testFolder } from "../folders.js";
import { startProcess } from "../processes.js";
import { type Rule, testRules } from "./rules.js";

/** A job, as far as the contract looks at it: plain data. */
export interface ContractJob {
  /** The cell's. */
  readonly id: string;
  /** File for what the cell prints; it is appended to. */
  readonly log: string;
}

/** Outcome of a cell. */
export interface ContractEnd {
  readonly status: "finished" | "interrupted" | "failed" | "busy";
  readonly error?: string;
}

/** Where a job stands, as far as the contract looks at it. */
export interface ContractState {
  readonly phase: "waiting" | "running" | "ended";
  readonly progress?: { readonly step: number; readonly steps: number };
  readonly end?: ContractEnd;
}

/** A launcher, as far as the contract looks at it. */
export interface ContractLauncher<Job extends ContractJob> {
  /** Cores that its cells may use together; infinite where a queue decides. */
  readonly capacity: number;
  /** True if jobs go on without the driver that submitted them. */
  readonly outlives: boolean;
  submit(folder: string, jobs: readonly Job[]): Promise<readonly string[]>;
  poll(folder: string, ids: readonly string[]): Promise<readonly ContractState[]>;
  cancel(folder: string, ids: readonly string[], how: "stop" | "kill"): Promise<void>;
  logs(folder: string, id: string): Promise<string>;
  live(folder: string): Promise<ReadonlyMap<string, string>>;
}

/**
 * What a cell does. `works` takes `steps` steps and prints `at work` when it begins or goes on; after half of its steps it waits for a
 * file `go` in its folder, or for a request to stop. `fails`
 * throws an error that says `no luck`. `dies` ends its process with code 7, without a word. `hangs` neither ends nor heeds a request
 * to stop.
 */
export type CellKind = "works" | "fails" | "dies" | "hangs";

/** Launchers of one kind, and cells for them. */
export interface LauncherCase<Job extends ContractJob> {
  /** A launcher as a driver makes it; it gives cells that do not stop little time. */
  make(): ContractLauncher<Job>;
  /** Milliseconds between two polls. Default 10. */
  readonly pollEvery?: number;
  /** The job of a cell of this kind; the same for the same folder, which is its own. */
  job(kind: CellKind, folder: string): Job | Promise<Job>;
  /** Number of steps of a cell that works: even, 10 or more. */
  readonly steps: number;
  /** Steps that the cell's files say were done, in their order; some of the first half are there while it waits. */
  done(job: Job): readonly number[];
  /** True if the cell's files say that it hangs by now. */
  hangs(job: Job): boolean;
  /** Command of a process that submits the job of a cell that works, by a launcher of its own, and polls it to its end. */
  driver(folder: string): readonly string[];
}

/** Rules of launchers. */
export function launcherRules<Job extends ContractJob>(given: LauncherCase<Job>): readonly Rule[] {
  interface Given {
    readonly job: Job;
    readonly folder: string;
  }
  const { steps, done } = given;
  /** A job that has been through a file, as one for a queue is, and its folder. */
  const jobOf = async (kind: CellKind): Promise<Given> => {
    const folder = testFolder();
    return { job: JSON.parse(JSON.stringify(await given.job(kind, folder))) as Job, folder };
  };
  /** Polls a job until it has ended; never rejects unless the launcher does. */
  const follow = async (
    launcher: ContractLauncher<Job>,
    folder: string,
    id: string,
    report: (progress: { step: number; steps: number }) => void = () => {},
  ): Promise<ContractEnd> => {
    for (;;) {
      const [state] = await launcher.poll(folder, [id]);
      if (state?.progress !== undefined) report(state.progress);
      if (state?.phase === "ended") return state.end!;
      await wait(given.pollEvery ?? 10);
    }
  };
  const start = ({ job, folder }: Given, report?: (progress: { step: number; steps: number }) => void) => {
    const launcher = given.make();
    const submitted = launcher.submit(folder, [job]).then(([id]) => id!);
    const cancel = async (how: "stop" | "kill"): Promise<void> =>
      launcher.cancel(folder, [await submitted], how);
    return {
      ended: submitted.then((id) => follow(launcher, folder, id, report)),
      stop: () => cancel("stop"),
      kill: () => cancel("kill"),
    };
  };
  /** Lets the cell that works in a folder, or will, do its second half. */
  const open = (folder: string): void => writeFileSync(join(folder, "go"), "");
  const every = Array.from({ length: steps }, (_, step) => step);
  /** Waits until a cell has done a few steps. */
  const begun = async (job: Job): Promise<void> => {
    while (done(job).length < 3) await wait(10);
  };
  /** Starts it until no other process is at it. */
  const goOn = async (one: Given): Promise<ContractEnd> => {
    for (;;) {
      const end = await start(one).ended;
      if (end.status !== "busy") return end;
      await wait(100);
    }
  };
  const once = (job: Job): void => expect(done(job), "steps, each once and in order").toEqual(every);

  return [
    {
      name: "a launcher says how many cores its cells may use",
      check: () => {
        const { capacity } = given.make();
        const isCount = Number.isSafeInteger(capacity) || capacity === Number.POSITIVE_INFINITY;
        expect(isCount && capacity >= 1, `capacity ${capacity}`).toBe(true);
      },
    },
    {
      name: "a cell finishes once, and its progress is told",
      check: async () => {
        const one = await jobOf("works");
        const { job, folder } = one;
        open(folder);
        const told: { readonly step: number; readonly steps: number }[] = [];
        const end = await start(one, (progress) => told.push(progress)).ended;
        expect(end).toEqual({ status: "finished" });
        once(job);
        expect(told.at(-1)).toMatchObject({ step: steps, steps });
        const at = told.map(({ step }) => step);
        expect(at, "progress never goes back").toEqual(at.toSorted((a, b) => a - b));
      },
    },
    {
      name: "a finished cell that is started again is left as it is",
      check: async () => {
        const one = await jobOf("works");
        const { job, folder } = one;
        open(folder);
        await start(one).ended;
        expect((await start(one).ended).status).toBe("finished");
        once(job);
      },
    },
    {
      name: "a cell that fails says why, and takes no other with it",
      check: async () => {
        const [failing, working] = [await jobOf("fails"), await jobOf("works")];
        open(working.folder);
        const launcher = given.make();
        // Together, as a driver submits them.
        const ids = await launcher.submit(working.folder, [failing.job, working.job]);
        const ends = await Promise.all(ids.map((id) => follow(launcher, working.folder, id)));
        expect(ends.map(({ status }) => status)).toEqual(["failed", "finished"]);
        expect(ends[0]!.error).toContain("no luck");
        once(working.job);
      },
    },
    {
      name: "a cell whose process ends without a word has failed, with a reason",
      check: async () => {
        const { status, error } = await start(await jobOf("dies")).ended;
        expect(status).toBe("failed");
        expect(error).toMatch(/\b7\b/);
      },
    },
    {
      name: "a cell that is asked to stop is interrupted, and goes on where it was",
      check: async () => {
        const one = await jobOf("works");
        const { job, folder } = one;
        const running = start(one);
        await begun(job);
        await Promise.all([running.stop(), running.stop()]);
        expect(await running.ended).toEqual({ status: "interrupted" });
        const before = done(job).length;
        expect(before).toBeLessThan(steps);
        open(folder);
        expect(await start(one).ended).toEqual({ status: "finished" });
        once(job);
      },
    },
    {
      name: "a cell that does not stop is ended, and that is said",
      check: async () => {
        const one = await jobOf("hangs");
        const { job } = one;
        const running = start(one);
        while (!given.hangs(job)) await wait(10);
        await running.stop();
        const { status, error } = await running.ended;
        expect(status).toBe("interrupted");
        expect(error, "why it could not stop by itself").toBeTruthy();
      },
    },
    {
      name: "a cell that is killed has not finished, and goes on afterwards",
      check: async () => {
        const one = await jobOf("works");
        const { job, folder } = one;
        const running = start(one);
        await begun(job);
        await running.kill();
        expect((await running.ended).status).not.toBe("finished");
        open(folder);
        expect(await goOn(one)).toEqual({ status: "finished" });
        once(job);
      },
    },
    {
      name: "of two that start one cell, one is told that the other is at it",
      check: async () => {
        const one = await jobOf("works");
        const { job, folder } = one;
        const first = start(one);
        await begun(job);
        expect((await start(one).ended).status).toBe("busy");
        open(folder);
        expect((await first.ended).status).toBe("finished");
        once(job);
      },
    },
    {
      name: "what a cell prints is in its log, which later starts go on with",
      check: async () => {
        const one = await jobOf("works");
        const { job, folder } = one;
        const lines = (): number =>
          existsSync(job.log) ? readFileSync(job.log, "utf8").split("at work").length - 1 : 0;
        const running = start(one);
        await begun(job);
        await running.stop();
        await running.ended;
        expect(lines()).toBe(1);
        open(folder);
        await goOn(one);
        expect(lines()).toBe(2);
      },
    },
    {
      name: "what a launcher has to say of a job is text, whether or not the job has ended",
      check: async () => {
        const { job, folder } = await jobOf("works");
        const launcher = given.make();
        const [id] = await launcher.submit(folder, [job]);
        await begun(job);
        expect(typeof (await launcher.logs(folder, id!))).toBe("string");
        open(folder);
        await follow(launcher, folder, id!);
        expect(typeof (await launcher.logs(folder, id!))).toBe("string");
      },
    },
    {
      name: "jobs that outlive their driver are found again in the sweep's folder, until they have ended; others are not",
      check: async () => {
        const { job, folder } = await jobOf("works");
        const first = given.make();
        const [id] = await first.submit(folder, [job]);
        await begun(job);
        // Another launcher, as another driver makes it.
        const second = given.make();
        const live = await second.live(folder);
        expect(Object.fromEntries(live)).toEqual(first.outlives ? { [job.id]: id } : {});
        open(folder);
        await follow(first, folder, id!);
        if (first.outlives) expect(await follow(second, folder, id!)).toEqual({ status: "finished" });
        expect((await given.make().live(folder)).size).toBe(0);
        once(job);
      },
    },
    {
      name: "a driver that is killed loses nothing: another one finishes its cell",
      check: async () => {
        const one = await jobOf("works");
        const { job, folder } = one;
        const driver = startProcess(given.driver(folder));
        await begun(job);
        driver.child.kill("SIGKILL");
        expect((await driver.ended).signal).toBe("SIGKILL");
        open(folder);
        expect(await goOn(one)).toEqual({ status: "finished" });
        once(job);
      },
    },
  ];
}

/** Tests a launcher against every rule. */
export function launcherContract<Job extends ContractJob>(name: string, given: LauncherCase<Job>): void {
  testRules(`${name} keeps the contract of launchers`, launcherRules(given));
}
