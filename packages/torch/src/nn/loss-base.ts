// Shared part of loss layers.
import type { Tensor } from "../tensor/index.js";
import { type LossOptions, type Reduction, reductionCode } from "./functional/reduction.js";
import { Module } from "./module.js";
import { Buffer } from "./parameter.js";

/** @internal What losses of a prediction and a target share. */
export abstract class Loss<Args extends unknown[] = [x: Tensor, target: Tensor]> extends Module<Args> {
  readonly reduction: Reduction;

  /** @param options `reduction`: default `"mean"`. */
  constructor(options: LossOptions = {}) {
    super();
    this.reduction = options.reduction ?? "mean";
    reductionCode(this);
  }
}

/** @internal A factor as part of a loss's state; null if there is none. */
export function asBuffer(tensor: Tensor | null | undefined): Buffer | null {
  return tensor ? new Buffer(tensor) : null;
}
