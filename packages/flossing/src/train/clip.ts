// Gradients clipped array by array.
import { noGrad, ops, scope, type Tensor } from "@throughline/torch";
import { gradientsOf, normsOf } from "../floss/gradients.js";

/**
 * g ← g · min(1, most / (‖g‖ + 1e-6)) for the gradient of each parameter by itself, as Flux's ClipNorm does: `clipGradNorm_` of
 * one parameter after the other, in as many calls for all as that takes for one. Parameters without a gradient are passed over.
 */
export function clipEach(parameters: readonly Tensor[], most: number): void {
  const { aten } = ops;
  scope(() =>
    noGrad(() => {
      const gradients = gradientsOf(parameters);
      if (gradients.length === 0) return;
      const factors = normsOf(gradients);
      aten._foreachAdd_.Scalar(factors, 1e-6);
      aten._foreachReciprocal_(factors);
      aten._foreachMul_.Scalar(factors, most);
      aten._foreachClampMax_.Scalar(factors, 1);
      aten._foreachMul_.List(gradients, factors);
    }),
  );
}
