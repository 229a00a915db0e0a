// Adagrad.

import { atLeast, flag } from "../checks/options.js";
import type { Batch } from "./batch.js";
import { countStep, descent, numbers } from "./formula.js";
import { Optimizer } from "./optimizer.js";
import { raw } from "./raw.js";
import type { CommonOptions, OptimizerSpec, Parameters, ParamGroup } from "./spec.js";

/** Options of `Adagrad`; the defaults are PyTorch's. */
export interface AdagradOptions extends CommonOptions {
  /** Learning rate γ, at least 0. Default 0.01. */
  lr: number;
  /** Decay of the learning rate, η. Default 0. */
  lrDecay: number;
  /** Added to the denominator, ε. Default 1e-10. */
  eps: number;
  /** L2 penalty λ. Default 0. */
  weightDecay: number;
  /** Initial sum of squares. Default 0. */
  initialAccumulatorValue: number;
  /** Go up along the gradient. Default false. */
  maximize: boolean;
}

const spec: OptimizerSpec<AdagradOptions> = {
  name: "Adagrad",
  rules: {
    lr: atLeast(0, 1e-2),
    lrDecay: atLeast(0, 0),
    eps: atLeast(0, 1e-10),
    weightDecay: atLeast(0, 0),
    initialAccumulatorValue: atLeast(0, 0),
    maximize: flag(false),
  },
  fixed: { foreach: null, differentiable: false, fused: null },
  fusedOn: ["cpu"],
  state: ({ initialAccumulatorValue }) => ({
    step: { kind: "count" },
    sum: { kind: "like", initial: initialAccumulatorValue },
  }),
  uses: () => ["step", "sum"],
};

/**
 * Adagrad (Duchi et al. 2011; `torch.optim.Adagrad`):
 *
 *     g ← ∇ + λθ;   s ← s + g²;   θ ← θ − γ / (1 + (t − 1)η) · g / (√s + ε)
 *
 * @throws TorchError `torch/argument` for an unknown option or a value out of range.
 */
export class Adagrad extends Optimizer<AdagradOptions> {
  constructor(params: Parameters<AdagradOptions>, options: Partial<AdagradOptions> = {}) {
    super(spec, params, options);
  }

  /** @internal */
  protected override update(group: ParamGroup<AdagradOptions>, batch: Batch): void {
    const { lr, lrDecay, eps, weightDecay, maximize } = group;
    const { sum = [], step } = batch.state;
    countStep(batch);
    if (batch.fused) {
      const { params, grads } = batch;
      raw("aten::_fused_adagrad_", params, grads, sum, step, lr, lrDecay, weightDecay, eps, maximize);
      return;
    }
    const grads = descent(batch, group);
    raw("aten::_foreach_addcmul_.Scalar", sum, grads, grads, 1);
    const roots = raw<number[]>("aten::_foreach_sqrt", sum);
    raw("aten::_foreach_add_.Scalar", roots, eps);
    const rates = numbers(step).map((count) => -lr / (1 + (count - 1) * lrDecay));
    raw("aten::_foreach_addcdiv_.ScalarList", batch.params, grads, roots, rates);
  }
}
