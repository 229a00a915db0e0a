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
  /** File for what the cell prints; it is appended to. */
  readonly log: string;
}

/** Outcome of a cell. */
export interface ContractEnd {
  readonly status: "finished" | "interrupted" | "failed" | "busy";
  readonly error?: string;
}

/** A launcher, as far as the contract looks at it. */
export interface ContractLauncher<Job extends ContractJob> {
  /** Cores that its cells may use together. */
  readonly capacity: number;
  start(
    job: Job,
    report: (progress: { readonly step: number; readonly steps: number }) => void,
  ): { readonly ended: Promise<ContractEnd>; stop(): void; kill(): void };
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
  /** A launcher as a driver makes it; it gives cells that do not stop a fraction of a second. */
  make(): ContractLauncher<Job>;
  /** The job of a cell of this kind; the same for the same folder, which is its own. */
  job(kind: CellKind, folder: string): Job | Promise<Job>;
  /** Number of steps of a cell that works: even, 10 or more. */
  readonly steps: number;
  /** Steps that the cell's files say were done, in their order; some of the first half are there while it waits. */
  done(job: Job): readonly number[];
  /** True if the cell's files say that it hangs by now. */
  hangs(job: Job): boolean;
  /** Command of a process that starts the job of a cell that works, by a launcher of its own, and waits for its end. */
  driver(folder: string): readonly string[];
}

/** Rules of launchers. */
export function launcherRules<Job extends ContractJob>(given: LauncherCase<Job>): readonly Rule[] {
  const { steps, done } = given;
  /** A job that has been through a file, as one for a queue is, and its folder. */
  const jobOf = async (kind: CellKind): Promise<{ readonly job: Job; readonly folder: string }> => {
    const folder = testFolder();
    return { job: JSON.parse(JSON.stringify(await given.job(kind, folder))) as Job, folder };
  };
  const start = (job: Job, report: (progress: { step: number; steps: number }) => void = () => {}) =>
    given.make().start(job, report);
  /** Lets the cell that works in a folder, or will, do its second half. */
  const open = (folder: string): void => writeFileSync(join(folder, "go"), "");
  const every = Array.from({ length: steps }, (_, step) => step);
  /** Waits until a cell has done a few steps. */
  const begun = async (job: Job): Promise<void> => {
    while (done(job).length < 3) await wait(10);
  };
  /** Starts it until no other process is at it. */
  const goOn = async (job: Job): Promise<ContractEnd> => {
    for (;;) {
      const end = await start(job).ended;
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
        expect(Number.isSafeInteger(capacity) && capacity >= 1, `capacity ${capacity}`).toBe(true);
      },
    },
    {
      name: "a cell finishes once, and its progress is told",
      check: async () => {
        const { job, folder } = await jobOf("works");
        open(folder);
        const told: { readonly step: number; readonly steps: number }[] = [];
        const end = await start(job, (progress) => told.push(progress)).ended;
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
        const { job, folder } = await jobOf("works");
        open(folder);
        await start(job).ended;
        expect((await start(job).ended).status).toBe("finished");
        once(job);
      },
    },
    {
      name: "a cell that fails says why, and takes no other with it",
      check: async () => {
        const [failing, working] = [await jobOf("fails"), await jobOf("works")];
        open(working.folder);
        const launcher = given.make();
        const ends = await Promise.all(
          [failing, working].map(({ job }) => launcher.start(job, () => {}).ended),
        );
        expect(ends.map(({ status }) => status)).toEqual(["failed", "finished"]);
        expect(ends[0]!.error).toContain("no luck");
        once(working.job);
      },
    },
    {
      name: "a cell whose process ends without a word has failed, with a reason",
      check: async () => {
        const { status, error } = await start((await jobOf("dies")).job).ended;
        expect(status).toBe("failed");
        expect(error).toMatch(/\b7\b/);
      },
    },
    {
      name: "a cell that is asked to stop is interrupted, and goes on where it was",
      check: async () => {
        const { job, folder } = await jobOf("works");
        const running = start(job);
        await begun(job);
        running.stop();
        running.stop();
        expect(await running.ended).toEqual({ status: "interrupted" });
        const before = done(job).length;
        expect(before).toBeLessThan(steps);
        open(folder);
        expect(await start(job).ended).toEqual({ status: "finished" });
        once(job);
      },
    },
    {
      name: "a cell that does not stop is ended, and that is said",
      check: async () => {
        const { job } = await jobOf("hangs");
        const running = start(job);
        while (!given.hangs(job)) await wait(10);
        running.stop();
        const { status, error } = await running.ended;
        expect(status).toBe("interrupted");
        expect(error, "why it could not stop by itself").toBeTruthy();
      },
    },
    {
      name: "a cell that is killed has not finished, and goes on afterwards",
      check: async () => {
        const { job, folder } = await jobOf("works");
        const running = start(job);
        await begun(job);
        running.kill();
        expect((await running.ended).status).not.toBe("finished");
        open(folder);
        expect(await goOn(job)).toEqual({ status: "finished" });
        once(job);
      },
    },
    {
      name: "of two that start one cell, one is told that the other is at it",
      check: async () => {
        const { job, folder } = await jobOf("works");
        const first = start(job);
        await begun(job);
        expect((await start(job).ended).status).toBe("busy");
        open(folder);
        expect((await first.ended).status).toBe("finished");
        once(job);
      },
    },
    {
      name: "what a cell prints is in its log, which later starts go on with",
      check: async () => {
        const { job, folder } = await jobOf("works");
        const lines = (): number =>
          existsSync(job.log) ? readFileSync(job.log, "utf8").split("at work").length - 1 : 0;
        const running = start(job);
        await begun(job);
        running.stop();
        await running.ended;
        expect(lines()).toBe(1);
        open(folder);
        await goOn(job);
        expect(lines()).toBe(2);
      },
    },
    {
      name: "a driver that is killed loses nothing: another one finishes its cell",
      check: async () => {
        const { job, folder } = await jobOf("works");
        const driver = startProcess(given.driver(folder));
        await begun(job);
        driver.child.kill("SIGKILL");
        expect((await driver.ended).signal).toBe("SIGKILL");
        open(folder);
        expect(await goOn(job)).toEqual({ status: "finished" });
        once(job);
      },
    },
  ];
}

/** Tests a launcher against every rule. */
export function launcherContract<Job extends ContractJob>(name: string, given: LauncherCase<Job>): void {
  testRules(`${name} keeps the contract of launchers`, launcherRules(given));
}
