// The long-term Jacobian, its singular values and its condition number over any horizon.
import { dispose, noGrad, scope, type Tensor } from "@throughline/torch";
import { checkOptions, optional, type Rules, whole, wholeNumber } from "@throughline/torch/checks";
import { checkSystem, numbers } from "../arguments.js";
import { pushOrthonormal } from "../systems/advance.js";
import { diverged, refuse } from "../systems/refuse.js";
import type { System } from "../systems/system.js";
import { GradedProduct } from "./graded.js";
import { type StepperOptions, startOf, stepperRules } from "./setup.js";

/** Options of `longTermJacobian`. */
export interface LongTermOptions
  extends Pick<StepperOptions, "initial" | "batch" | "dtype" | "seed" | "generator" | "from"> {
  /** The longest horizon t − τ, in steps. */
  readonly steps?: number;
  /** All horizons to look at, in steps, ascending. Default: `[steps]`. */
  readonly horizons?: readonly number[];
  /** Number of the largest singular values to return. Default: all N. */
  readonly directions?: number;
  /** Steps taken from `initial` before τ. Default 0. */
  readonly transient?: number;
}

const rules: Rules<LongTermOptions> = {
  initial: stepperRules.initial,
  batch: stepperRules.batch,
  dtype: stepperRules.dtype,
  seed: stepperRules.seed,
  generator: stepperRules.generator,
  from: stepperRules.from,
  steps: optional(whole(1, 1)),
  horizons: optional(numbers),
  directions: optional(whole(1, 1)),
  transient: optional(whole(0, 0)),
};

/** Singular values of T_t(h_τ), over horizons t − τ. */
export interface LongTermJacobian {
  /** t − τ in steps. */
  readonly horizons: readonly number[];
  /** ln σᵢ, descending: [horizon][member] of `directions`. −Infinity where the Jacobian is singular to rounding. */
  readonly logSingularValues: readonly (readonly Float64Array[])[];
  /**
   * ln κ⁽ᵐ⁾ = ln σ₁ − ln σ_m, the condition number of the m leading directions (default: all), [horizon][member]. Infinity where
   * σ_m is 0. Theory expects (λ₁ − λ_m)(t − τ).
   */
  logCondition(directions?: number): number[][];
}

/**
 * ln of the singular values of the long-term Jacobian T_t(h_τ) = D_{t−1} … D_τ, D the one-step Jacobian, for all horizons in
 * one pass. The product is accumulated as T Q₀ = Qₙ · Rₙ … R₁ with rows scaled by powers of two, and its singular values come
 * from a one-sided Jacobi method that keeps small ones as accurate, relatively, as large ones; so condition numbers of 10⁶⁰
 * or 10⁶⁰⁰⁰ need no long floating-point numbers. Computed in float64 apart from the steps themselves.
 * @throws TorchError `flossing/argument` for options that do not fit the system.
 *
 * @example
 * const { horizons, logCondition } = longTermJacobian(system, { horizons: [10, 20, 50, 100] });
 * const perMember = logCondition(15); // ln σ₁/σ₁₅ at each horizon
 */
export function longTermJacobian(system: System, options: LongTermOptions): LongTermJacobian {
  checkSystem("longTermJacobian", system);
  const {
    steps,
    horizons: wanted,
    directions: most,
    transient = 0,
    ...start
  } = checkOptions("longTermJacobian", rules, options);
  const horizons = horizonsOf({ steps, horizons: wanted });
  const n = system.dimension;
  const directions = wholeNumber("longTermJacobian: directions", most ?? n, 1, n);
  const all = noGrad(() => scope(() => collect(system, start, horizons, transient)));
  const logSingularValues = all.map((members) => members.map((values) => values.slice(0, directions)));
  return {
    horizons,
    logSingularValues,
    logCondition(m = directions): number[][] {
      wholeNumber("logCondition: directions", m, 1, directions);
      return logSingularValues.map((members) =>
        members.map((values) => difference(values[0]!, values[m - 1]!)),
      );
    },
  };
}

function difference(largest: number, smallest: number): number {
  return smallest === Number.NEGATIVE_INFINITY ? Number.POSITIVE_INFINITY : largest - smallest;
}

function horizonsOf({ steps, horizons }: Pick<LongTermOptions, "steps" | "horizons">): number[] {
  const list = [...(horizons ?? (steps === undefined ? [] : [steps]))];
  if (list.length === 0) throw refuse("longTermJacobian", "give steps, or horizons to look at");
  list.forEach((horizon, i) => {
    wholeNumber("longTermJacobian: a horizon", horizon, 1);
    if (i > 0 && horizon <= list[i - 1]!) {
      throw refuse("longTermJacobian", `horizons must ascend; ${horizon} comes after ${list[i - 1]}`);
    }
  });
  if (steps !== undefined && list.at(-1)! !== steps) {
    throw refuse(
      "longTermJacobian",
      `steps is ${steps} and the last horizon ${list.at(-1)}, but they exclude each other; give one`,
    );
  }
  return list;
}

function collect(
  system: System,
  options: StepperOptions,
  horizons: readonly number[],
  transient: number,
): Float64Array[][] {
  const { batch, ...start } = startOf("longTermJacobian", system, options);
  const n = system.dimension;
  const last = start.from + transient + horizons.at(-1)!;
  if (system.length !== undefined && last > system.length) {
    throw refuse("longTermJacobian", `the system has ${system.length} steps, and this needs ${last}`);
  }
  let t = start.from;
  let state = start.state;
  for (; t < start.from + transient; t++) state = replace(state, () => system.step(state, t));
  const product = new GradedProduct(batch, n);
  const nullity = new Array<number>(batch).fill(0);
  let frame = start.frame;
  const results: Float64Array[][] = [];
  try {
    for (let horizon = 1; horizon <= horizons.at(-1)!; horizon++, t++) {
      const next = scope(() => oneStep(system, state, frame, t, product, nullity));
      state = replace(state, () => next.state);
      frame = replace(frame, () => next.frame);
      if (horizons.includes(horizon)) results.push(singularValues(product, nullity));
    }
  } finally {
    product.dispose();
  }
  return results;
}

function replace(old: Tensor, make: () => Tensor): Tensor {
  const made = make();
  if (made !== old) dispose(old);
  return made;
}

function oneStep(
  system: System,
  state: Tensor,
  frame: Tensor,
  t: number,
  product: GradedProduct,
  nullity: number[],
): { state: Tensor; frame: Tensor } {
  const pushed = pushOrthonormal(system, state, frame, t, 1);
  for (const R of pushed.factors) {
    const wide = R.to("float64");
    noteRank(wide, state.dtype === "float32" ? 2 ** -23 : 2 ** -52, nullity);
    product.multiply(wide.triu());
  }
  return { state: pushed.state, frame: pushed.frame };
}

/** Largest number of diagonal elements of one R that are rounding noise, for each member: that many singular values are 0. */
function noteRank(R: Tensor, rounding: number, nullity: number[]): void {
  const diagonal = R.diagonal({ dim1: -2, dim2: -1 }).abs();
  if (!R.isfinite().all().item()) {
    throw diverged("longTermJacobian", "the trajectory or its Jacobian is no longer finite; start elsewhere");
  }
  const lost = diagonal.le(diagonal.amax({ dim: -1, keepdim: true }).mul(rounding)).sum({ dim: -1 });
  (lost.toArray() as number[]).forEach((count, member) => {
    nullity[member] = Math.max(nullity[member]!, Number(count));
  });
}

function singularValues(product: GradedProduct, nullity: readonly number[]): Float64Array[] {
  return product.logSingularValues().map((values, member) => {
    const zeros = nullity[member]!;
    return zeros === 0 ? values : values.fill(Number.NEGATIVE_INFINITY, values.length - zeros);
  });
}
