import { anyNumber, type Rule, required } from "../../checks/options.js";
import type { Optimizer } from "../optimizer.js";
import { FormulaScheduler, type ScheduleOptions } from "./formula.js";
import { ratesOf } from "./rates.js";
import type { SchedulerState } from "./scheduler.js";

/** Options of `MultiStepLR`. */
export interface MultiStepLROptions extends ScheduleOptions {
  /** The factor of each fall. Default 0.1. */
  readonly gamma?: number;
}

const epochs: Rule<readonly number[]> = {
  initial: [],
  accepted: "a list of whole numbers, the epochs",
  accepts: (value) => Array.isArray(value) && value.every((epoch) => Number.isSafeInteger(epoch)),
};

/**
 * A factor at each of some epochs: lr = base · γ^(milestones up to the epoch). One that is listed twice counts twice.
 * `torch.optim.lr_scheduler.MultiStepLR`.
 *
 * @throws TorchError `torch/argument` for an unknown option or a value out of range.
 */
export class MultiStepLR extends FormulaScheduler<{ milestones: readonly number[]; gamma: number }> {
  constructor(optimizer: Optimizer, milestones: readonly number[], options: MultiStepLROptions = {}) {
    super("MultiStepLR", optimizer, { milestones: required(epochs), gamma: anyNumber(0.1) }, {
      ...options,
      milestones,
    } as { milestones: readonly number[]; gamma: number });
    this.start();
  }

  /** @internal */
  protected override getLr(): number[] {
    const { milestones, gamma } = this.options;
    const times = milestones.filter((epoch) => epoch === this.lastEpoch).length;
    return ratesOf(this.optimizer).map((lr) => (times === 0 ? lr : lr * gamma ** times));
  }

  /** @internal */
  protected override closedForm(): number[] {
    const { milestones, gamma } = this.options;
    const passed = milestones.filter((epoch) => epoch <= this.lastEpoch).length;
    return this.baseLrs.map((base) => base * gamma ** passed);
  }

  /** As PyTorch's: `milestones` is a count by epoch. */
  override stateDict(): SchedulerState {
    const milestones: Record<string, number> = {};
    for (const epoch of this.options.milestones) milestones[epoch] = (milestones[epoch] ?? 0) + 1;
    return { ...super.stateDict(), milestones };
  }

  override loadStateDict(state: SchedulerState): void {
    const { milestones } = state;
    const counted = typeof milestones === "object" && milestones !== null && !Array.isArray(milestones);
    const items: [unknown, unknown][] = !counted
      ? []
      : milestones instanceof Map
        ? [...milestones]
        : Object.entries(milestones);
    const list = items.flatMap(([epoch, times]) => new Array<number>(Number(times)).fill(Number(epoch)));
    super.loadStateDict(counted ? { ...state, milestones: list } : state);
  }
}
