// The sum of all exponents against the determinant of the Jacobian, which is computed without tangent vectors.
import { linalg, noGrad, scope, type Tensor } from "@throughline/torch";
import { pushForward } from "../systems/advance.js";
import { logsOf, strainOf } from "../systems/condition.js";
import type { FloatType, System, Tangent } from "../systems/system.js";
import { unresolvedBelow } from "./rank.js";

/** The two sides of Σ λᵢ = mean ln |det J| of maps and nets, = mean trace of ∂f/∂x of flows, over the same stretches. */
export interface SumRule {
  /** Σ λᵢ over the stretches that were checked, mean over members. */
  readonly exponents: number;
  /** The mean of ln |det J|, or of the trace, over them. */
  readonly jacobian: number;
  /**
   * True if both sides agree in every member within the tolerance: 0.1 % of Σ |λᵢ| in float64, 1 % in float32, or 1,000
   * rtol.
   */
  readonly holds: boolean;
}

const tolerances: Readonly<Record<FloatType, number>> = { float64: 1e-3, float32: 1e-2 };
/** Smallest sum in nats over an interval by which a difference is divided: sums may be 0. */
const leastNats = 1;

/** ln |det| of the Jacobian of `steps` steps, [batch]: the system's own, else by LU decompositions step by step. */
function logDeterminant(system: System, { state, frame }: Tangent, from: number, steps: number): Tensor {
  if (system.logDeterminant !== undefined) return system.logDeterminant(state, from, steps);
  return scope(() => {
    let sum: Tensor | undefined;
    let now = state;
    for (let i = 0; i < steps; i++) {
      const pushed = pushForward(system, now, frame, from + i, 1);
      const own = linalg.slogdet(pushed.frame).logabsdet;
      sum = sum === undefined ? own : sum.add(own);
      now = pushed.state;
    }
    return sum!;
  });
}

/** Checks the rule on a part of the intervals that are measured. */
export class SumCheck {
  readonly #system: System;
  readonly #tolerance: number;
  /** ln R_ii − max ln R_ii of a single step below which a Jacobian is singular to rounding. */
  readonly #level: number;
  readonly #sums: Float64Array;
  readonly #determinants: Float64Array;
  readonly #sizes: Float64Array;
  #time = 0;

  constructor(system: System, batch: number, dtype: FloatType) {
    this.#system = system;
    this.#tolerance = Math.max(tolerances[dtype], 1000 * (system.tangentError?.(dtype) ?? 0));
    this.#level =
      system.pushOrthonormal === undefined
        ? unresolvedBelow(system.dimension, dtype)
        : Number.NEGATIVE_INFINITY;
    this.#sums = new Float64Array(batch);
    this.#determinants = new Float64Array(batch);
    this.#sizes = new Float64Array(batch);
  }

  /** Compares ln R_ii [batch · N] of an interval with its determinant. Singular Jacobians have nothing to compare. */
  check(start: Tangent, from: number, steps: number, logs: Float64Array): void {
    const determinants = noGrad(() => scope(() => logsOf(logDeterminant(this.#system, start, from, steps))));
    const k = logs.length / determinants.length;
    if (!determinants.every(Number.isFinite)) return;
    if (steps === 1 && (strainOf(logs, k).spread >= -this.#level || logs.includes(Number.NEGATIVE_INFINITY)))
      return;
    this.#time += steps * this.#system.dt;
    determinants.forEach((determinant, member) => {
      const own = logs.subarray(member * k, (member + 1) * k);
      this.#sums[member]! += own.reduce((sum, log) => sum + log, 0);
      this.#sizes[member]! += own.reduce((sum, log) => sum + Math.abs(log), leastNats);
      this.#determinants[member]! += determinant;
    });
  }

  /** Result of the checks; null if there were none. */
  get result(): SumRule | null {
    if (this.#time === 0) return null;
    const rate = (values: Float64Array): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length / this.#time;
    return {
      exponents: rate(this.#sums),
      jacobian: rate(this.#determinants),
      holds: this.#sums.every((sum, member) => {
        const difference = Math.abs(sum - this.#determinants[member]!);
        return Number.isFinite(difference) && difference <= this.#tolerance * this.#sizes[member]!;
      }),
    };
  }
}
