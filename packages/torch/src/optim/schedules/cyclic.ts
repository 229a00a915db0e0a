import { anyNumber, flag, oneOf, type Rule, type Rules } from "../../checks/options.js";
import type { Optimizer } from "../optimizer.js";
import { type Cycle, type CyclicLROptions, cycleOf, setMomentum } from "./cyclic-plan.js";
import { FormulaScheduler } from "./formula.js";
import type { CyclingGroup } from "./one-cycle-plan.js";
import { numbers } from "./reading.js";
import type { SchedulerState } from "./scheduler.js";

type Options = Omit<Cycle, "lastEpoch">;

const rulesFor = (count: number): Rules<Options> => ({
  maxLrs: numbers(count) as Rule<readonly number[]>,
  totalSize: anyNumber(1),
  stepRatio: anyNumber(1),
  mode: oneOf(["triangular", "triangular2", "exp_range"], "triangular"),
  gamma: anyNumber(1),
  cycleMomentum: flag(true),
  useBeta1: flag(false),
  baseMomentums: numbers(count) as Rule<readonly number[]>,
  maxMomentums: numbers(count) as Rule<readonly number[]>,
});

/**
 * The rate goes up from `baseLr` to `maxLr` and down again along lines, over and over, while momentum (or Adam's β₁) goes the
 * other way (Smith 2017). Call `step` after every batch. `torch.optim.lr_scheduler.CyclicLR`; its `scale_fn` is not here.
 *
 * @param baseLr the lowest rate, one for all groups or one for each; the groups' own rates are replaced.
 * @param maxLr the highest rate of the first cycle.
 * @throws TorchError `torch/argument` for an unknown option, a value out of range, or an optimiser without momentum while
 * `cycleMomentum` is on.
 */
export class CyclicLR extends FormulaScheduler<Options> {
  constructor(
    optimizer: Optimizer,
    baseLr: number | readonly number[],
    maxLr: number | readonly number[],
    options: CyclicLROptions = {},
  ) {
    const { cycle, baseLrs } = cycleOf(optimizer, baseLr, maxLr, options);
    super("CyclicLR", optimizer, rulesFor(optimizer.paramGroups.length), cycle);
    this.baseLrs = baseLrs;
    this.start();
  }

  override stateDict(): SchedulerState {
    return { ...super.stateDict(), _scale_fn_custom: null }; // without which PyTorch does not load it
  }

  /** PyTorch's state has momenta only where one is moved, and a mode of scaling that follows from the other. */
  override loadStateDict(state: SchedulerState): void {
    if (typeof state !== "object" || state === null) super.loadStateDict(state);
    else {
      const { scale_mode: _, ...own } = state;
      const { useBeta1, baseMomentums, maxMomentums } = this.options;
      const still = { use_beta1: useBeta1, base_momentums: baseMomentums, max_momentums: maxMomentums };
      super.loadStateDict(own.cycle_momentum === false ? { ...still, ...own } : own);
    }
  }

  /** @internal */
  protected override getLr(): number[] {
    const { totalSize, stepRatio, cycleMomentum, useBeta1 } = this.options;
    const cycle = Math.floor(1 + this.lastEpoch / totalSize);
    const place = 1 + this.lastEpoch / totalSize - cycle;
    const share = place <= stepRatio ? place / stepRatio : (place - 1) / (stepRatio - 1);
    const height = share * this.#scale(cycle);
    if (cycleMomentum) {
      (this.optimizer.paramGroups as CyclingGroup[]).forEach((group, i) => {
        const [low, high] = [this.options.baseMomentums[i]!, this.options.maxMomentums[i]!];
        setMomentum(group, high - (high - low) * height, useBeta1);
      });
    }
    return this.baseLrs.map((low, i) => low + (this.options.maxLrs[i]! - low) * height);
  }

  #scale(cycle: number): number {
    if (this.options.mode === "triangular") return 1;
    return this.options.mode === "triangular2" ? 2 ** (1 - cycle) : this.options.gamma ** this.lastEpoch;
  }
}
