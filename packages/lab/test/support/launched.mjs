// @ts-check
// Cells for the contract of launchers, as a module that registers their experiments; as a program, a driver of one cell.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const steps = 10;
const kinds = ["works", "fails", "dies", "hangs"];

/** @param {string} kind */
async function load(kind) {
  const { defineExperiment } = await import("@throughline/lab");
  return defineExperiment({
    name: `test/${kind}`,
    purpose: "Keep or break what a launcher relies on.",
    config: {},
    presets: {},
    async run(context) {
      context.say("at work");
      if (kind === "fails") throw new Error("no luck");
      if (kind === "dies") process.exit(7);
      if (kind === "hangs") {
        context.artifact("hangs.txt", "");
        for (;;);
      }
      const go = join(context.root, "go");
      await context.loopAsync("work", { steps, checkpointEvery: 2 }, async (step) => {
        if (step + 1 === steps / 2) while (!existsSync(go) && !context.signal.aborted) await wait(10);
        return { loss: 1 / (1 + step) };
      });
      return { done: true };
    },
  });
}

export const module = import.meta.url;
export const experiments = kinds.map((kind) => ({
  name: `test/${kind}`,
  purpose: "Keep or break what a launcher relies on.",
  load: () => load(kind),
}));

/** @param {string} kind @param {string} root @returns {import("@throughline/lab").CellJob} */
export function jobOf(kind, root) {
  return {
    ...{ id: kind, experiment: `test/${kind}`, preset: "default", root, name: `cell-${kind}`, threads: 1 },
    config: { seed: 0, device: "cpu", threads: 1 },
    sources: {},
    log: join(root, "logs", `${kind}.txt`),
  };
}

/** The run of a job. @param {import("@throughline/lab").CellJob} job */
export function runOf({ root, experiment, name }) {
  return join(root, experiment, name);
}

/**
 * Steps that a job's run says were done, in their order. What a killed process logged after its last checkpoint is logged again:
 * only whole lines that are there now count.
 * @param {import("@throughline/lab").CellJob} job @returns {number[]}
 */
export function done(job) {
  const file = join(runOf(job), "metrics.jsonl");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const lines = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line).step);
}

/** True if a job's run says that it hangs. @param {import("@throughline/lab").CellJob} job */
export function hangs(job) {
  return existsSync(join(runOf(job), "artifacts/hangs.txt"));
}

/** Command of a driver of a cell that works. @param {string} folder @param {string} kind */
export function driver(folder, kind) {
  return [process.execPath, fileURLToPath(import.meta.url), folder, kind];
}

/** A launcher that is not patient; `kind` is `local`, `slurm`, or the address of Ray. @param {string} [kind] */
export async function launcher(kind = "local") {
  const { processLauncher, rayLauncher, slurmLauncher } = await import("@throughline/lab");
  if (kind === "slurm") return slurmLauncher([module], { pollEvery: 200 });
  if (kind.startsWith("http")) return rayLauncher([module], { address: kind, pollEvery: 200 });
  return processLauncher([module], { grace: 0.5 });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder = "", kind] = process.argv.slice(2);
  const some = await launcher(kind);
  const ids = await some.submit(folder, [jobOf("works", folder)]);
  while ((await some.poll(folder, ids))[0]?.phase !== "ended") await wait(20);
}
