// Standard errors of time averages of correlated series.

/** A mean over time and its standard error. */
export interface Estimate {
  readonly mean: number;
  /** Standard error; Infinity where the series is too short, or not finite, to tell. */
  readonly error: number;
}

/** Blocks below which an error estimate would itself be too uncertain. */
const fewest = 8;

/**
 * Mean of Σ sums / Σ durations and its standard error by blocking (Flyvbjerg and Petersen 1989): neighbours are added up
 * two by two until the correlation of successive blocks can no longer be told from 0 (|ρ₁| < 2/√blocks) or fewer than 16
 * blocks are left; then the error is that of independent blocks, √(Σ (Lᵦ − λ τᵦ)² · m/(m − 1)) / Σ τ.
 */
export function blockedMean(sums: ArrayLike<number>, durations: ArrayLike<number>): Estimate {
  let values = Array.from(sums);
  let times = Array.from(durations);
  const duration = add(times);
  const mean = add(values) / duration;
  if (!Number.isFinite(mean) || values.length < fewest) return { mean, error: Number.POSITIVE_INFINITY };
  for (;;) {
    const deviations = values.map((value, i) => value - mean * times[i]!);
    const variance = add(deviations.map((deviation) => deviation ** 2));
    const enough = values.length >= 2 * fewest;
    if (
      !enough ||
      variance === 0 ||
      Math.abs(correlation(deviations) / variance) < 2 / Math.sqrt(values.length)
    ) {
      const blocks = values.length;
      return { mean, error: Math.sqrt((variance * blocks) / (blocks - 1)) / duration };
    }
    values = pairs(values);
    times = pairs(times);
  }
}

/** Σ of products of neighbours. */
function correlation(values: readonly number[]): number {
  return values.slice(1).reduce((sum, value, i) => sum + value * values[i]!, 0);
}

/** Neighbours added up; an odd one at the beginning, farthest from the stationary state, stays alone with its neighbour. */
function pairs(values: readonly number[]): number[] {
  const odd = values.length % 2;
  const first = odd === 1 ? [values[0]! + values[1]! + values[2]!] : [];
  const rest = values.slice(odd === 1 ? 3 : 0);
  return [...first, ...Array.from({ length: rest.length / 2 }, (_, i) => rest[2 * i]! + rest[2 * i + 1]!)];
}

function add(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Members from which on their scatter is taken into account. */
const enoughMembers = 8;

/**
 * The mean over independent members and its standard error: that of the members' own errors, √(Σ errorᵦ²)/B, or, where there
 * are at least 8 members, their scatter std/√B if that is greater.
 */
export function acrossMembers(members: readonly Estimate[]): Estimate {
  const count = members.length;
  const mean = add(members.map((member) => member.mean)) / count;
  const within = Math.sqrt(add(members.map((member) => member.error ** 2))) / count;
  if (count < enoughMembers || !Number.isFinite(mean)) return { mean, error: within };
  const scatter = Math.sqrt(add(members.map((member) => (member.mean - mean) ** 2)) / (count - 1) / count);
  return { mean, error: Number.isFinite(within) ? Math.max(within, scatter) : scatter };
}
