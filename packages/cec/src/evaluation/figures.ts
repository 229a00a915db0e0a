// Figures of evaluations.
import type { BarsFigure, HeatMapFigure, LinesFigure } from "@throughline/lab";
import { CecError } from "../errors.js";
import type { EvaluationResult } from "./result.js";
import { type EvaluationSummary, episodeCurve } from "./summary.js";
import type { EvaluationRow } from "./table.js";

/** Policies of one group of bars, such as one maze. */
export interface BarGroup {
  readonly name: string;
  readonly rows: readonly EvaluationRow[];
}

const percents = (values: readonly number[]): number[] => values.map((value) => 100 * value);

/**
 * Success of policies in groups, as bars with half the length of the 95 % interval to either side, and a dot for each training seed.
 * @param groups groups with rows of the same names in the same order
 * @param of the plain mean, or the paper's window maximum with the standard deviation over runs
 * @param label meaning of the groups
 */
export function successBars(
  title: string,
  groups: readonly BarGroup[],
  of: "success" | "window-maximum" = "success",
  label = "maze",
): BarsFigure {
  const names = groups[0]?.rows.map(({ name }) => name) ?? [];
  for (const { name, rows } of groups) {
    if (rows.length === names.length && rows.every((row, at) => row.name === names[at])) continue;
    const given = rows.map((row) => row.name).join(", ") || "none";
    throw new CecError(
      "evaluation",
      `${name} has ${given}, another group ${names.join(", ")}; give all the same`,
    );
  }
  const bar = ({ success, windowMaximum }: EvaluationSummary): { value: number; error: number } =>
    of === "success"
      ? { value: 100 * success.value, error: 50 * (success.high - success.low) }
      : { value: 100 * windowMaximum.mean, error: 100 * (windowMaximum.deviation || 0) };
  return {
    kind: "bars",
    title,
    subtitle:
      of === "success"
        ? "Mean over runs and test episodes; 95 % bootstrap intervals; dots: training seeds"
        : "Best quarter of each run; standard deviation over runs",
    x: { label },
    y: { label: "success (%)", min: 0, max: 100 },
    categories: groups.map(({ name }) => name),
    series: names.map((name, at) => {
      const summaries = groups.map(({ rows }) => rows[at]!.summary);
      const bars = summaries.map(bar);
      return {
        name,
        y: bars.map(({ value }) => value),
        error: bars.map(({ error }) => error),
        ...(of === "success" && { points: summaries.map(({ bySeed }) => percents(bySeed)) }),
      };
    }),
  };
}

/** A line of success by episode: its name, and its evaluations, one for each training seed. */
export interface CurveRow {
  readonly name: string;
  readonly results: EvaluationResult | readonly EvaluationResult[];
}

/**
 * Success by number of the test episode, with 95 % bootstrap intervals.
 * @param width episodes in a row whose mean each point is. Default: 5
 */
export function successByEpisode(title: string, rows: readonly CurveRow[], width = 5): LinesFigure {
  const points = width === 1 ? "" : `each point: ${width} episodes in a row; `;
  return {
    kind: "lines",
    title,
    subtitle: `Mean over runs; ${points}bands: 95 % bootstrap intervals`,
    x: { label: "test episode in the run" },
    y: { label: "success (%)", min: 0, max: 100 },
    series: rows.map(({ name, results }) => {
      const { x, y, low, high } = episodeCurve(results, width);
      return { name, x, y: percents(y), low: percents(low), high: percents(high) };
    }),
  };
}

/** Options of `attentionOverEpisodes`. */
export interface AttentionFigureOptions {
  /** Rows and columns at most: the first episodes, and so many back. Default: 12. */
  readonly most?: number;
  /** Divides by the share of the frames, so that 1 means: as if all frames were alike. Default: false. */
  readonly relative?: boolean;
}

/**
 * Attention over past episodes: for each episode of a run, the share of the weights that falls on itself and on those before it.
 * @throws CecError `cec/evaluation` for an evaluation without `looks`
 */
export function attentionOverEpisodes(
  title: string,
  { looks }: Pick<EvaluationResult, "looks">,
  { most = 12, relative = false }: AttentionFigureOptions = {},
): HeatMapFigure {
  if (looks === undefined || looks.length === 0)
    throw new CecError("evaluation", "the evaluation has no weights of attention; evaluate with `attention`");
  const shown = looks.slice(0, most);
  const count = Math.min(most, Math.max(...shown.map(({ back }) => back.length)));
  const isCut = shown.some(({ back }) => back.length > count);
  // The last column has all that is further back.
  const share = (weights: readonly number[], at: number): number =>
    weights.slice(at, at === count - 1 ? undefined : at + 1).reduce((sum, weight) => sum + weight, 0);
  return {
    kind: "heat-map",
    title,
    subtitle: relative
      ? "Mean over steps, runs, layers and heads; 1: as if all frames of the window were alike"
      : "Mean over steps, runs, layers and heads",
    x: { label: "episodes back (0: the running one)" },
    y: { label: "number of the running episode" },
    columns: Array.from({ length: count }, (_, at) => (isCut && at === count - 1 ? `${at}+` : at)),
    rows: shown.map(({ number }) => number + 1),
    values: shown.map(({ back, even }) =>
      Array.from({ length: count }, (_, at) => {
        if (at >= back.length) return Number.NaN;
        return relative ? share(back, at) / share(even, at) : share(back, at);
      }),
    ),
    ...(relative
      ? { label: "attention relative to the share of frames", min: 0 }
      : { label: "share of attention", min: 0, max: 1 }),
  };
}
