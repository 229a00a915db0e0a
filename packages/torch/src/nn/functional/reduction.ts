// Reduction of a loss to one number.
import { notAccepted } from "../../checks/index.js";
import { call } from "../../dispatch.js";
import type { Tensor } from "../../tensor/index.js";

/** Reduction of a loss: `"mean"` or `"sum"` of the elements, or `"none"`, which returns them all. */
export type Reduction = "none" | "mean" | "sum";

/** An option of every loss. */
export interface LossOptions {
  /** Default `"mean"`. */
  readonly reduction?: Reduction;
}

/** ATen's code of a reduction. */
export function reductionCode({ reduction = "mean" }: LossOptions): number {
  switch (reduction) {
    case "none":
      return 0;
    case "mean":
      return 1;
    case "sum":
      return 2;
    default:
      throw notAccepted("loss: reduction", reduction, '"none" or "mean" or "sum"');
  }
}

/** Applies a reduction to a loss whose operator has none. */
export function reduce(loss: Tensor, options: LossOptions): Tensor {
  const code = reductionCode(options);
  return code === 0 ? loss : call(code === 1 ? "aten::mean" : "aten::sum", loss);
}
