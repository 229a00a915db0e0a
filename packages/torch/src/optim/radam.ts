// RAdam.

import { atLeast, decayRates, flag } from "../checks/options.js";
import type { Batch } from "./batch.js";
import { average_, averageOfSquares_, countStep, decay_, descent, numbers } from "./formula.js";
import { Optimizer } from "./optimizer.js";
import { raw } from "./raw.js";
import type { CommonOptions, OptimizerSpec, Parameters, ParamGroup } from "./spec.js";

/** Options of `RAdam`; the defaults are PyTorch's. */
export interface RAdamOptions extends CommonOptions {
  /** Learning rate γ, at least 0. Default 0.001. */
  lr: number;
  /** Decay rates β₁, β₂ of the averages of gradient and square. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the denominator, ε. Default 1e-8. */
  eps: number;
  /** L2 penalty λ, or with `decoupledWeightDecay` the decay of the weights. Default 0. */
  weightDecay: number;
  /** Let the weights decay apart from the gradient, as in AdamW. Default false. */
  decoupledWeightDecay: boolean;
  /** Go up along the gradient. Default false. */
  maximize: boolean;
}

const spec: OptimizerSpec<RAdamOptions> = {
  name: "RAdam",
  rules: {
    lr: atLeast(0, 1e-3),
    betas: decayRates(0.9, 0.999),
    eps: atLeast(0, 1e-8),
    weightDecay: atLeast(0, 0),
    decoupledWeightDecay: flag(false),
    maximize: flag(false),
  },
  fixed: { foreach: null, capturable: false, differentiable: false },
  fusedOn: [],
  state: () => ({ step: { kind: "count" }, exp_avg: { kind: "like" }, exp_avg_sq: { kind: "like" } }),
  uses: () => ["step", "exp_avg", "exp_avg_sq"],
};

/**
 * Adam that trusts the average of squares only once enough steps have gone into it (Liu et al. 2020;
 * `torch.optim.RAdam`): with ρ∞ = 2/(1 − β₂) − 1 and ρ = ρ∞ − 2tβ₂ᵗ/(1 − β₂ᵗ),
 *
 *     ρ > 5: θ ← θ − γ · m/(1 − β₁ᵗ) · r · √(1 − β₂ᵗ)/(√v + ε), r² = (ρ−4)(ρ−2)ρ∞ / ((ρ∞−4)(ρ∞−2)ρ)
 *     else:  θ ← θ − γ · m/(1 − β₁ᵗ)
 *
 * @throws TorchError `torch/argument` for an unknown option or a value out of range.
 */
export class RAdam extends Optimizer<RAdamOptions> {
  constructor(params: Parameters<RAdamOptions>, options: Partial<RAdamOptions> = {}) {
    super(spec, params, options);
  }

  /** @internal */
  protected override update(group: ParamGroup<RAdamOptions>, batch: Batch): void {
    const { lr, eps } = group;
    const [beta1, beta2] = group.betas;
    const { exp_avg: means = [], exp_avg_sq: squares = [] } = batch.state;
    countStep(batch);
    const grads = descent(batch, decay_(batch, group));
    average_(means, grads, beta1);
    averageOfSquares_(squares, grads, beta2);
    const counts = numbers(batch.state.step);
    const factors = counts.map((count) => rectification(beta2, count));
    const rates = counts.map((count, i) => (-lr / (1 - beta1 ** count)) * (factors[i] ?? 1));
    // Before rectification begins the denominator is 1: √v is multiplied by 0 and 1 is added.
    const roots = raw<number[]>("aten::_foreach_sqrt", squares);
    raw(
      "aten::_foreach_mul_.ScalarList",
      roots,
      factors.map((factor) => (factor === undefined ? 0 : 1)),
    );
    raw(
      "aten::_foreach_add_.ScalarList",
      roots,
      factors.map((factor) => (factor === undefined ? 1 : eps)),
    );
    raw("aten::_foreach_addcdiv_.ScalarList", batch.params, means, roots, rates);
  }
}

/** r · √(1 − β₂ᵗ); undefined while ρ ≤ 5. */
function rectification(beta2: number, count: number): number | undefined {
  const limit = 2 / (1 - beta2) - 1;
  const bias = 1 - beta2 ** count;
  const rho = limit - (2 * count * beta2 ** count) / bias;
  if (rho <= 5) return undefined;
  return Math.sqrt(((rho - 4) * (rho - 2) * limit * bias) / ((limit - 4) * (limit - 2) * rho));
}
