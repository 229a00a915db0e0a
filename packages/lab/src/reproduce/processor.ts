// Processors and kernels of runs: rounding differs between processors and their kernels, and single seeds with it.
import { plural } from "@throughline/torch/checks";
import type { RunRecord } from "../run/record.js";

/** Processor and kernels of a run: `AMD EPYC, avx2 kernels`. What its record does not say is unknown. */
export function processorOf({ environment }: Pick<RunRecord, "environment">): string {
  const { cpu, kernels, device } = environment;
  return [
    typeof cpu === "string" ? cpu : "unknown processor",
    `${typeof kernels === "string" ? kernels : "unknown"} kernels`,
    ...(typeof device === "string" && device !== "cpu" ? [`device ${device}`] : []),
  ].join(", ");
}

/** Number of runs of each kind of processor, the most first. */
export function countProcessors(
  runs: readonly Pick<RunRecord, "environment">[],
): [processor: string, runs: number][] {
  const counts = new Map<string, number>();
  for (const run of runs) counts.set(processorOf(run), (counts.get(processorOf(run)) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}

/** `AMD EPYC, avx2 kernels: 3 cells; …` */
export function processorsText(counts: readonly (readonly [string, number])[]): string {
  return counts.map(([name, count]) => `${name}: ${plural(count, "cell")}`).join("; ");
}
