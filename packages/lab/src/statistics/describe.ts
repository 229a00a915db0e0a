// Description of a sample: its middle and its spread.
import { LabError } from "../errors.js";

/** Arithmetic mean. @throws LabError lab/sample for no values, or one that is not finite */
export function mean(values: readonly number[]): number {
  checkSample("the mean", values, 1);
  const rough = values.reduce((sum, value) => sum + value / values.length, 0);
  // A second pass takes away what rounding left.
  return rough + values.reduce((sum, value) => sum + (value - rough) / values.length, 0);
}

/** Sample standard deviation, √(Σ(x − x̄)² / (n − 1)). @throws LabError lab/sample for fewer than two values */
export function standardDeviation(values: readonly number[]): number {
  checkSample("the standard deviation", values, 2);
  const middle = mean(values);
  return Math.hypot(...values.map((value) => value - middle)) / Math.sqrt(values.length - 1);
}

/** Standard error of the mean, s / √n. @throws LabError lab/sample for fewer than two values */
export function standardError(values: readonly number[]): number {
  checkSample("the standard error", values, 2);
  return standardDeviation(values) / Math.sqrt(values.length);
}

/**
 * The value below which a part `p` of the sample lies: linear between order statistics (Hyndman and Fan's type 7, the
 * default of NumPy and R). @throws LabError lab/sample
 */
export function quantile(values: readonly number[], p: number): number {
  checkSample("a quantile", values, 1);
  if (!(p >= 0 && p <= 1)) throw new LabError("lab/sample", `a quantile is ${p}; give a number from 0 to 1`);
  const sorted = values.toSorted((a, b) => a - b);
  const at = p * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (at - below) * (high - low);
}

/** The middle value, or the mean of the two middle ones. @throws LabError lab/sample */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** First and third quartile. @throws LabError lab/sample */
export function quartiles(values: readonly number[]): Interval {
  return { low: quantile(values, 0.25), high: quantile(values, 0.75) };
}

/**
 * Interquartile mean: the mean of the middle half, robust to outliers as the median and less noisy than it (Agarwal et al.
 * 2021). A value that the edge of the middle half cuts counts by the part of it inside: of five values 1¼ are left out at
 * either end, so that the second and the fourth count ¾. Agarwal's rliable leaves out whole values (SciPy's `trim_mean`); the
 * two agree where the number of values is a multiple of 4.
 * @throws LabError lab/sample for no values, or one that is not finite
 */
export function interquartileMean(values: readonly number[]): number {
  checkSample("the interquartile mean", values, 1);
  const cut = values.length / 4;
  const inside = (i: number): number => Math.min(i + 1, values.length - cut) - Math.max(i, cut);
  const sum = values
    .toSorted((a, b) => a - b)
    .reduce((total, value, i) => total + Math.max(0, inside(i)) * value, 0);
  return sum / (values.length - 2 * cut);
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** @throws LabError lab/sample unless there are at least so many values, all of them finite */
export function checkSample(what: string, values: readonly number[], atLeast: number): void {
  if (values.length < atLeast) {
    const needed = atLeast === 1 ? "at least one value" : `at least ${atLeast} values`;
    throw new LabError(
      "lab/sample",
      `${what} needs ${needed}, and there ${values.length === 1 ? "is 1" : `are ${values.length}`}`,
    );
  }
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0)
    throw new LabError("lab/sample", `${what} needs finite values, and value ${at} is ${values[at]}`);
}
