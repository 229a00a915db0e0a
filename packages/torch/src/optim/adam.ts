// Adam.
import { AdamBase, type AdamOptions, adamSpec } from "./adam-base.js";
import type { Parameters } from "./spec.js";

const spec = adamSpec("Adam", false, 0);

/**
 * Adam (Kingma and Ba 2015; `torch.optim.Adam`), with `weightDecay` λ as an L2 penalty:
 *
 *     g ← ∇ + λθ;   m ← β₁m + (1 − β₁)g;   v ← β₂v + (1 − β₂)g²
 *     θ ← θ − γ · m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)
 *
 * With `decoupledWeightDecay` the decay is that of `AdamW`.
 * @throws TorchError `torch/argument` for an unknown option or a value out of range.
 */
export class Adam extends AdamBase {
  constructor(params: Parameters<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super(spec, params, options);
  }
}
