import { anyNumber, required } from "../../checks/options.js";
import type { Optimizer } from "../optimizer.js";
import { FormulaScheduler, type ScheduleOptions } from "./formula.js";
import { ratesOf } from "./rates.js";

/**
 * A factor every epoch: lr = base · γ^epoch. `torch.optim.lr_scheduler.ExponentialLR`.
 *
 * @throws TorchError `torch/argument` for an unknown option or a value out of range.
 */
export class ExponentialLR extends FormulaScheduler<{ gamma: number }> {
  constructor(optimizer: Optimizer, gamma: number, options: ScheduleOptions = {}) {
    super("ExponentialLR", optimizer, { gamma: required(anyNumber(1)) }, { ...options, gamma });
    this.start();
  }

  /** @internal */
  protected override getLr(): number[] {
    const rates = ratesOf(this.optimizer);
    return this.initial ? rates : rates.map((lr) => lr * this.options.gamma);
  }

  /** @internal */
  protected override closedForm(): number[] {
    return this.baseLrs.map((base) => base * this.options.gamma ** this.lastEpoch);
  }
}
