// The error for what a model of this package does not accept.
import { type Tensor, TorchError } from "@throughline/torch";

/** One sentence: who refuses, what was given, what is accepted. */
export function refuse(who: string, reason: string): TorchError {
  return new TorchError("torch/argument", `${who}: ${reason}`, { op: who });
}

/** @throws TorchError unless `value` is a whole number of at least `least`. */
export function whole(who: string, what: string, value: number, least = 1): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw refuse(who, `${what} is ${value}; accepted: a whole number of ${least} or more`);
}

/**
 * @param expected the size of each dimension; a name stands for any size.
 * @throws TorchError unless `tensor` has that shape.
 */
export function expectShape(
  who: string,
  what: string,
  tensor: Tensor,
  expected: readonly (number | string)[],
): void {
  const { shape } = tensor;
  const fits =
    shape.length === expected.length &&
    expected.every((size, i) => typeof size === "string" || size === shape[i]);
  if (!fits) throw refuse(who, `${what} is [${shape}]; accepted: [${expected.join(", ")}]`);
}
