// Size of a reproduction at each preset.
import type { PresetName } from "@throughline/lab";

/** Seeds and delays of the figures of training. */
export interface Extent {
  readonly seeds: readonly number[];
  /** d, in steps. */
  readonly delays: readonly number[];
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** 10 seeds at `paper`. The delays are our choice: the paper's grid is not known. */
export function extentOf(preset: PresetName): Extent {
  if (preset === "paper") return { seeds: range(10), delays: [10, 20, 30, 40, 50, 60, 70] };
  if (preset === "laptop") return { seeds: range(3), delays: [10, 20, 40, 60] };
  return { seeds: [0], delays: [4, 8] };
}

/** The delays of `wanted` that the preset has; at `smoke`, its own. */
export function delaysAmong(preset: PresetName, wanted: readonly number[]): number[] {
  if (preset === "smoke") return [...extentOf("smoke").delays];
  const { delays } = extentOf(preset);
  return wanted.filter((delay) => delays.includes(delay));
}
