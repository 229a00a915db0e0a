// Standard errors of time averages of correlated series.

/** A mean over time and its standard error. */
export interface Estimate {
  readonly mean: number;
  /** Standard error; Infinity where the series is too short, or not finite, to tell. */
  readonly error: number;
}

/** Blocks below which an error estimate would itself be too uncertain: at 16, it has an error of 18 %. */
const fewest = 8;
const most = 32;

/**
 * Mean of Σ sums / Σ durations and its standard error by batch means: neighbours are added up two by two until 16 to 31 blocks
 * are left, which are taken as independent, so that correlations in time are heeded as far as they are shorter than a block:
 * √(Σ (Lᵦ − λ τᵦ)² · m/(m − 1)) / Σ τ. Where neighbouring blocks are still significantly correlated (|ρ| > 2/√m), the error
 * is multiplied by √((1 + ρ)/(1 − ρ)).
 */
export function blockedMean(sums: ArrayLike<number>, durations: ArrayLike<number>): Estimate {
  let values = Array.from(sums);
  let times = Array.from(durations);
  const duration = add(times);
  const mean = add(values) / duration;
  if (!Number.isFinite(mean) || values.length < fewest) return { mean, error: Number.POSITIVE_INFINITY };
  while (values.length >= most) {
    values = pairs(values);
    times = pairs(times);
  }
  const blocks = values.length;
  const deviations = values.map((value, i) => value - mean * times[i]!);
  const variance = add(deviations.map((deviation) => deviation ** 2));
  const error = Math.sqrt((variance * blocks) / (blocks - 1)) / duration;
  return { mean, error: error * correction(deviations, variance) };
}

function correction(deviations: readonly number[], variance: number): number {
  const products = deviations.slice(1).map((value, i) => value * deviations[i]!);
  const correlation = variance === 0 ? 0 : add(products) / variance;
  if (Math.abs(correlation) < 2 / Math.sqrt(deviations.length)) return 1;
  return Math.sqrt((1 + correlation) / (1 - correlation));
}

/** Neighbours added up; of an odd number, the first three together. */
function pairs(values: readonly number[]): number[] {
  const odd = values.length % 2;
  const first = odd === 1 ? [values[0]! + values[1]! + values[2]!] : [];
  const rest = values.slice(odd === 1 ? 3 : 0);
  return [...first, ...Array.from({ length: rest.length / 2 }, (_, i) => rest[2 * i]! + rest[2 * i + 1]!)];
}

function add(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Members from which on their scatter says more than each one's series: at 8, it has an error of 27 %. */
const enoughMembers = 8;

/**
 * The mean over independent members and its standard error: their scatter std/√B where there are at least 8 of them, else that
 * of the members' own errors, √(Σ errorᵦ²)/B. Members that are all equal are taken as one.
 */
export function acrossMembers(members: readonly Estimate[]): Estimate {
  const count = members.length;
  const mean = add(members.map((member) => member.mean)) / count;
  if (!Number.isFinite(mean)) return { mean, error: Number.POSITIVE_INFINITY };
  const scatter = Math.sqrt(add(members.map((member) => (member.mean - mean) ** 2)) / Math.max(1, count - 1));
  if (scatter <= 1e-13 * Math.abs(mean)) return { mean, error: members[0]!.error };
  if (count >= enoughMembers) return { mean, error: scatter / Math.sqrt(count) };
  return { mean, error: Math.sqrt(add(members.map(({ error }) => error ** 2))) / count };
}
