// Cells in a real Slurm, of two nodes on this machine: the contract of launchers.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CellJob, slurmLauncher } from "@throughline/lab";
import { launcherContract } from "@throughline/testing/contracts/launchers";
import { afterAll, beforeAll, describe, vi } from "vitest";
import { jobOf, module, steps } from "../support/launched.mjs";
import { type Cluster, slurmIsMissing, startCluster } from "../support/slurm.js";

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

const runOf = ({ root, experiment, name }: CellJob): string => join(root, experiment, name);

// Skipped, it says why.
describe.skipIf(missing !== undefined)(`Slurm${missing === undefined ? "" : `: ${missing}`}`, () => {
  launcherContract<CellJob>("the launcher of Slurm", {
    make: () => slurmLauncher([module], { pollEvery: 200 }),
    pollEvery: 200,
    job: jobOf,
    steps,
    done(job) {
      const file = join(runOf(job), "metrics.jsonl");
      const text = existsSync(file) ? readFileSync(file, "utf8") : "";
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
      "slurm",
    ],
  });
});
