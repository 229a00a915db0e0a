import { anyNumber, whole } from "../../checks/options.js";
import type { Optimizer } from "../optimizer.js";
import { FormulaScheduler, type ScheduleOptions } from "./formula.js";
import { ratesOf } from "./rates.js";

/** Options of `PolynomialLR`. */
export interface PolynomialLROptions extends ScheduleOptions {
  /** Epochs until the rate is 0. Default 5. */
  readonly totalIters?: number;
  /** The exponent. Default 1. */
  readonly power?: number;
}

/**
 * lr = base · (1 − min(epoch, total)/total)^power. `torch.optim.lr_scheduler.PolynomialLR`.
 *
 * @throws TorchError `torch/argument` for an unknown option or a value out of range.
 */
export class PolynomialLR extends FormulaScheduler<Required<Omit<PolynomialLROptions, "lastEpoch">>> {
  constructor(optimizer: Optimizer, options: PolynomialLROptions = {}) {
    super(
      "PolynomialLR",
      optimizer,
      { totalIters: whole(1, 5), power: anyNumber(1) },
      options as Required<PolynomialLROptions>,
    );
    this.start();
  }

  /** @internal */
  protected override getLr(): number[] {
    const { totalIters, power } = this.options;
    const rates = ratesOf(this.optimizer);
    if (this.initial || this.lastEpoch > totalIters) return rates;
    const factor = ((1 - this.lastEpoch / totalIters) / (1 - (this.lastEpoch - 1) / totalIters)) ** power;
    return rates.map((lr) => lr * factor);
  }

  /** @internal */
  protected override closedForm(): number[] {
    const { totalIters, power } = this.options;
    const left = 1 - Math.min(totalIters, this.lastEpoch) / totalIters;
    return this.baseLrs.map((base) => base * left ** power);
  }
}
