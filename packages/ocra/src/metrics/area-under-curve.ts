/**
 * Area under the receiver operating characteristic: the chance that a number of `high` is larger than one of `low`, ties
 * half (Mann–Whitney U / (n · m)). NaN if either is empty or holds a NaN.
 */
export function areaUnderCurve(high: readonly number[], low: readonly number[]): number {
  if (high.some(Number.isNaN) || low.some(Number.isNaN)) return Number.NaN;
  const sorted = Float64Array.from(low).sort();
  let sum = 0;
  for (const value of high) sum += (countBelow(sorted, value, false) + countBelow(sorted, value, true)) / 2;
  return sum / (high.length * low.length);
}

/** How many of ascending numbers are less than a value, or, `orEqual`, not more. */
function countBelow(sorted: Float64Array, value: number, orEqual: boolean): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (sorted[middle]! < value || (orEqual && sorted[middle] === value)) from = middle + 1;
    else to = middle;
  }
  return from;
}
