import { anyNumber, required, whole } from "../../checks/options.js";
import type { Optimizer } from "../optimizer.js";
import { FormulaScheduler, type ScheduleOptions } from "./formula.js";
import { ratesOf } from "./rates.js";

/** Options of `CosineAnnealingLR`. */
export interface CosineAnnealingLROptions extends ScheduleOptions {
  /** The lowest rate, η. Default 0. */
  readonly etaMin?: number;
}

/**
 * Half a cosine wave from the base rate down to `etaMin` in `tMax` epochs, and up again after:
 * lr = η + (base − η)(1 + cos(π·epoch/tMax))/2 (Loshchilov and Hutter 2017). `torch.optim.lr_scheduler.CosineAnnealingLR`.
 * Each epoch's rate is worked out from the rate before, so that other schedules can act on it too; only the first step after
 * a start at `lastEpoch` sets the rate by this formula, whatever it was, as in PyTorch.
 *
 * @throws TorchError `torch/argument` for an unknown option or a value out of range.
 */
export class CosineAnnealingLR extends FormulaScheduler<{ tMax: number; etaMin: number }> {
  constructor(optimizer: Optimizer, tMax: number, options: CosineAnnealingLROptions = {}) {
    super("CosineAnnealingLR", optimizer, { tMax: required(whole(1, 1)), etaMin: anyNumber(0) }, {
      ...options,
      tMax,
    } as { tMax: number; etaMin: number });
    this.start();
  }

  /** @internal */
  protected override getLr(): number[] {
    const { tMax, etaMin } = this.options;
    const rates = ratesOf(this.optimizer);
    const epoch = this.lastEpoch;
    if (this.initial) return rates;
    if (this.stepCount === 1 && epoch > 0) return this.closedForm();
    // At the lowest point the factor below would be 0/0.
    if ((epoch - 1 - tMax) % (2 * tMax) === 0) {
      const rise = (1 - Math.cos(Math.PI / tMax)) / 2;
      return rates.map((lr, i) => lr + (this.baseLrs[i]! - etaMin) * rise);
    }
    const wave = (at: number): number => 1 + Math.cos((Math.PI * at) / tMax);
    return rates.map((lr) => (wave(epoch) / wave(epoch - 1)) * (lr - etaMin) + etaMin);
  }

  /** @internal */
  protected override closedForm(): number[] {
    const { tMax, etaMin } = this.options;
    const wave = (1 + Math.cos((Math.PI * this.lastEpoch) / tMax)) / 2;
    return this.baseLrs.map((base) => etaMin + (base - etaMin) * wave);
  }
}
