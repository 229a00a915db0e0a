// RMSprop.

import { atLeast, flag } from "../checks/options.js";
import type { Batch } from "./batch.js";
import { average_, averageOfSquares_, countStep, descent } from "./formula.js";
import { Optimizer } from "./optimizer.js";
import { raw } from "./raw.js";
import type { CommonOptions, OptimizerSpec, Parameters, ParamGroup } from "./spec.js";

/** Options of `RMSprop`; the defaults are PyTorch's. */
export interface RMSpropOptions extends CommonOptions {
  /** Learning rate γ, at least 0. Default 0.01. */
  lr: number;
  /** Decay rate α of the average of squares. Default 0.99. */
  alpha: number;
  /** Added to the denominator, ε. Default 1e-8. */
  eps: number;
  /** L2 penalty λ. Default 0. */
  weightDecay: number;
  /** Momentum: part of the previous direction that is kept, μ. Default 0. */
  momentum: number;
  /** Divide by an estimate of the standard deviation, not of the root mean square. Default false. */
  centered: boolean;
  /** Go up along the gradient. Default false. */
  maximize: boolean;
}

const spec: OptimizerSpec<RMSpropOptions> = {
  name: "RMSprop",
  rules: {
    lr: atLeast(0, 1e-2),
    alpha: atLeast(0, 0.99),
    eps: atLeast(0, 1e-8),
    weightDecay: atLeast(0, 0),
    momentum: atLeast(0, 0),
    centered: flag(false),
    maximize: flag(false),
  },
  fixed: { capturable: false, foreach: null, differentiable: false },
  fusedOn: [],
  state: () => ({
    step: { kind: "count" },
    square_avg: { kind: "like" },
    momentum_buffer: { kind: "like" },
    grad_avg: { kind: "like" },
  }),
  uses: ({ momentum, centered }) => [
    "step",
    "square_avg",
    ...(momentum > 0 ? ["momentum_buffer"] : []),
    ...(centered ? ["grad_avg"] : []),
  ],
};

/**
 * RMSprop (Hinton's lecture; centred: Graves 2013; `torch.optim.RMSprop`):
 *
 *     g ← ∇ + λθ;   v ← αv + (1 − α)g²;   d ← g / (√v + ε);   θ ← θ − γd, with momentum: b ← μb + d, θ ← θ − γb
 *
 * centred: v minus the square of the average gradient stands for v in the root.
 * @throws TorchError `torch/argument` for an unknown option or a value out of range.
 */
export class RMSprop extends Optimizer<RMSpropOptions> {
  constructor(params: Parameters<RMSpropOptions>, options: Partial<RMSpropOptions> = {}) {
    super(spec, params, options);
  }

  /** @internal */
  protected override update(group: ParamGroup<RMSpropOptions>, batch: Batch): void {
    const { lr, alpha, eps, momentum, centered } = group;
    const { square_avg: squares = [], grad_avg: means = [], momentum_buffer: buffers = [] } = batch.state;
    countStep(batch);
    const grads = descent(batch, group);
    averageOfSquares_(squares, grads, alpha);
    let variance = squares;
    if (centered) {
      average_(means, grads, alpha);
      variance = raw<number[]>("aten::_foreach_addcmul.Scalar", squares, means, means, -1);
    }
    const roots = raw<number[]>("aten::_foreach_sqrt", variance);
    raw("aten::_foreach_add_.Scalar", roots, eps);
    if (momentum > 0) {
      raw("aten::_foreach_mul_.Scalar", buffers, momentum);
      raw("aten::_foreach_addcdiv_.Scalar", buffers, grads, roots, 1);
      raw("aten::_foreach_add_.List", batch.params, buffers, -lr);
    } else {
      raw("aten::_foreach_addcdiv_.Scalar", batch.params, grads, roots, -lr);
    }
  }
}
