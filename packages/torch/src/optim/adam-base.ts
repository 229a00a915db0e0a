// Shared part of Adam and AdamW: all but how the weights decay.

import { atLeast, decayRates, flag } from "../checks/options.js";
import type { Batch } from "./batch.js";
import { average_, averageOfSquares_, countStep, decay_, descent, numbers } from "./formula.js";
import { Optimizer } from "./optimizer.js";
import { raw } from "./raw.js";
import { type CommonOptions, fusedDevices, type OptimizerSpec, type ParamGroup } from "./spec.js";

/** Options of `Adam` and `AdamW`; the defaults are PyTorch's. */
export interface AdamOptions extends CommonOptions {
  /** Learning rate γ, at least 0. Default 0.001. */
  lr: number;
  /** Decay rates β₁, β₂ of the averages of gradient and square. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the denominator, ε. Default 1e-8. */
  eps: number;
  /** λ; Adam: L2 penalty, default 0. AdamW: decay of the weights themselves, default 0.01. */
  weightDecay: number;
  /** Decay the weights themselves and not the gradient, as AdamW does. Default: Adam false, AdamW always true. */
  decoupledWeightDecay: boolean;
  /** Divide by the largest average of squares so far. Default false. */
  amsgrad: boolean;
  /** Go up along the gradient. Default false. */
  maximize: boolean;
}

/** Differences of the two classes. */
export function adamSpec(name: string, decoupled: boolean, weightDecay: number): OptimizerSpec<AdamOptions> {
  return {
    name,
    rules: {
      lr: atLeast(0, 1e-3),
      betas: decayRates(0.9, 0.999),
      eps: atLeast(0, 1e-8),
      weightDecay: atLeast(0, weightDecay),
      amsgrad: flag(false),
      maximize: flag(false),
      decoupledWeightDecay: decoupled
        ? { ...flag(true), accepted: "true", accepts: (value) => value === true }
        : flag(false),
    },
    fixed: {
      foreach: null,
      capturable: false,
      differentiable: false,
      fused: null,
    },
    fusedOn: fusedDevices,
    state: () => ({
      step: { kind: "count" },
      exp_avg: { kind: "like" },
      exp_avg_sq: { kind: "like" },
      max_exp_avg_sq: { kind: "like" },
    }),
    uses: ({ amsgrad }) =>
      amsgrad ? ["step", "exp_avg", "exp_avg_sq", "max_exp_avg_sq"] : ["step", "exp_avg", "exp_avg_sq"],
  };
}

/** The step of Adam and AdamW. */
export abstract class AdamBase extends Optimizer<AdamOptions> {
  /** @internal */
  protected override update(group: ParamGroup<AdamOptions>, batch: Batch): void {
    countStep(batch);
    if (batch.fused) this.#fused(group, batch);
    else this.#plain(group, batch);
  }

  #fused(group: ParamGroup<AdamOptions>, batch: Batch): void {
    const { state } = batch;
    raw(
      group.decoupledWeightDecay ? "aten::_fused_adamw_" : "aten::_fused_adam_",
      batch.params,
      batch.grads,
      state.exp_avg,
      state.exp_avg_sq,
      state.max_exp_avg_sq ?? [],
      state.step,
      group.lr,
      group.betas[0],
      group.betas[1],
      group.weightDecay,
      group.eps,
      group.amsgrad,
      group.maximize,
    );
  }

  #plain(group: ParamGroup<AdamOptions>, batch: Batch): void {
    const { lr, eps, amsgrad } = group;
    const [beta1, beta2] = group.betas;
    const { exp_avg: means = [], exp_avg_sq: squares = [], max_exp_avg_sq: largest = [] } = batch.state;
    const grads = descent(batch, decay_(batch, group));
    average_(means, grads, beta1);
    averageOfSquares_(squares, grads, beta2);
    if (amsgrad) raw("aten::_foreach_maximum_.List", largest, squares);
    const counts = numbers(batch.state.step);
    const roots = raw<number[]>("aten::_foreach_sqrt", amsgrad ? largest : squares);
    raw(
      "aten::_foreach_div_.ScalarList",
      roots,
      counts.map((count) => Math.sqrt(1 - beta2 ** count)),
    );
    raw("aten::_foreach_add_.Scalar", roots, eps);
    raw(
      "aten::_foreach_addcdiv_.ScalarList",
      batch.params,
      means,
      roots,
      counts.map((count) => -lr / (1 - beta1 ** count)),
    );
  }
}
