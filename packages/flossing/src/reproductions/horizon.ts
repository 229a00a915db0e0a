// Accuracy against delay, by way of training: the shape of the paper's figures 3 to 5.

import {
  type CellRuns,
  curve,
  type Estimate,
  type Level,
  type LineSeries,
  type LinesFigure,
  mean,
  median,
  type PresetName,
  quantile,
  type ReproductionCell,
  type RunRecord,
  rateEstimate,
} from "@throughline/lab";
import { plural } from "@throughline/torch/checks";
import { LEAST } from "../dynamics/figures.js";
import { type Arm, trainingCell } from "./arms.js";

/** An accuracy that counts as solved. */
export const SOLVED = 0.95;

/** The axis of accuracies, from chance to everything right. */
const ACCURACIES = { min: 0.45, max: 1.02 };

/** Score of a net that learns nothing: every task asks for a fair bit. */
export const CHANCE: Level = { value: 0.5, label: "chance" };

/** A grid of runs: every arm at every delay, over seeds. */
export interface Grid {
  readonly arms: readonly Arm[];
  readonly delays: readonly number[];
  readonly seeds: readonly number[];
  /** Options that all runs have in common, such as the task. */
  readonly shared: Readonly<Record<string, unknown>>;
}

export function cellsAt(preset: PresetName, grid: Grid, arm: Arm, delay: number): ReproductionCell[] {
  return grid.seeds.map((seed) => trainingCell(preset, arm, seed, { ...grid.shared, delay }));
}

/** Every cell of a grid. */
export function gridCells(preset: PresetName, grid: Grid): ReproductionCell[] {
  return grid.arms.flatMap((arm) => grid.delays.flatMap((delay) => cellsAt(preset, grid, arm, delay)));
}

export function accuracies(runs: readonly RunRecord[]): number[] {
  return runs.map((run) => Number(run.summary.accuracy));
}

/** Number of nets that solved the task. */
export function solvedRate(runs: readonly RunRecord[]): Estimate | undefined {
  if (runs.length === 0) return undefined;
  return rateEstimate(accuracies(runs).filter((value) => value >= SOLVED).length, runs.length, runs.length);
}

/** Final accuracy against delay: every net a dot, the mean, a band from the 20 % to the 80 % quantile. */
export function horizonFigure(runs: CellRuns, preset: PresetName, grid: Grid, title: string): LinesFigure {
  const series = grid.arms.flatMap((arm): LineSeries[] => {
    const points = grid.delays.flatMap((delay) => {
      const values = accuracies(runs.all(cellsAt(preset, grid, arm, delay)));
      return values.length === 0 ? [] : [{ delay, values }];
    });
    if (points.length === 0) return [];
    return [
      {
        name: arm.name,
        x: points.map(({ delay }) => delay),
        y: points.map(({ values }) => mean(values)),
        points: points.map(({ values }) => values),
        low: points.map(({ values }) => quantile(values, 0.2)),
        high: points.map(({ values }) => quantile(values, 0.8)),
        markers: true,
      },
    ];
  });
  return {
    kind: "lines",
    title,
    subtitle: `lines: mean; bands: 20 % to 80 % quantiles; dots: each of ${plural(grid.seeds.length, "net")}`,
    x: { label: "delay d (steps)" },
    y: { label: "accuracy after training", ...ACCURACIES },
    levels: [CHANCE],
    series,
  };
}

/** A metric of training against epochs, one line an arm: the median, a band of the quartiles. */
export async function courseFigure(
  runs: CellRuns,
  preset: PresetName,
  grid: Grid,
  delay: number,
  shown: { readonly metric: string; readonly title: string; readonly label: string; readonly scale?: "log" },
): Promise<LinesFigure> {
  const series: LineSeries[] = [];
  for (const arm of grid.arms) {
    const curves = await Promise.all(
      runs.all(cellsAt(preset, grid, arm, delay)).map((run) => courseOf(run, shown.metric)),
    );
    const epochs = [...new Set(curves.flatMap((curve) => [...curve.keys()]))].sort((a, b) => a - b);
    const points = epochs.map((epoch) => curves.flatMap((curve) => curve.get(epoch) ?? []));
    if (points.length === 0) continue;
    series.push({
      name: arm.name,
      x: epochs,
      y: points.map(median),
      low: points.map((values) => quantile(values, 0.25)),
      high: points.map((values) => quantile(values, 0.75)),
    });
  }
  return {
    kind: "lines",
    title: shown.title,
    subtitle: `lines: median; bands: quartiles of ${plural(grid.seeds.length, "net")}, d = ${delay}`,
    x: { label: "training (epochs)" },
    y: { label: shown.label, scale: shown.scale, ...(shown.metric === "accuracy" && ACCURACIES) },
    ...(shown.metric === "accuracy" && { levels: [CHANCE] }),
    series,
  };
}

/** A metric by epochs done, every tenth logged epoch or so, floored where a logarithm needs it. */
async function courseOf(run: RunRecord, metric: string): Promise<Map<number, number>> {
  const { x, y } = curve(await run.metrics(), "train", metric);
  const points = x.map((epochs, i) => [epochs, Math.max(y[i]!, LEAST)] as const);
  const every = Math.max(1, Math.floor(points.length / 60));
  // Epochs that were logged only because of a flossing differ between arms; keep the regular ones.
  const regular = points.filter(([epochs]) => (epochs - 1) % 10 === 0 || points.length < 60);
  return new Map(regular.filter((_, i) => i % every === 0));
}
