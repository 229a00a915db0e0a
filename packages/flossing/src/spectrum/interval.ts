// How many steps may pass between two QRs: as many as keep the tangent vectors well-conditioned.
import type { FloatType, System } from "../systems/system.js";

/** Condition number of the tangent vectors that `interval: "auto"` stays below, unless the integrator's error says less. */
export const conditionBound: Readonly<Record<FloatType, number>> = { float64: 1e7, float32: 1e3 };

/** The error in ln R_ii that an integrator's relative error, times the condition number, may cause. */
const budget: Readonly<Record<FloatType, number>> = { float64: 1e-5, float32: 1e-3 };

const longest = 64;

/** ln of the condition number to stay below: of the two bounds above the smaller one, but at least 100. */
export function boundFor(system: System, dtype: FloatType): number {
  const error = system.tangentError?.(dtype) ?? 0;
  return Math.log(Math.max(100, Math.min(conditionBound[dtype], budget[dtype] / error)));
}

/** The number of steps between QRs: given, or a power of two that follows the growth of the condition number. */
export class IntervalControl {
  /** Steps between QRs now. */
  current: number;
  /** ln of the greatest condition number seen: max ln R_ii − min ln R_ii of one member at one QR. */
  worst = 0;
  /** Whether it may change. */
  readonly auto: boolean;
  readonly #bound: number;

  /** @param bound ln of the condition number to stay below. */
  constructor(interval: number | "auto", bound: number) {
    this.auto = interval === "auto";
    this.current = interval === "auto" ? 1 : interval;
    this.#bound = bound;
  }

  /**
   * Takes note of ln R_ii (k for each QR and member) of QRs `steps` apart. Where the vectors became too dependent the interval
   * is halved; where they would stay well below the bound over twice the steps, and `mayGrow`, it is doubled.
   */
  observe(logs: Float64Array, k: number, steps: number, mayGrow: boolean): void {
    const { spread, growth } = spreadOf(logs, k);
    this.worst = Math.max(this.worst, spread);
    if (!this.auto || steps !== this.current) return;
    const strain = Math.max(spread, growth / 8); // and lengths far from overflow
    if (strain > this.#bound) this.current = Math.max(1, this.current / 2);
    else if (mayGrow && 2.5 * strain < this.#bound) this.current = Math.min(longest, 2 * this.current);
  }
}

/** The greatest max − min of the finite logs of one member at one QR, and the greatest |ln R_ii|. */
function spreadOf(logs: Float64Array, k: number): { spread: number; growth: number } {
  let spread = 0;
  let growth = 0;
  for (let at = 0; at < logs.length; at += k) {
    let most = Number.NEGATIVE_INFINITY;
    let least = Number.POSITIVE_INFINITY;
    for (let i = at; i < at + k; i++) {
      const value = logs[i]!;
      if (!Number.isFinite(value)) continue;
      most = Math.max(most, value);
      least = Math.min(least, value);
    }
    if (most < least) continue;
    spread = Math.max(spread, most - least);
    growth = Math.max(growth, Math.abs(most), Math.abs(least));
  }
  return { spread, growth };
}

/** The greatest divisor of `steps` that is not above `most`. */
export function divisorUpTo(steps: number, most: number): number {
  let divisor = Math.min(steps, most);
  while (steps % divisor !== 0) divisor--;
  return divisor;
}
