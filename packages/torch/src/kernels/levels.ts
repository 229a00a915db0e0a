// Instructions that kernels of operator libraries are compiled for.
import { existsSync, readFileSync } from "node:fs";

/** Levels, from the least to the best. */
export const kernelLevels = ["baseline", "avx2", "avx512"] as const;
export type KernelLevel = (typeof kernelLevels)[number];

/** Processor features that each level needs, under Linux's names. native-kit/throughline/choose.h asks for the same. */
const needs: Readonly<Record<KernelLevel, readonly string[]>> = {
  baseline: [],
  avx2: ["avx2", "fma", "bmi2"],
  avx512: ["avx2", "fma", "bmi2", "avx512f", "avx512dq", "avx512vl", "avx512bw"],
};

/** The levels that this processor has, as far as Linux says; elsewhere `baseline` alone. */
export function levelsHere(): KernelLevel[] {
  const text = existsSync("/proc/cpuinfo") ? readFileSync("/proc/cpuinfo", "utf8") : "";
  const flags = new Set(/^flags\s*:(.*)$/m.exec(text)?.[1]?.trim().split(/\s+/));
  return kernelLevels.filter((level) => needs[level].every((flag) => flags.has(flag)));
}
