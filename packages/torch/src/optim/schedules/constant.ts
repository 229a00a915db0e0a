import { between, whole } from "../../checks/options.js";
import type { Optimizer } from "../optimizer.js";
import { FormulaScheduler, type ScheduleOptions } from "./formula.js";
import { ratesOf } from "./rates.js";

/** Options of `ConstantLR`. */
export interface ConstantLROptions extends ScheduleOptions {
  /** The factor, above 0 and at most 1. Default 1/3. */
  readonly factor?: number;
  /** Number of epochs that it holds. Default 5. */
  readonly totalIters?: number;
}

/**
 * A factor for the first `totalIters` epochs: lr = base · factor, then base. `torch.optim.lr_scheduler.ConstantLR`.
 *
 * @throws TorchError `torch/argument` for an unknown option or a value out of range. PyTorch also takes factor 0, but
 * can then never come back from a rate of 0.
 */
export class ConstantLR extends FormulaScheduler<Required<Omit<ConstantLROptions, "lastEpoch">>> {
  constructor(optimizer: Optimizer, options: ConstantLROptions = {}) {
    super(
      "ConstantLR",
      optimizer,
      { factor: between(0, 1, 1 / 3, true), totalIters: whole(0, 5) },
      options as Required<ConstantLROptions>,
    );
    this.start();
  }

  /** @internal */
  protected override getLr(): number[] {
    const { factor, totalIters } = this.options;
    const rates = ratesOf(this.optimizer);
    if (this.lastEpoch === 0) return rates.map((lr) => lr * factor);
    return this.lastEpoch === totalIters ? rates.map((lr) => lr * (1 / factor)) : rates;
  }

  /** @internal */
  protected override closedForm(): number[] {
    const { factor, totalIters } = this.options;
    return this.baseLrs.map((base) => (this.lastEpoch >= totalIters ? base : base * factor));
  }
}
