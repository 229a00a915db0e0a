// Intervals of runs that are nested in training seeds.
import { type Interval, mean, quantile } from "@throughline/lab";
import { Random } from "@throughline/lab/random";

/**
 * Mean over groups of their means, with the 95 % percentile interval of the bootstrap (Efron 1979) that draws groups, and of each group
 * values. With one group only its values are drawn; then the interval says nothing about other training seeds. With three it is too
 * narrow, as three values cannot show how far apart seeds are; a single value has no interval, and its ends are NaN.
 * @param groups values of runs, a group for each training seed
 * @param resamples draws of the bootstrap
 */
export function nestedMean(
  groups: readonly (readonly number[])[],
  resamples = 10_000,
): Interval & { readonly value: number } {
  const value = mean(groups.map(mean));
  if (groups.length === 1 && groups[0]!.length === 1) return { value, low: Number.NaN, high: Number.NaN };
  const random = new Random("nested bootstrap");
  const drawn = (values: readonly number[]): number => {
    let sum = 0;
    for (let at = 0; at < values.length; at++) sum += values[random.below(values.length)]!;
    return sum / values.length;
  };
  const means = Array.from({ length: resamples }, () => {
    let sum = 0;
    for (const group of groups)
      sum += drawn(groups.length === 1 ? group : groups[random.below(groups.length)]!);
    return sum / groups.length;
  });
  return { value, low: quantile(means, 0.025), high: quantile(means, 0.975) };
}
