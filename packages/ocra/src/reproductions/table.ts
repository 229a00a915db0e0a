// A table of the paper: its cells as runs, and its numbers beside ours.

import {
  type CellRuns,
  type Comparison,
  compare,
  type Estimate,
  estimate,
  mean,
  type PresetName,
  type ReproductionCell,
  type Table,
} from "@throughline/lab";
import { plural } from "@throughline/torch/checks";

/** The experiment of every cell. */
const experiment = "ocra/task";

/** One number of the paper. */
export interface PublishedCell {
  /** Label of the row: `OCRA, m = 95`. */
  readonly quantity: string;
  /** Percent. */
  readonly paper: number;
  /** Options of the runs that it is the mean of, beside the seed: several where it is a mean over problems. */
  readonly runs: readonly Readonly<Record<string, unknown>>[];
  /** True if the preset has it. */
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

/** Words for a figure's lines, bars and marks. */
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
  return [...distinct.values()].map((cell) => ({ experiment, ...cell }));
}

/** Accuracy of each seed, in percent: of several options, the mean over them, of seeds that have them all. */
export function accuracies(runs: CellRuns, cell: PublishedCell): number[] {
  return [...accuracyBySeed(runs, cell).values()];
}

function accuracyBySeed(runs: CellRuns, cell: PublishedCell): Map<number, number> {
  const seeds = new Set([...runs].map(({ config }) => Number(config.seed)));
  const bySeed = [...seeds].map((seed) => {
    const own = runs.all(cell.runs.map((overrides) => ({ experiment, overrides, seed })));
    return [seed, own.map(({ summary }) => 100 * Number(summary.accuracy))] as const;
  });
  const complete = bySeed.filter(([, values]) => values.length === cell.runs.length);
  return new Map(complete.map(([seed, values]) => [seed, mean(values)]));
}

/** A row for each number of the paper that the preset has runs for. */
export function tableOf(
  title: string,
  cells: readonly PublishedCell[],
  runs: CellRuns,
  preset: PresetName,
): Table {
  return {
    title,
    rows: cells
      .filter(({ isIn }) => isIn(preset))
      .map((cell) => {
        const { quantity, paper } = cell;
        return compare({ quantity, unit: "%", paper, ours: ours(accuracies(runs, cell)) });
      }),
  };
}

/** Mean with standard error, as the paper gives it. */
export function ours(values: readonly number[]): Estimate | undefined {
  return estimate(values, "standard error");
}

/** Difference of two cells, in the paper and with us: the mean over the seeds that have both. */
export function difference(
  quantity: string,
  [one, other]: readonly [PublishedCell, PublishedCell],
  runs: CellRuns,
): ReturnType<typeof compare> {
  const [a, b] = [accuracyBySeed(runs, one), accuracyBySeed(runs, other)];
  const both = [...a].flatMap(([seed, value]) => (b.has(seed) ? [value - b.get(seed)!] : []));
  const row: Comparison = { quantity, unit: "points", paper: one.paper - other.paper, ours: ours(both) };
  return compare(row);
}
