// Figures of evaluations.
import type { BarsFigure, HeatMapFigure, LinesFigure } from "@throughline/lab";
import { CecError } from "../errors.js";
import type { EvaluationResult } from "./result.js";
import type { EvaluationSummary } from "./summary.js";
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
 */
export function successBars(
  title: string,
  groups: readonly BarGroup[],
  of: "success" | "window-maximum" = "success",
): BarsFigure {
  const names = groups[0]?.rows.map(({ name }) => name) ?? [];
  for (const { name, rows } of groups) {
    if (rows.length === names.length && rows.every((row, at) => row.name === names[at])) continue;
    const given = rows.map((row) => row.name).join(", ");
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
    x: { label: "" },
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

/**
 * Success by number of the test episode, with 95 % bootstrap intervals.
 * @param width episodes whose mean each point is, from the first of them on; 1 shows single episodes
 */
export function successByEpisode(title: string, rows: readonly EvaluationRow[], width = 1): LinesFigure {
  const smooth = (values: readonly number[]): number[] => {
    const count = Math.max(1, values.length - width + 1);
    return Array.from({ length: count }, (_, at) => {
      const part = values.slice(at, at + width);
      return (100 * part.reduce((sum, value) => sum + value, 0)) / part.length;
    });
  };
  const { runs = 0, seeds = 1 } = rows[0]?.summary ?? {};
  const over = seeds === 1 ? `${runs} runs` : `${runs} runs of ${seeds} training seeds`;
  return {
    kind: "lines",
    title,
    subtitle: `Mean over ${over}${width > 1 ? ` and ${width} episodes` : ""}; bands: 95 % bootstrap intervals`,
    x: { label: "test episode in the run" },
    y: { label: "success (%)", min: 0, max: 100 },
    series: rows.map(({ name, summary: { byEpisode } }) => ({
      name,
      x: smooth(byEpisode.value).map((_, at) => at + (width + 1) / 2),
      y: smooth(byEpisode.value),
      low: smooth(byEpisode.low),
      high: smooth(byEpisode.high),
    })),
  };
}

/**
 * Attention over past episodes: for each episode of a run, the share of the weights that falls on itself and on those before it.
 * @param most rows and columns at most: the first episodes, and so many back
 * @throws CecError `cec/evaluation` for an evaluation without `looks`
 */
export function attentionOverEpisodes(title: string, { looks }: EvaluationResult, most = 12): HeatMapFigure {
  if (looks === undefined || looks.length === 0)
    throw new CecError("evaluation", "the evaluation has no weights of attention; evaluate with `attention`");
  const shown = looks.slice(0, most);
  const columns = Math.min(most, Math.max(...shown.map(({ back }) => back.length)));
  const at = (back: readonly number[], column: number): number => back[column] ?? Number.NaN;
  return {
    kind: "heat-map",
    title,
    subtitle: "Mean over steps, runs, layers and heads",
    x: { label: "episode that is looked at (episodes back; 0: the same)" },
    y: { label: "episode in which the look is" },
    columns: Array.from({ length: columns }, (_, column) => column),
    rows: shown.map(({ number }) => number + 1),
    values: shown.map(({ back }) =>
      Array.from({ length: columns }, (_, column) =>
        column < columns - 1 || back.length <= columns
          ? at(back, column)
          : back.slice(column).reduce((sum, weight) => sum + weight, 0),
      ),
    ),
    label: "share of attention",
    min: 0,
    max: 1,
  };
}
