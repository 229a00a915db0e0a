// Stochastic gradient descent.

import { anyNumber, atLeast, flag } from "../checks/options.js";
import type { Batch } from "./batch.js";
import { descent } from "./formula.js";
import { Optimizer } from "./optimizer.js";
import { raw } from "./raw.js";
import {
  type CommonOptions,
  fusedDevices,
  type OptimizerSpec,
  type Parameters,
  type ParamGroup,
} from "./spec.js";

/** Options of `SGD`; the defaults are PyTorch's. */
export interface SGDOptions extends CommonOptions {
  /** Learning rate γ, at least 0. Default 0.001. */
  lr: number;
  /** Momentum: part of the previous direction that is kept, μ. Default 0. */
  momentum: number;
  /** Dampening: part of the gradient that is left out of the momentum, τ. Default 0. */
  dampening: number;
  /** L2 penalty λ. Default 0. */
  weightDecay: number;
  /** Nesterov's momentum; needs momentum, and no dampening. Default false. */
  nesterov: boolean;
  /** Go up along the gradient. Default false. */
  maximize: boolean;
}

const spec: OptimizerSpec<SGDOptions> = {
  name: "SGD",
  rules: {
    lr: atLeast(0, 1e-3),
    momentum: atLeast(0, 0),
    dampening: anyNumber(0),
    weightDecay: atLeast(0, 0),
    nesterov: flag(false),
    maximize: flag(false),
  },
  fixed: { foreach: null, differentiable: false, fused: null },
  fusedOn: fusedDevices,
  state: () => ({ momentum_buffer: { kind: "like", optional: true } }),
  uses: ({ momentum }) => (momentum === 0 ? [] : ["momentum_buffer"]),
  check: ({ nesterov, momentum, dampening }) =>
    nesterov && (momentum === 0 || dampening !== 0)
      ? `nesterov needs momentum above 0 and dampening 0, given ${momentum} and ${dampening}`
      : undefined,
};

/**
 * Stochastic gradient descent, with momentum (`torch.optim.SGD`):
 *
 *     g ← ∇ + λθ;   b ← g in the first step, then μb + (1 − τ)g;   θ ← θ − γ · (nesterov: g + μb, else b)
 *
 * @throws TorchError `torch/argument` for an unknown option, a value out of range, or nesterov without momentum.
 */
export class SGD extends Optimizer<SGDOptions> {
  constructor(params: Parameters<SGDOptions>, options: Partial<SGDOptions> = {}) {
    super(spec, params, options);
  }

  /** @internal */
  protected override update(group: ParamGroup<SGDOptions>, batch: Batch): void {
    const { lr, momentum, dampening, weightDecay, nesterov, maximize } = group;
    const buffers = batch.state.momentum_buffer ?? [];
    if (batch.fused) {
      raw(
        "aten::_fused_sgd_",
        batch.params,
        batch.grads,
        buffers,
        weightDecay,
        momentum,
        lr,
        dampening,
        nesterov,
        maximize,
        batch.fresh,
      );
      return;
    }
    let direction = descent(batch, group);
    if (momentum !== 0) {
      if (batch.fresh) raw("aten::_foreach_copy_", buffers, direction);
      else {
        raw("aten::_foreach_mul_.Scalar", buffers, momentum);
        raw("aten::_foreach_add_.List", buffers, direction, 1 - dampening);
      }
      direction = nesterov ? raw<number[]>("aten::_foreach_add.List", direction, buffers, momentum) : buffers;
    }
    raw("aten::_foreach_add_.List", batch.params, direction, -lr);
  }
}
