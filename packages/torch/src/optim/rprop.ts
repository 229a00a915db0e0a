// Resilient backpropagation.
import { atLeast, flag, numberPair } from "../checks/options.js";
import { wrap } from "../dispatch.js";
import type { Batch } from "./batch.js";
import { countStep, descent } from "./formula.js";
import { Optimizer } from "./optimizer.js";
import { raw } from "./raw.js";
import type { CommonOptions, OptimizerSpec, Parameters, ParamGroup } from "./spec.js";

/** Options of `Rprop`; the defaults are PyTorch's. */
export interface RpropOptions extends CommonOptions {
  /** The first step of every element. Default 0.01. */
  lr: number;
  /** Factors η⁻ and η⁺ of steps: η⁻ above 0 and below 1, η⁺ above 1. Default [0.5, 1.2]. */
  etas: readonly [number, number];
  /** The shortest and the longest step. Default [1e-6, 50]. */
  stepSizes: readonly [number, number];
  /** Go up along the gradient. Default false. */
  maximize: boolean;
}

const spec: OptimizerSpec<RpropOptions> = {
  name: "Rprop",
  rules: {
    lr: atLeast(0, 1e-2),
    etas: numberPair(
      [0.5, 1.2],
      "two numbers, one between 0 and 1 and one above 1",
      (a, b) => a > 0 && a < 1 && b > 1,
    ),
    stepSizes: numberPair(
      [1e-6, 50],
      "two numbers of at least 0, the smaller first",
      (a, b) => a >= 0 && a <= b,
    ),
    maximize: flag(false),
  },
  fixed: { foreach: null, differentiable: false, capturable: false },
  fusedOn: [],
  state: ({ lr }) => ({
    step: { kind: "count" },
    prev: { kind: "like" },
    step_size: { kind: "like", initial: lr },
  }),
  uses: () => ["step", "prev", "step_size"],
};

/**
 * Rprop (Riedmiller and Braun 1993; `torch.optim.Rprop`): every element has a step of its own, times η⁺ where the gradient keeps
 * its sign and times η⁻, without moving, where it changes it; θ ← θ − sign(∇) · step. For whole batches: the gradient's size
 * does not count.
 *
 * @throws TorchError `torch/argument` for an unknown option or a value out of range.
 */
export class Rprop extends Optimizer<RpropOptions> {
  constructor(params: Parameters<RpropOptions>, options: Partial<RpropOptions> = {}) {
    super(spec, params, options);
  }

  /** @internal */
  protected override update(group: ParamGroup<RpropOptions>, batch: Batch): void {
    const [less, more] = group.etas;
    const { prev = [], step_size: steps = [] } = batch.state;
    countStep(batch);
    const grads = descent(batch, { maximize: group.maximize, weightDecay: 0 });
    batch.params.forEach((param, i) => {
      const [gradient, before, step] = [wrap(grads[i]!), wrap(prev[i]!), wrap(steps[i]!)];
      const agreement = gradient.mul(before);
      const turned = agreement.lt(0);
      step.mul_(
        agreement
          .gt(0)
          .to(step.dtype)
          .mul(more - 1)
          .add(1)
          .sub(turned.to(step.dtype).mul(1 - less)),
      );
      step.clamp_({ min: group.stepSizes[0], max: group.stepSizes[1] });
      const used = gradient.maskedFill(turned, 0);
      raw("aten::addcmul_", param, used.sign().handle, step.handle, -1);
      before.copy_(used);
    });
  }
}
