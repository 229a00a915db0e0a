// Settings of integrators: the method and its accuracy.
import type { DType } from "@throughline/torch";
import { oneOf, optional, positive, type Rules, whole } from "@throughline/torch/checks";
import { refuse } from "../refuse.js";

/** Options that every integration shares. */
export interface IntegratorOptions {
  /**
   * `"dop853"` (default): Runge–Kutta of order 8 by Dormand and Prince with adaptive steps. `"rk4"`, `"euler"`: fixed steps
   * of `stepSize`, the classical method of order 4 and x + h f(x).
   */
  readonly method?: "dop853" | "rk4" | "euler";
  /**
   * Adaptive steps keep the local error of each state below atol + rtol·|x| (root mean square over its variables), and that
   * of each tangent vector v below rtol·‖v‖, in every member of the batch. Default 1e-9 in float64, 1e-5 in float32.
   */
  readonly rtol?: number;
  /** See `rtol`. Default: as `rtol`, which suits variables of order 1. */
  readonly atol?: number;
  /** Fixed steps: their length; shortened so that a whole number of them fills the interval. */
  readonly stepSize?: number;
  /** Adaptive steps: how many may be taken in one interval before giving up. Default 100,000. */
  readonly maxSteps?: number;
}

/** Rules of the settings. */
export const integratorRules: Rules<IntegratorOptions> = {
  method: optional(oneOf(["dop853", "rk4", "euler"], "dop853")),
  rtol: optional(positive(1e-9)),
  atol: optional(positive(1e-9)),
  stepSize: optional(positive(1)),
  maxSteps: optional(whole(1, 100_000)),
};

/** Options with everything filled in. */
export interface Settings {
  readonly method: "dop853" | "rk4" | "euler";
  readonly rtol: number;
  readonly atol: number;
  readonly stepSize: number;
  readonly maxSteps: number;
}

/** The least relative error that adaptive steps can keep: a few roundings. */
const least = { float64: 1e-14, float32: 1e-6 };

/** Checks how options that are accepted go together, and fills in defaults. */
export function settingsOf(who: string, options: IntegratorOptions, dtype: DType): Settings {
  const { method = "dop853", maxSteps = 100_000 } = options;
  if (dtype !== "float64" && dtype !== "float32") {
    throw refuse(who, `states are ${dtype}; give float32 or float64`);
  }
  if (method !== "dop853" && options.stepSize === undefined) {
    throw refuse(who, `method "${method}" takes fixed steps; give their length as stepSize`);
  }
  const rtol = options.rtol ?? defaultTolerance(dtype);
  if (rtol < least[dtype]) {
    throw refuse(who, `rtol is ${rtol}; ${dtype} cannot keep errors below ${least[dtype]}`);
  }
  return {
    method,
    rtol,
    atol: options.atol ?? rtol,
    stepSize: options.stepSize ?? 1,
    maxSteps,
  };
}

/** The tolerance of adaptive steps where none is given. */
export function defaultTolerance(dtype: "float32" | "float64"): number {
  return dtype === "float64" ? 1e-9 : 1e-5;
}
