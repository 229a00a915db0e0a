// Quantities that follow from a spectrum: the attractor's dimension and its entropy rate.
import { givenNumbers } from "../arguments.js";

/**
 * Kaplan–Yorke dimension j + Σ_{i≤j} λᵢ / |λⱼ₊₁| of exponents in any order, j the largest number with Σ_{i≤j} λᵢ ≥ 0: 0 if
 * all are negative, N if the sum of all N is not negative. `null` if that number is not reached among the given ones.
 * @param dimension N, if `exponents` are all there are; default: their number.
 */
export function kaplanYorke(
  exponents: readonly number[],
  dimension: number = exponents.length,
): number | null {
  const sorted = [...givenNumbers("kaplanYorke: exponents", exponents)].sort((a, b) => b - a);
  let sum = 0;
  for (const [j, exponent] of sorted.entries()) {
    if (sum + exponent < 0) return j + sum / Math.abs(exponent);
    sum += exponent;
  }
  return sorted.length >= dimension ? dimension : null;
}

/**
 * Σ of the positive exponents: Pesin's formula for the entropy rate (of SRB measures), in nats per step or per unit of time;
 * an upper bound in general.
 */
export function entropyRate(exponents: readonly number[]): number {
  return givenNumbers("entropyRate: exponents", exponents).reduce(
    (sum, exponent) => sum + Math.max(0, exponent),
    0,
  );
}
