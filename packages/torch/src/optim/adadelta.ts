// Adadelta.

import { atLeast, between, flag } from "../checks/options.js";
import type { Batch } from "./batch.js";
import { averageOfSquares_, countStep, descent } from "./formula.js";
import { Optimizer } from "./optimizer.js";
import { raw } from "./raw.js";
import type { CommonOptions, OptimizerSpec, Parameters, ParamGroup } from "./spec.js";

/** Options of `Adadelta`; the defaults are PyTorch's. */
export interface AdadeltaOptions extends CommonOptions {
  /** Factor γ of the step, at least 0. Default 1. */
  lr: number;
  /** Decay rate ρ of both averages of squares, from 0 to 1. Default 0.9. */
  rho: number;
  /** Added under both roots, ε. Default 1e-6. */
  eps: number;
  /** L2 penalty λ. Default 0. */
  weightDecay: number;
  /** Go up along the gradient. Default false. */
  maximize: boolean;
}

const spec: OptimizerSpec<AdadeltaOptions> = {
  name: "Adadelta",
  rules: {
    lr: atLeast(0, 1),
    rho: between(0, 1, 0.9),
    eps: atLeast(0, 1e-6),
    weightDecay: atLeast(0, 0),
    maximize: flag(false),
  },
  fixed: { capturable: false, foreach: null, differentiable: false },
  fusedOn: [],
  state: () => ({ step: { kind: "count" }, square_avg: { kind: "like" }, acc_delta: { kind: "like" } }),
  uses: () => ["step", "square_avg", "acc_delta"],
};

/**
 * Adadelta (Zeiler 2012; `torch.optim.Adadelta`):
 *
 *     g ← ∇ + λθ;   v ← ρv + (1 − ρ)g²;   Δ ← g · √(u + ε)/√(v + ε);   u ← ρu + (1 − ρ)Δ²;   θ ← θ − γΔ
 *
 * @throws TorchError `torch/argument` for an unknown option or a value out of range.
 */
export class Adadelta extends Optimizer<AdadeltaOptions> {
  constructor(params: Parameters<AdadeltaOptions>, options: Partial<AdadeltaOptions> = {}) {
    super(spec, params, options);
  }

  /** @internal */
  protected override update(group: ParamGroup<AdadeltaOptions>, batch: Batch): void {
    const { lr, rho, eps } = group;
    const { square_avg: squares = [], acc_delta: changes = [] } = batch.state;
    countStep(batch);
    const grads = descent(batch, group);
    averageOfSquares_(squares, grads, rho);
    const root = (values: readonly number[]): number[] => {
      const roots = raw<number[]>("aten::_foreach_add.Scalar", values, eps);
      raw("aten::_foreach_sqrt_", roots);
      return roots;
    };
    const delta = root(changes);
    raw("aten::_foreach_div_.List", delta, root(squares));
    raw("aten::_foreach_mul_.List", delta, grads);
    averageOfSquares_(changes, delta, rho);
    raw("aten::_foreach_add_.List", batch.params, delta, -lr);
  }
}
