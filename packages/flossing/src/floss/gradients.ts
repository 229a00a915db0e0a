// Gradients of parameters and their lengths, in as many calls for all as for one.
import { ops, type Tensor } from "@throughline/torch";

/** Gradients of `parameters`; those without one are passed over. */
export function gradientsOf(parameters: readonly Tensor[]): Tensor[] {
  return parameters.map(({ grad }) => grad).filter((grad) => grad !== null);
}

/** Euclidean norm of each tensor by itself, one scalar each. */
export function normsOf(tensors: readonly Tensor[]): readonly Tensor[] {
  return tensors.length === 0 ? [] : ops.aten._foreachNorm.Scalar(tensors, 2);
}
