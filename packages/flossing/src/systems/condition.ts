// Limit on the dependence of tangent vectors before they are made orthonormal again.
import { scope, type Tensor } from "@throughline/torch";
import type { FloatType } from "./system.js";

/** Condition number of the tangent vectors to stay below, unless the integrator's error says less. */
const greatest: Readonly<Record<FloatType, number>> = { float64: 1e7, float32: 1e3 };

/** The error in ln R_ii that an integrator's relative error, times the condition number, may cause. */
const budget: Readonly<Record<FloatType, number>> = { float64: 1e-5, float32: 1e-3 };

/**
 * ln of the condition number to stay below: of the two bounds above the smaller one, but at least 100.
 * @param error relative error of tangent vectors, where it is above rounding
 */
export function conditionBound(dtype: FloatType, error = 0): number {
  return Math.log(Math.max(100, Math.min(greatest[dtype], budget[dtype] / error)));
}

/** Strain of a batch's tangent vectors since the last QR. */
export interface Strain {
  /** ln of the greatest condition number, estimated from below: the greatest max − min of the finite ln R_ii of a member. */
  readonly spread: number;
  /** Quantity that must stay below the bound: `spread`, or as much growth as is still far from overflow. */
  readonly strain: number;
}

/** Computed from ln R_ii, k for each QR and member. */
export function strainOf(logs: Float64Array, k: number): Strain {
  let spread = 0;
  let growth = 0;
  for (let at = 0; at < logs.length; at += k) {
    let most = Number.NEGATIVE_INFINITY;
    let least = Number.POSITIVE_INFINITY;
    for (let i = at; i < at + k; i++) {
      const value = logs[i]!;
      if (Number.isNaN(value) || value === Number.POSITIVE_INFINITY) return { spread, strain: Infinity };
      if (value === Number.NEGATIVE_INFINITY) continue;
      most = Math.max(most, value);
      least = Math.min(least, value);
    }
    if (most < least) continue;
    spread = Math.max(spread, most - least);
    growth = Math.max(growth, Math.abs(most), Math.abs(least));
  }
  return { spread, strain: Math.max(spread, growth / 8) };
}

/** Numbers of a tensor of ln R_ii. */
export function logsOf(logs: Tensor): Float64Array {
  return scope(() => Float64Array.from(logs.detach().contiguous().toTypedArray() as Float64Array));
}
