// Metrics over the steps of a loop, as lines of a figure.
import type { LineSeries, MetricRow } from "@throughline/lab";

/** Values of a metric in the loop `train`; steps count from 1. */
export function curve(rows: readonly MetricRow[], metric: string, name: string, loop = "train"): LineSeries {
  const some = rows.filter((row) => row.loop === loop && typeof row[metric] === "number");
  return { name, x: some.map(({ step }) => step + 1), y: some.map((row) => Number(row[metric])) };
}

/** Mean of each value with those before it, so that a trend shows through the noise of single batches. */
export function smooth(series: LineSeries, window: number): LineSeries {
  let sum = 0;
  const y = series.y.map((value, i) => {
    sum += value - (i >= window ? series.y[i - window]! : 0);
    return sum / Math.min(i + 1, window);
  });
  return { ...series, y };
}
