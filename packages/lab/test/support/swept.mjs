// @ts-check
// Cells of the tiny experiment, as a module that registers it; as a program, a driver of a sweep of them.
// usage: swept.mjs ROOT local|slurm CELLS
import { fileURLToPath } from "node:url";

export const module = import.meta.url;
export const experiments = [
  {
    name: "test/tiny",
    purpose: "Fit a noisy line with a small network.",
    load: async () => (await import("./tiny.mjs")).tiny,
  },
];

/** Cells that differ in their seed. @param {number} count */
export async function tinyCells(count) {
  const { cellOf, resolveConfig } = await import("@throughline/lab");
  const { tiny } = await import("./tiny.mjs");
  return Array.from({ length: count }, (_, seed) => {
    const overrides = ["steps=30", "threads=1", `seed=${seed}`];
    return cellOf(tiny.name, resolveConfig(tiny, { overrides }));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [root = "", kind, count] = process.argv.slice(2);
  const { processLauncher, runSweep, slurmLauncher } = await import("@throughline/lab");
  const launcher =
    kind === "slurm"
      ? slurmLauncher([module], { pollEvery: 300, time: "1", margin: 55 })
      : processLauncher([module]);
  const { exitCode } = await runSweep({
    ...{ root, name: "s", cells: await tinyCells(Number(count)), launcher, threads: 1 },
    observe: () => ({
      message: (text) => console.error(text),
      changed: (cell) =>
        console.error(`${cell.label}: ${cell.status} ${cell.queue ?? ""} ${cell.error ?? ""}`),
      progress() {},
    }),
  });
  process.exitCode = exitCode;
}
