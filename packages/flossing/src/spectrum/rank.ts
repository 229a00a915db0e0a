// Where the arithmetic could not tell a growth factor from zero.
import type { FloatType } from "../systems/system.js";

const roundings: Readonly<Record<FloatType, number>> = { float64: 2 ** -52, float32: 2 ** -23 };

/**
 * Counts, for each member and exponent, QRs with R_ii = 0 and QRs one step apart with R_ii below 8 √N ε · max R: there the Jacobian
 * is singular to working precision, and R_ii is rounding noise.
 */
export class RankCount {
  /** R_ii was exactly 0. */
  readonly zeros: Float64Array;
  /** R_ii was 0 or at rounding level after a single step. */
  readonly unresolved: Float64Array;
  /** Whether vectors became dependent to working precision over an interval of several steps. */
  overlong = false;
  /** QRs so far, of each member. */
  count = 0;
  readonly #k: number;
  readonly #width: number;
  readonly #level: number;

  constructor(batch: number, k: number, dimension: number, dtype: FloatType) {
    this.#k = k;
    this.#width = batch * k;
    this.#level = Math.log(8 * Math.sqrt(dimension) * roundings[dtype]);
    this.zeros = new Float64Array(this.#width);
    this.unresolved = new Float64Array(this.#width);
  }

  /** Takes note of ln R_ii of QRs `steps` apart. */
  observe(logs: Float64Array, steps: number): void {
    this.count += logs.length / this.#width;
    for (let at = 0; at < logs.length; at += this.#k)
      this.#observeOne(logs.subarray(at, at + this.#k), at, steps);
  }

  #observeOne(logs: Float64Array, at: number, steps: number): void {
    const most = logs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const place = at % this.#width;
    logs.forEach((value, i) => {
      if (value === Number.NEGATIVE_INFINITY) this.zeros[place + i]!++;
      if (value > most + this.#level || most === Number.NEGATIVE_INFINITY) return;
      if (steps === 1) this.unresolved[place + i]!++;
      else this.overlong = true;
    });
  }

  /** Whether the exponent at `place` is −∞ as far as the arithmetic can tell: R_ii once 0, or mostly rounding noise. */
  isMinusInfinity(place: number): boolean {
    return this.zeros[place]! > 0 || (this.count > 0 && this.unresolved[place]! >= this.count / 2);
  }
}
