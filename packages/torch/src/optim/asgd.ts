// Averaged stochastic gradient descent.
import { anyNumber, atLeast, flag } from "../checks/options.js";
import type { Batch } from "./batch.js";
import { countStep, descent, numbers } from "./formula.js";
import { Optimizer } from "./optimizer.js";
import { raw } from "./raw.js";
import type { CommonOptions, OptimizerSpec, Parameters, ParamGroup } from "./spec.js";

/** Options of `ASGD`; the defaults are PyTorch's. */
export interface ASGDOptions extends CommonOptions {
  /** Learning rate γ, at least 0. Default 0.01. */
  lr: number;
  /** Decay λ of weights and learning rate. Default 1e-4. */
  lambd: number;
  /** Power α of the learning rate's decay. Default 0.75. */
  alpha: number;
  /** Step t₀ at which averaging starts. Default 1e6. */
  t0: number;
  /** L2 penalty. Default 0. */
  weightDecay: number;
  /** Go up along the gradient. Default false. */
  maximize: boolean;
}

const spec: OptimizerSpec<ASGDOptions> = {
  name: "ASGD",
  rules: {
    lr: atLeast(0, 1e-2),
    lambd: anyNumber(1e-4),
    alpha: anyNumber(0.75),
    t0: anyNumber(1e6),
    weightDecay: atLeast(0, 0),
    maximize: flag(false),
  },
  fixed: { foreach: null, differentiable: false, capturable: false },
  fusedOn: [],
  state: ({ lr }) => ({
    step: { kind: "count" },
    eta: { kind: "scalar", initial: lr },
    mu: { kind: "scalar", initial: 1 },
    ax: { kind: "like" },
  }),
  uses: () => ["step", "eta", "mu", "ax"],
};

/**
 * Averaged SGD (Polyak and Juditsky 1992; `torch.optim.ASGD`), t counting steps:
 *
 *     θ ← (1 − λη)θ − ηg;   ax ← ax + μ(θ − ax);   η ← γ / (1 + λγt)^α;   μ ← 1 / max(1, t − t₀)
 *
 * The average is the state `ax`, which `stateDict` gives.
 * @throws TorchError `torch/argument` for an unknown option or a value out of range.
 */
export class ASGD extends Optimizer<ASGDOptions> {
  constructor(params: Parameters<ASGDOptions>, options: Partial<ASGDOptions> = {}) {
    super(spec, params, options);
  }

  /** @internal */
  protected override update(group: ParamGroup<ASGDOptions>, batch: Batch): void {
    const { lr, lambd, alpha, t0 } = group;
    const { ax: averages = [], eta: rates = [], mu: shares = [] } = batch.state;
    countStep(batch);
    const counts = numbers(batch.state.step);
    const grads = descent(batch, group);
    const now = numbers(rates);
    raw(
      "aten::_foreach_mul_.ScalarList",
      batch.params,
      now.map((rate) => 1 - lambd * rate),
    );
    const steps = raw<number[]>("aten::_foreach_mul.ScalarList", grads, now);
    raw("aten::_foreach_sub_.List", batch.params, steps);
    const share = numbers(shares);
    const ways = raw<number[]>("aten::_foreach_sub.List", batch.params, averages);
    raw("aten::_foreach_mul_.ScalarList", ways, share);
    raw("aten::_foreach_add_.List", averages, ways);
    counts.forEach((t, i) => {
      raw("aten::fill_.Scalar", rates[i], lr / (1 + lambd * lr * t) ** alpha);
      raw("aten::fill_.Scalar", shares[i], 1 / Math.max(1, t - t0));
    });
  }
}
