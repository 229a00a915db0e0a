// Growth factors that the arithmetic cannot tell from zero.
import type { FloatType } from "../systems/system.js";

export const roundings: Readonly<Record<FloatType, number>> = { float64: 2 ** -52, float32: 2 ** -23 };

/** ln of the share of the greatest R_ii of a single step below which another is rounding noise. */
export function unresolvedBelow(dimension: number, dtype: FloatType): number {
  return Math.log(8 * Math.sqrt(dimension) * roundings[dtype]);
}

/** Number of an orbit's steps that must be noise for the exponent to be −∞: more than one, so that it is not chance. */
const recurring = 2;

/**
 * Counts, for each member and exponent, QRs with R_ii = 0, QRs one step apart with R_ii below 8 √N ε · max R (there the
 * Jacobian is singular to working precision, and R_ii is rounding noise), and steps whose R_ii is noise of the orbit.
 */
export class RankCount {
  /** R_ii was exactly 0. */
  readonly zeros: Float64Array;
  /** R_ii was 0 or at rounding level after a single step. */
  readonly unresolved: Float64Array;
  /** R_ii of a single step was what rounding of the orbit made of it. */
  readonly orbitNoise: Float64Array;
  /** True if vectors became dependent to working precision over an interval of several steps. */
  overlong = false;
  /** QRs so far, of each member. */
  count = 0;
  readonly #k: number;
  readonly #width: number;
  readonly #level: number;

  constructor(batch: number, k: number, dimension: number, dtype: FloatType) {
    this.#k = k;
    this.#width = batch * k;
    this.#level = unresolvedBelow(dimension, dtype);
    this.zeros = new Float64Array(this.#width);
    this.unresolved = new Float64Array(this.#width);
    this.orbitNoise = new Float64Array(this.#width);
  }

  /**
   * Takes note of ln R_ii of QRs `steps` apart.
   * @param isResolved whether QRs were also made between these, so that small factors are no rounding noise
   */
  observe(logs: Float64Array, steps: number, isResolved = false): void {
    this.count += logs.length / this.#width;
    for (let at = 0; at < logs.length; at += this.#k) {
      this.#observeOne(logs.subarray(at, at + this.#k), at % this.#width, steps, isResolved);
    }
  }

  #observeOne(logs: Float64Array, place: number, steps: number, isResolved: boolean): void {
    const most = logs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    logs.forEach((value, i) => {
      const isZero = value === Number.NEGATIVE_INFINITY;
      if (isZero) this.zeros[place + i]!++;
      if (isResolved || (!isZero && value > most + this.#level)) return;
      if (steps === 1) this.unresolved[place + i]!++;
      else if (!isZero) this.overlong = true;
    });
  }

  /** Takes note of steps that were noise of the orbit, member by member. */
  observeOrbit(hits: Float64Array): void {
    hits.forEach((count, place) => {
      this.orbitNoise[place]! += count;
    });
  }

  /** True if only rounding beside larger factors decides whether the exponent at `place` is −∞. */
  isUncertain(place: number): boolean {
    return this.unresolved[place]! > 0 && this.zeros[place] === 0 && this.orbitNoise[place]! < recurring;
  }

  /**
   * True if the exponent at `place` is −∞ as far as the arithmetic can tell: R_ii once 0, mostly rounding noise, or again
   * and again noise of the orbit.
   */
  isMinusInfinity(place: number): boolean {
    if (this.zeros[place]! > 0 || this.orbitNoise[place]! >= recurring) return true;
    return this.count > 0 && this.unresolved[place]! >= this.count / 2;
  }
}
