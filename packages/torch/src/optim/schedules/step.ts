import { anyNumber, required, whole } from "../../checks/options.js";
import type { Optimizer } from "../optimizer.js";
import { FormulaScheduler, type ScheduleOptions } from "./formula.js";
import { ratesOf } from "./rates.js";

/** Options of `StepLR`. */
export interface StepLROptions extends ScheduleOptions {
  /** The factor of each fall. Default 0.1. */
  readonly gamma?: number;
}

/**
 * A factor every `stepSize` epochs: lr = base · γ^⌊epoch/stepSize⌋. `torch.optim.lr_scheduler.StepLR`.
 *
 * @throws TorchError `torch/argument` for an unknown option or a value out of range.
 */
export class StepLR extends FormulaScheduler<{ stepSize: number; gamma: number }> {
  constructor(optimizer: Optimizer, stepSize: number, options: StepLROptions = {}) {
    super("StepLR", optimizer, { stepSize: required(whole(1, 1)), gamma: anyNumber(0.1) }, {
      ...options,
      stepSize,
    } as { stepSize: number; gamma: number });
    this.start();
  }

  /** @internal */
  protected override getLr(): number[] {
    const { stepSize, gamma } = this.options;
    const rates = ratesOf(this.optimizer);
    return this.lastEpoch === 0 || this.lastEpoch % stepSize !== 0 ? rates : rates.map((lr) => lr * gamma);
  }

  /** @internal */
  protected override closedForm(): number[] {
    const { stepSize, gamma } = this.options;
    return this.baseLrs.map((base) => base * gamma ** Math.floor(this.lastEpoch / stepSize));
  }
}
