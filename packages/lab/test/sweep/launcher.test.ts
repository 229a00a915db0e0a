// Processes of this machine keep the contract of launchers; a sweep divides the cores that its launcher has.
import { availableParallelism } from "node:os";
import { type CellJob, processLauncher, runSweep } from "@throughline/lab";
import { launcherContract } from "@throughline/testing/contracts/launchers";
import { testFolder } from "@throughline/testing/folders";
import { expect, test } from "vitest";
import { done, driver, hangs, jobOf, module, steps } from "../support/launched.mjs";
import { puppetLauncher } from "../support/puppets.js";
import { cells } from "./cells.js";

launcherContract<CellJob>("the launcher of processes", {
  // Room for a busy machine; only the cell that hangs waits so long.
  make: () => processLauncher([module], { grace: 10 }),
  job: jobOf,
  steps,
  done,
  hangs,
  driver: (folder) => driver(folder, "local"),
});

test("a sweep divides the cores of its launcher, unless it is told how many to use", async () => {
  const threads: number[] = [];
  const launcher = puppetLauncher(12, (job) => {
    threads.push(job.threads);
    return { ended: Promise.resolve({ status: "finished" }), stop: () => {}, kill: () => {} };
  });
  await runSweep({ root: testFolder(), name: "s", cells: cells(3), launcher, jobs: 3 });
  expect(threads.splice(0)).toEqual([4, 4, 4]);
  await runSweep({ root: testFolder(), name: "s", cells: cells(3), launcher, jobs: 3, cores: 6 });
  expect(threads).toEqual([2, 2, 2]);
  expect(processLauncher([]).capacity).toBe(availableParallelism());
});
