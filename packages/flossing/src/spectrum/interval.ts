// Number of steps between two QRs: as many as keep the tangent vectors well-conditioned.
import { conditionBound, strainOf } from "../systems/condition.js";
import type { FloatType, System } from "../systems/system.js";
import { leastResolved } from "./orbit-noise.js";

const longest = 64;

/** The number of steps between QRs: given, or a power of two that follows the growth of the condition number. */
export class IntervalControl {
  /** Steps between QRs now. */
  current: number;
  /** ln of the greatest condition number seen: max ln R_ii − min ln R_ii of one member at one QR. */
  worst = 0;
  /** ln of the condition number to stay below. */
  readonly bound: number;
  /** True if it may change. */
  readonly auto: boolean;
  readonly #least: number;

  /**
   * @param bound ln of the condition number to stay below
   * @param least the ln R_ii that an interval of several steps must not fall below, for single steps to be looked at
   */
  constructor(interval: number | "auto", bound: number, least: number = Number.NEGATIVE_INFINITY) {
    this.auto = interval === "auto";
    this.current = interval === "auto" ? 1 : interval;
    this.bound = bound;
    this.#least = least;
  }

  /**
   * Takes note of ln R_ii (k for each QR and member) of QRs `steps` apart, and says whether they may be used. Where the vectors
   * became too dependent the interval is halved, and they may not; where the vectors would stay well below the bound over twice
   * the steps, and `mayGrow`, it is doubled.
   * @param worst ln of the greatest condition number, where QRs were also made between these
   */
  observe(logs: Float64Array, k: number, steps: number, mayGrow: boolean, worst?: number): boolean {
    const { spread, strain } = strainOf(logs, k);
    const isTooLong = strain > this.bound || finiteLeast(logs) < this.#least;
    const isRefused = this.auto && isTooLong && steps > 1;
    if (!isRefused) this.worst = Math.max(this.worst, worst ?? spread);
    if (!this.auto || steps > this.current) return !isRefused;
    if (isTooLong) this.current = Math.max(1, Math.floor(steps / 2));
    else if (mayGrow && steps === this.current && 2.5 * strain < this.bound) {
      this.current = Math.min(longest, 2 * this.current);
    }
    return !isRefused;
  }
}

/** The control for a system's tangent vectors in `dtype`. */
export function controlFor(interval: number | "auto", system: System, dtype: FloatType): IntervalControl {
  return new IntervalControl(
    interval,
    conditionBound(dtype, system.tangentError?.(dtype)),
    leastResolved(system, dtype),
  );
}

function finiteLeast(logs: Float64Array): number {
  return logs.reduce(
    (least, log) => (log < least && log !== Number.NEGATIVE_INFINITY ? log : least),
    Number.POSITIVE_INFINITY,
  );
}

/** The greatest divisor of `steps` that is not above `most`. */
export function divisorUpTo(steps: number, most: number): number {
  let divisor = Math.min(steps, most);
  while (steps % divisor !== 0) divisor--;
  return divisor;
}
