// A table of the paper: its cells as runs, and its numbers beside ours.

import {
  type Comparison,
  compare,
  type Estimate,
  estimate,
  mean,
  type PresetName,
  type ReproductionCell,
  type RunRecord,
  type Table,
} from "@throughline/lab";
import { plural } from "@throughline/torch/checks";

/** One number of the paper. */
export interface PublishedCell {
  /** What the row is called: `OCRA, m = 95`. */
  readonly quantity: string;
  /** Percent. */
  readonly paper: number;
  /** Options of the runs that it is the mean of, beside the seed: several where it is a mean over problems. */
  readonly runs: readonly Readonly<Record<string, unknown>>[];
  /** Whether the preset has it. */
  readonly isIn: (preset: PresetName) => boolean;
}

/** Seeds of a preset; the paper has 10 runs of ART and 5 of CLEVR-ART. */
export function seedsOf(preset: PresetName, published: number): number[] {
  const count = { paper: published, laptop: 3, smoke: 1 }[preset];
  return Array.from({ length: count }, (_, seed) => seed);
}

/** Chance in percent: two answers, or one of four. */
export const chances = {
  "art/same-different": 50,
  "art/rmts": 50,
  "art/distribution-of-3": 25,
  "art/identity-rules": 25,
} as const;

/** What a figure's lines, bars and marks are. */
export function spreadOf(preset: PresetName, published: number, marks: string): string {
  const seeds = seedsOf(preset, published).length;
  return `${marks} of ${plural(seeds, "seed")}`;
}

/** The runs of a table at a preset, each once. */
export function runsOf(
  cells: readonly PublishedCell[],
  preset: PresetName,
  seeds: readonly number[],
): ReproductionCell[] {
  const all = cells
    .filter(({ isIn }) => isIn(preset))
    .flatMap(({ runs }) => runs.flatMap((overrides) => seeds.map((seed) => ({ overrides, seed }))));
  const distinct = new Map(all.map((cell) => [JSON.stringify(cell), cell]));
  return [...distinct.values()].map((cell) => ({ experiment: "ocra/task", ...cell }));
}

/** Accuracy of each seed, in percent: of several options, the mean over them, of seeds that have them all. */
export function accuracies(
  found: readonly RunRecord[],
  runs: readonly Readonly<Record<string, unknown>>[],
): number[] {
  return [...accuracyBySeed(found, runs).values()];
}

function accuracyBySeed(
  found: readonly RunRecord[],
  runs: readonly Readonly<Record<string, unknown>>[],
): Map<unknown, number> {
  const bySeed = new Map<unknown, number[]>();
  for (const overrides of runs) {
    const own = found.filter(({ config }) =>
      Object.entries(overrides).every(([name, value]) => config[name] === value),
    );
    for (const { config, summary } of own) {
      bySeed.set(config.seed, [...(bySeed.get(config.seed) ?? []), 100 * Number(summary.accuracy)]);
    }
  }
  const complete = [...bySeed].filter(([, values]) => values.length === runs.length);
  return new Map(complete.map(([seed, values]) => [seed, mean(values)]));
}

/** A row for each number of the paper that the preset has runs for. */
export function tableOf(
  title: string,
  cells: readonly PublishedCell[],
  found: readonly RunRecord[],
  preset: PresetName,
): Table {
  return {
    title,
    rows: cells
      .filter(({ isIn }) => isIn(preset))
      .map(({ quantity, paper, runs }) =>
        compare({ quantity, unit: "%", paper, ours: ours(accuracies(found, runs)) }),
      ),
  };
}

/** Mean with standard error, as the paper gives it. */
export function ours(values: readonly number[]): Estimate | undefined {
  return estimate(values, "standard error");
}

/** How far apart two cells are, in the paper and with us: the mean over the seeds that have both. */
export function difference(
  quantity: string,
  [one, other]: readonly [PublishedCell, PublishedCell],
  found: readonly RunRecord[],
): ReturnType<typeof compare> {
  const [a, b] = [accuracyBySeed(found, one.runs), accuracyBySeed(found, other.runs)];
  const both = [...a].flatMap(([seed, value]) => (b.has(seed) ? [value - b.get(seed)!] : []));
  const row: Comparison = { quantity, unit: "points", paper: one.paper - other.paper, ours: ours(both) };
  return compare(row);
}
