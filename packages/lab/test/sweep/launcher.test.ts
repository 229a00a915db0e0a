// Processes of this machine keep the contract of launchers; a sweep divides the cores that its launcher has.
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CellJob, processLauncher, runSweep } from "@throughline/lab";
import { launcherContract } from "@throughline/testing/contracts/launchers";
import { testFolder } from "@throughline/testing/folders";
import { expect, test } from "vitest";
import { jobOf, module, steps } from "../support/launched.mjs";
import { puppetLauncher } from "../support/puppets.js";
import { cells } from "./cells.js";

const runOf = ({ root, experiment, name }: CellJob): string => join(root, experiment, name);

launcherContract<CellJob>("the launcher of processes", {
  // Room for a busy machine; only the cell that hangs waits so long.
  make: () => processLauncher([module], { grace: 10 }),
  job: jobOf,
  steps,
  done(job) {
    const file = join(runOf(job), "metrics.jsonl");
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    // What a killed process logged after its last checkpoint is logged again: only whole lines that are there now count.
    return text
      .slice(0, text.lastIndexOf("\n") + 1)
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => (JSON.parse(line) as { step: number }).step);
  },
  hangs: (job) => existsSync(join(runOf(job), "artifacts/hangs.txt")),
  driver: (folder) => [
    process.execPath,
    fileURLToPath(new URL("../support/launched.mjs", import.meta.url)),
    folder,
  ],
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
