// A figure of merit over seeds: one value, and how far the seeds are apart.
import { type Interval, mean, median, quartiles, standardDeviation, standardError } from "./describe.js";
import { bootstrapInterval, tInterval, wilsonInterval } from "./intervals.js";

/** Spread of seeds, or of the mean around the truth; always named beside the numbers. */
export type SpreadName =
  | "standard deviation"
  | "standard error"
  | "95 % t interval"
  | "95 % bootstrap interval"
  | "interquartile range"
  | "95 % Wilson interval";

/** A measured value with its spread. */
export interface Estimate {
  /** The mean; beside an interquartile range the median. */
  readonly value: number;
  readonly centre: "mean" | "median" | "rate";
  /** Lower and upper end of the interval; none for a single seed. */
  readonly spread?: Interval & { readonly name: SpreadName };
  readonly seeds: number;
}

/**
 * The estimate from one value a seed. One seed has no spread; none at all gives nothing.
 * @param spread default the standard deviation over seeds
 * @throws LabError lab/sample for a value that is not finite
 */
export function estimate(
  values: readonly number[],
  spread: Exclude<SpreadName, "95 % Wilson interval"> = "standard deviation",
): Estimate | undefined {
  if (values.length === 0) return undefined;
  const centre = spread === "interquartile range" ? "median" : "mean";
  const value = centre === "median" ? median(values) : mean(values);
  const seeds = values.length;
  if (seeds === 1) return { value, centre, seeds };
  return { value, centre, spread: { name: spread, ...ends(values, value, spread) }, seeds };
}

function ends(values: readonly number[], middle: number, spread: SpreadName): Interval {
  if (spread === "95 % t interval") return tInterval(values);
  if (spread === "95 % bootstrap interval") return bootstrapInterval(values);
  if (spread === "interquartile range") return quartiles(values);
  const half = spread === "standard error" ? standardError(values) : standardDeviation(values);
  return { low: middle - half, high: middle + half };
}

/**
 * The estimate of a rate from successes of trials that were pooled over seeds.
 * @throws LabError lab/sample unless 0 ≤ successes ≤ trials
 */
export function rateEstimate(successes: number, trials: number, seeds: number): Estimate {
  const spread = { name: "95 % Wilson interval", ...wilsonInterval(successes, trials) } as const;
  return { value: successes / trials, centre: "rate", spread, seeds };
}
