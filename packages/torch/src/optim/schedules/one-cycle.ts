import { flag, oneOf, type Rule, required, whole } from "../../checks/options.js";
import { TorchError } from "../../errors.js";
import type { Optimizer } from "../optimizer.js";
import { FormulaScheduler } from "./formula.js";
import { type CyclingGroup, type OneCycleLROptions, planOf, type SchedulePhase } from "./one-cycle-plan.js";
import type { SchedulerState } from "./scheduler.js";

interface Options {
  totalSteps: number;
  cycleMomentum: boolean;
  useBeta1: boolean;
  _annealFuncType: "cos" | "linear";
  _schedulePhases: readonly SchedulePhase[];
}

const phases: Rule<readonly SchedulePhase[]> = {
  initial: [],
  accepted: "two or three phases",
  accepts: (value) =>
    Array.isArray(value) &&
    (value.length === 2 || value.length === 3) &&
    value.every((phase) => typeof phase?.end_step === "number"),
};

/**
 * The rate goes up from maxLr/divFactor to maxLr in the first `pctStart` of all steps, then down to
 * maxLr/divFactor/finalDivFactor, while momentum (or Adam's β₁) goes the other way (Smith and Topin 2019). Call `step`
 * after every batch. `torch.optim.lr_scheduler.OneCycleLR`.
 *
 * @param maxLr the highest rate, one for all groups or one for each; the groups' own rates are not used.
 * @throws TorchError `torch/argument` for an unknown option, a value out of range, an optimiser without momentum while
 * `cycleMomentum` is on, and in `step` beyond the last.
 */
export class OneCycleLR extends FormulaScheduler<Options> {
  constructor(optimizer: Optimizer, maxLr: number | readonly number[], options: OneCycleLROptions = {}) {
    super(
      "OneCycleLR",
      optimizer,
      {
        totalSteps: required(whole(1, 1)),
        cycleMomentum: flag(true),
        useBeta1: flag(false),
        _annealFuncType: oneOf(["cos", "linear"], "cos"),
        _schedulePhases: phases,
      },
      planOf(optimizer, maxLr, options),
    );
    this.start();
  }

  /** PyTorch's state says which momentum is moved only where one is. */
  override loadStateDict(state: SchedulerState): void {
    const still = typeof state === "object" && state !== null && state.cycle_momentum === false;
    super.loadStateDict(still ? { use_beta1: false, ...state } : state);
  }

  /** @internal */
  protected override getLr(): number[] {
    const { totalSteps, cycleMomentum } = this.options;
    if (this.lastEpoch > totalSteps) {
      throw new TorchError(
        "torch/argument",
        `OneCycleLR: step ${this.lastEpoch} of a schedule of ${totalSteps} steps; give the true number as totalSteps`,
      );
    }
    return (this.optimizer.paramGroups as CyclingGroup[]).map((group) => {
      const { phase, share } = this.#place();
      if (cycleMomentum) {
        this.#setMomentum(group, this.#between(group, phase.start_momentum, phase.end_momentum, share));
      }
      return this.#between(group, phase.start_lr, phase.end_lr, share);
    });
  }

  /** The phase that the current step is in, and how much of it has passed. */
  #place(): { phase: SchedulePhase; share: number } {
    const { _schedulePhases: all } = this.options;
    const found = all.findIndex((phase) => this.lastEpoch <= phase.end_step);
    const index = found < 0 ? all.length - 1 : found;
    const phase = all[index]!;
    const start = index === 0 ? 0 : all[index - 1]!.end_step;
    return { phase, share: (this.lastEpoch - start) / (phase.end_step - start) };
  }

  #between(group: CyclingGroup, from: string, to: string, share: number): number {
    const values: Readonly<Record<string, number | undefined>> = {
      initial_lr: group.initialLr,
      max_lr: group.maxLr,
      min_lr: group.minLr,
      max_momentum: group.maxMomentum,
      base_momentum: group.baseMomentum,
    };
    const start = values[from] ?? Number.NaN;
    const end = values[to] ?? Number.NaN;
    if (this.options._annealFuncType === "linear") return (end - start) * share + start;
    return end + ((start - end) / 2) * (Math.cos(Math.PI * share) + 1);
  }

  #setMomentum(group: CyclingGroup, momentum: number): void {
    if (this.options.useBeta1) group.betas = [momentum, group.betas![1]];
    else group.momentum = momentum;
  }
}
