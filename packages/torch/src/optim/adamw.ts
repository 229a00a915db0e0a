// Adam with decoupled weight decay.
import { AdamBase, type AdamOptions, adamSpec } from "./adam-base.js";
import type { Parameters } from "./spec.js";

const spec = adamSpec("AdamW", true, 1e-2);

/**
 * Adam with the decay of the weights apart from the gradient (Loshchilov and Hutter 2019; `torch.optim.AdamW`):
 * θ ← θ − γλθ, then Adam's step without the penalty.
 *
 * @throws TorchError `torch/argument` for an unknown option or a value out of range.
 */
export class AdamW extends AdamBase {
  constructor(
    params: Parameters<AdamOptions>,
    options: Partial<Omit<AdamOptions, "decoupledWeightDecay">> = {},
  ) {
    super(spec, params, options);
  }
}
