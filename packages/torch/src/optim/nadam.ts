// NAdam.

import { atLeast, decayRates, flag } from "../checks/options.js";
import type { Batch } from "./batch.js";
import { average_, averageOfSquares_, countStep, decay_, descent, numbers } from "./formula.js";
import { Optimizer } from "./optimizer.js";
import { raw } from "./raw.js";
import type { CommonOptions, OptimizerSpec, Parameters, ParamGroup } from "./spec.js";

/** Options of `NAdam`; the defaults are PyTorch's. */
export interface NAdamOptions extends CommonOptions {
  /** Learning rate γ, at least 0. Default 0.002. */
  lr: number;
  /** Decay rates β₁, β₂ of the averages of gradient and square. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the denominator, ε. Default 1e-8. */
  eps: number;
  /** L2 penalty λ, or with `decoupledWeightDecay` the decay of the weights. Default 0. */
  weightDecay: number;
  /** Speed at which the momentum approaches β₁, ψ. Default 0.004. */
  momentumDecay: number;
  /** Let the weights decay apart from the gradient, as in AdamW. Default false. */
  decoupledWeightDecay: boolean;
  /** Go up along the gradient. Default false. */
  maximize: boolean;
}

const spec: OptimizerSpec<NAdamOptions> = {
  name: "NAdam",
  rules: {
    lr: atLeast(0, 2e-3),
    betas: decayRates(0.9, 0.999),
    eps: atLeast(0, 1e-8),
    weightDecay: atLeast(0, 0),
    momentumDecay: atLeast(0, 4e-3),
    decoupledWeightDecay: flag(false),
    maximize: flag(false),
  },
  fixed: { foreach: null, capturable: false, differentiable: false },
  fusedOn: [],
  state: () => ({
    step: { kind: "count" },
    mu_product: { kind: "scalar", initial: 1 },
    exp_avg: { kind: "like" },
    exp_avg_sq: { kind: "like" },
  }),
  uses: () => ["step", "mu_product", "exp_avg", "exp_avg_sq"],
};

/**
 * Adam with Nesterov's momentum (Dozat 2016; `torch.optim.NAdam`): m and v as in Adam, μₜ = β₁(1 − ½·0.96^(tψ)), and
 *
 *     θ ← θ − γ (1 − μₜ)/(1 − ∏μ) · g/d − γ μₜ₊₁/(1 − μₜ₊₁∏μ) · m/d,   d = √(v/(1 − β₂ᵗ)) + ε
 *
 * @throws TorchError `torch/argument` for an unknown option or a value out of range.
 */
export class NAdam extends Optimizer<NAdamOptions> {
  constructor(params: Parameters<NAdamOptions>, options: Partial<NAdamOptions> = {}) {
    super(spec, params, options);
  }

  /** @internal */
  protected override update(group: ParamGroup<NAdamOptions>, batch: Batch): void {
    const { lr, eps, momentumDecay } = group;
    const [beta1, beta2] = group.betas;
    const { exp_avg: means = [], exp_avg_sq: squares = [], mu_product: products = [] } = batch.state;
    countStep(batch);
    const counts = numbers(batch.state.step);
    const momentum = (count: number): number => beta1 * (1 - 0.5 * 0.96 ** (count * momentumDecay));
    raw("aten::_foreach_mul_.ScalarList", products, counts.map(momentum));
    const grads = descent(batch, decay_(batch, group));
    average_(means, grads, beta1);
    averageOfSquares_(squares, grads, beta2);
    const unbiased = raw<number[]>(
      "aten::_foreach_div.ScalarList",
      squares,
      counts.map((count) => 1 - beta2 ** count),
    );
    raw("aten::_foreach_sqrt_", unbiased);
    raw("aten::_foreach_add_.Scalar", unbiased, eps);
    const soFar = numbers(products);
    const ofGradient = counts.map((count, i) => (-lr * (1 - momentum(count))) / (1 - soFar[i]!));
    const ofMean = counts.map((count, i) => {
      const next = momentum(count + 1);
      return (-lr * next) / (1 - soFar[i]! * next);
    });
    raw("aten::_foreach_addcdiv_.ScalarList", batch.params, grads, unbiased, ofGradient);
    raw("aten::_foreach_addcdiv_.ScalarList", batch.params, means, unbiased, ofMean);
  }
}
