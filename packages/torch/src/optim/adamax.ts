// Adamax.

import { atLeast, decayRates, flag } from "../checks/options.js";
import type { Batch } from "./batch.js";
import { average_, countStep, descent, numbers } from "./formula.js";
import { Optimizer } from "./optimizer.js";
import { raw } from "./raw.js";
import type { CommonOptions, OptimizerSpec, Parameters, ParamGroup } from "./spec.js";

/** Options of `Adamax`; the defaults are PyTorch's. */
export interface AdamaxOptions extends CommonOptions {
  /** Learning rate γ, at least 0. Default 0.002. */
  lr: number;
  /** Decay rates β₁ of the average of gradients, β₂ of the largest magnitude. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the magnitude, ε. Default 1e-8. */
  eps: number;
  /** L2 penalty λ. Default 0. */
  weightDecay: number;
  /** Go up along the gradient. Default false. */
  maximize: boolean;
}

const spec: OptimizerSpec<AdamaxOptions> = {
  name: "Adamax",
  rules: {
    lr: atLeast(0, 2e-3),
    betas: decayRates(0.9, 0.999),
    eps: atLeast(0, 1e-8),
    weightDecay: atLeast(0, 0),
    maximize: flag(false),
  },
  fixed: { foreach: null, differentiable: false, capturable: false },
  fusedOn: [],
  state: () => ({ step: { kind: "count" }, exp_avg: { kind: "like" }, exp_inf: { kind: "like" } }),
  uses: () => ["step", "exp_avg", "exp_inf"],
};

/**
 * Adam with the largest magnitude instead of the average square (Kingma and Ba 2015, §7.1; `torch.optim.Adamax`):
 *
 *     g ← ∇ + λθ;   m ← β₁m + (1 − β₁)g;   u ← max(β₂u, |g| + ε);   θ ← θ − γ/(1 − β₁ᵗ) · m/u
 *
 * @throws TorchError `torch/argument` for an unknown option or a value out of range.
 */
export class Adamax extends Optimizer<AdamaxOptions> {
  constructor(params: Parameters<AdamaxOptions>, options: Partial<AdamaxOptions> = {}) {
    super(spec, params, options);
  }

  /** @internal */
  protected override update(group: ParamGroup<AdamaxOptions>, batch: Batch): void {
    const { lr, eps } = group;
    const [beta1, beta2] = group.betas;
    const { exp_avg: means = [], exp_inf: largest = [] } = batch.state;
    countStep(batch);
    const grads = descent(batch, group);
    average_(means, grads, beta1);
    const magnitudes = raw<number[]>("aten::_foreach_abs", grads);
    raw("aten::_foreach_add_.Scalar", magnitudes, eps);
    raw("aten::_foreach_mul_.Scalar", largest, beta2);
    raw("aten::_foreach_maximum_.List", largest, magnitudes);
    const rates = numbers(batch.state.step).map((count) => -lr / (1 - beta1 ** count));
    raw("aten::_foreach_addcdiv_.ScalarList", batch.params, means, largest, rates);
  }
}
