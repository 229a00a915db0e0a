// The parts that the optimisers' formulas share, on lists of handles.
import { attempt } from "../dispatch.js";
import { native } from "../native.js";
import type { Batch } from "./batch.js";
import { raw } from "./raw.js";

/** The direction to go down along: the gradients, negated to maximise, plus `weightDecay · parameter` (L2 penalty). */
export function descent(
  batch: Batch,
  options: { readonly maximize: boolean; readonly weightDecay: number },
): number[] {
  const { maximize, weightDecay } = options;
  const grads = maximize ? raw<number[]>("aten::_foreach_neg", batch.grads) : batch.grads;
  if (weightDecay === 0) return grads;
  return raw<number[]>("aten::_foreach_add.List", grads, batch.params, weightDecay);
}

/** Adds one to every count of steps; `counts` reads them. */
export function countStep(batch: Batch): void {
  raw("aten::_foreach_add_.Scalar", batch.state.step, 1);
}

/** The values of an entry that is one number. */
export function numbers(handles: readonly number[] | undefined): number[] {
  return attempt("step", () => (handles ?? []).map((handle) => Number(native.item(handle))));
}

/** average ← β · average + (1 − β) · value, position by position. */
export function average_(averages: number[], values: readonly number[], beta: number): void {
  raw("aten::_foreach_lerp_.Scalar", averages, values, 1 - beta);
}

/** average ← β · average + (1 − β) · value², position by position. */
export function averageOfSquares_(averages: number[], values: readonly number[], beta: number): void {
  raw("aten::_foreach_mul_.Scalar", averages, beta);
  raw("aten::_foreach_addcmul_.Scalar", averages, values, values, 1 - beta);
}

/**
 * Decoupled weight decay: θ ← θ − γλθ at once if the group asks for it; returns what is left for `descent` to do.
 */
export function decay_(
  batch: Batch,
  options: {
    readonly lr: number;
    readonly weightDecay: number;
    readonly decoupledWeightDecay: boolean;
    readonly maximize: boolean;
  },
): { readonly maximize: boolean; readonly weightDecay: number } {
  const { lr, weightDecay, decoupledWeightDecay, maximize } = options;
  if (!decoupledWeightDecay || weightDecay === 0) return { maximize, weightDecay };
  raw("aten::_foreach_mul_.Scalar", batch.params, 1 - lr * weightDecay);
  return { maximize, weightDecay: 0 };
}
