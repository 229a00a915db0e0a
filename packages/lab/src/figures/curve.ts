// Metrics over the steps of a loop, as lines of a figure.
/** Row of a run's metrics, as far as curves need it. */
interface Row {
  readonly loop: string;
  readonly step: number;
  readonly [metric: string]: number | string;
}

/** Points of a line. */
export interface Curve {
  readonly x: number[];
  readonly y: number[];
}

/**
 * A metric over a loop. Steps are numbered from 0 and a step's metrics are logged when it is done, so that the row of step s
 * stands at x = s + 1, the steps done; x = 0 is before the first.
 * @returns points of the rows that have a number under the metric; no points if there are none
 */
export function curve(rows: readonly Row[], loop: string, metric: string): Curve {
  const logged = rows.filter((row) => row.loop === loop && typeof row[metric] === "number");
  return { x: logged.map(({ step }) => step + 1), y: logged.map((row) => Number(row[metric])) };
}

/** Mean of each value and those before it, `window` values at most: a trend shows through the noise of single batches. */
export function trailingMean(values: readonly number[], window: number): number[] {
  let sum = 0;
  return values.map((value, i) => {
    sum += value - (i >= window ? values[i - window]! : 0);
    return sum / Math.min(i + 1, window);
  });
}
