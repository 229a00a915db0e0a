// Operators on native handles: an optimiser's step touches every parameter, and a Tensor object for each would cost
// more than the arithmetic.
import { attempt, findOperator } from "../dispatch.js";
import { native } from "../native.js";

/** Calls an operator with handles for tensors; a result is a handle, or a list of them, owned by the scope. */
export function raw<R = undefined>(name: string, ...args: unknown[]): R {
  return attempt(name, () => native.callOperator(findOperator(name).id, ...args)) as R;
}
