// Operands of binary operations.
import { Handle } from "../handle.js";
import type { Scalar } from "./base.js";
import type { Tensor } from "./index.js";

/** A tensor, or a number that is broadcast. */
export type Operand = Tensor | Scalar;

/** True if a value is a tensor and not a number. */
export function isTensor(value: unknown): value is Tensor {
  return value instanceof Handle;
}

/** One dimension as a list of one, for operators that take a list. */
export function asDims(dim: number | readonly number[] | undefined): readonly number[] | undefined {
  return typeof dim === "number" ? [dim] : dim;
}
