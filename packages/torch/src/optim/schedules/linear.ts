import { between, whole } from "../../checks/options.js";
import type { Optimizer } from "../optimizer.js";
import { FormulaScheduler, type ScheduleOptions } from "./formula.js";
import { ratesOf } from "./rates.js";

/** Options of `LinearLR`. */
export interface LinearLROptions extends ScheduleOptions {
  /** Factor at epoch 0, above 0 and at most 1. Default 1/3. */
  readonly startFactor?: number;
  /** Factor from epoch `totalIters` on, from 0 to 1. Default 1. */
  readonly endFactor?: number;
  /** Epochs from one factor to the other. Default 5. */
  readonly totalIters?: number;
}

/**
 * A factor that goes linearly from `startFactor` to `endFactor` in `totalIters` epochs, such as a warm-up:
 * lr = base · (start + (end − start) · min(epoch, total)/total). `torch.optim.lr_scheduler.LinearLR`.
 *
 * @throws TorchError `torch/argument` for an unknown option or a value out of range.
 */
export class LinearLR extends FormulaScheduler<Required<Omit<LinearLROptions, "lastEpoch">>> {
  constructor(optimizer: Optimizer, options: LinearLROptions = {}) {
    super(
      "LinearLR",
      optimizer,
      {
        startFactor: between(0, 1, 1 / 3, true),
        endFactor: between(0, 1, 1),
        totalIters: whole(1, 5),
      },
      options as Required<LinearLROptions>,
    );
    this.start();
  }

  /** @internal */
  protected override getLr(): number[] {
    const { startFactor, endFactor, totalIters } = this.options;
    const rates = ratesOf(this.optimizer);
    if (this.lastEpoch === 0) return rates.map((lr) => lr * startFactor);
    if (this.initial || this.lastEpoch > totalIters) return rates;
    const slope = endFactor - startFactor;
    return rates.map((lr) => lr * (1 + slope / (totalIters * startFactor + (this.lastEpoch - 1) * slope)));
  }

  /** @internal */
  protected override closedForm(): number[] {
    const { startFactor, endFactor, totalIters } = this.options;
    const share = Math.min(totalIters, this.lastEpoch) / totalIters;
    return this.baseLrs.map((base) => base * (startFactor + (endFactor - startFactor) * share));
  }
}
