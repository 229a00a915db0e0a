// Values that parameters and samples may have.
import { noGrad } from "../autograd.js";
import { show } from "../checks/show.js";
import { TorchError } from "../errors.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";

/** A set of values. */
export interface Constraint {
  /** Description of the set, for the error. */
  readonly accepted: string;
  /** The elements of `value` that are in the set, as bools of its shape, or [] if only the whole can be judged. */
  holds(value: Tensor): Tensor;
}

/** All numbers, infinite ones too. */
export const real: Constraint = {
  accepted: "numbers, not NaN",
  holds: (value) => value.isnan().logicalNot(),
};
export const positive: Constraint = { accepted: "numbers above 0", holds: (value) => value.gt(0) };
export const unitInterval: Constraint = {
  accepted: "numbers from 0 to 1",
  holds: (value) => value.ge(0).logicalAnd(value.le(1)),
};
export const boolean: Constraint = {
  accepted: "0 and 1",
  holds: (value) => value.eq(0).logicalOr(value.eq(1)),
};

/** Whole numbers from `low` to `high`. */
export function integers(low: number, high: number): Constraint {
  return {
    accepted: `whole numbers from ${low} to ${high}`,
    holds: (value) => value.remainder(1).eq(0).logicalAnd(value.ge(low)).logicalAnd(value.le(high)),
  };
}

/** @throws TorchError `torch/argument`, with the first value that is not in the set */
export function checkHolds(what: string, value: Tensor, constraint: Constraint): void {
  const wrong = scope(() =>
    noGrad(() => {
      const holds = constraint.holds(value);
      if (holds.all().item()) return undefined;
      return value.maskedSelect(holds.logicalNot()).at(0).item();
    }),
  );
  if (wrong === undefined) return;
  throw new TorchError(
    "torch/argument",
    `${what} is ${show(value)} and holds ${wrong}, accepted: ${constraint.accepted}`,
  );
}
