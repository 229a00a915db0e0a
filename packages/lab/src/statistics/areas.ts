// Areas under curves.
import { LabError } from "../errors.js";
import { checkSample } from "./describe.js";

/**
 * Area under the receiver operating characteristic: the probability that a positive's score is above a negative's, ties half
 * (Mann–Whitney U / (n · m)). NaN if either is empty or holds a NaN.
 * @param positives scores of what should be scored high
 * @param negatives scores of what should be scored low
 */
export function rocAuc(positives: readonly number[], negatives: readonly number[]): number {
  if (positives.some(Number.isNaN) || negatives.some(Number.isNaN)) return Number.NaN;
  const sorted = Float64Array.from(negatives).sort();
  let sum = 0;
  for (const value of positives)
    sum += (countBelow(sorted, value, false) + countBelow(sorted, value, true)) / 2;
  return sum / (positives.length * negatives.length);
}

/** Number of ascending numbers that are less than a value, or, `orEqual`, not more. */
function countBelow(sorted: Float64Array, value: number, orEqual: boolean): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (sorted[middle]! < value || (orEqual && sorted[middle] === value)) from = middle + 1;
    else to = middle;
  }
  return from;
}

/**
 * Area between a curve and zero by the trapezoid rule, Σ (xᵢ₊₁ − xᵢ)(yᵢ + yᵢ₊₁) / 2, in the unit of x times that of y. Of a
 * learning curve, divided by its width, it is the mean score during training.
 * @param curve points by ascending x
 * @throws LabError lab/sample for fewer than two points, an x without a y, a number that is not finite, or an x below the one
 * before it
 */
export function trapezoidArea({
  x,
  y,
}: {
  readonly x: readonly number[];
  readonly y: readonly number[];
}): number {
  checkSample("the area under a curve", x, 2);
  checkSample("the area under a curve", y, 2);
  if (x.length !== y.length)
    throw new LabError(
      "lab/sample",
      `a curve has ${x.length} values of x and ${y.length} of y; give the same number of both`,
    );
  const back = x.findIndex((value, i) => i > 0 && value < x[i - 1]!);
  if (back > 0)
    throw new LabError(
      "lab/sample",
      `a curve goes back from x ${x[back - 1]} to ${x[back]}; give ascending values`,
    );
  let sum = 0;
  for (let i = 1; i < x.length; i++) sum += (x[i]! - x[i - 1]!) * ((y[i]! + y[i - 1]!) / 2);
  return sum;
}
