import {
  anyNumber,
  atLeast,
  checkOptions,
  oneOf,
  type Rule,
  type Rules,
  whole,
} from "../../checks/options.js";
import { show } from "../../checks/show.js";
import { TorchError } from "../../errors.js";
import { Tensor } from "../../tensor/index.js";
import { Optimizer } from "../optimizer.js";
import { perGroup, ratesOf } from "./rates.js";
import { numbers, readState } from "./reading.js";
import type { SchedulerState } from "./scheduler.js";

/** Options of `ReduceLROnPlateau`. */
export interface ReduceLROnPlateauOptions {
  /** Direction of improvement: the metric should fall or rise. Default "min". */
  readonly mode?: "min" | "max";
  /** The factor, from 0 up to but not 1. Default 0.1. */
  readonly factor?: number;
  /** Number of epochs without improvement that are passed over. Default 10. */
  readonly patience?: number;
  /** The least change that is an improvement. Default 1e-4. */
  readonly threshold?: number;
  /** Meaning of `threshold`: a share of the best value, or a difference from it. Default "rel". */
  readonly thresholdMode?: "rel" | "abs";
  /** Epochs after a fall in which nothing is counted. Default 0. */
  readonly cooldown?: number;
  /** The lowest rate, one for all groups or one for each. Default 0. */
  readonly minLr?: number | readonly number[];
  /** Smallest decrease of the learning rate; a smaller one is skipped. Default 1e-8. */
  readonly eps?: number;
}

const below1: Rule<number> = {
  initial: 0.1,
  accepted: "a number from 0 up to but not 1",
  accepts: (value) => typeof value === "number" && value >= 0 && value < 1,
};

type Options = Required<Omit<ReduceLROnPlateauOptions, "minLr">>;

const rules: Rules<Options> = {
  mode: oneOf(["min", "max"], "min"),
  factor: below1,
  patience: whole(0, 10),
  threshold: anyNumber(1e-4),
  thresholdMode: oneOf(["rel", "abs"], "rel"),
  cooldown: whole(0, 0),
  eps: atLeast(0, 1e-8),
};

// Infinity is what no metric is worse than; JSON writes it as null.
const best: Rule<unknown> = {
  initial: null,
  accepted: "a number",
  accepts: (value) => value === null || typeof value === "number",
};

/**
 * A factor whenever a metric, such as the loss on validation data, has not improved for more than `patience` epochs.
 * `torch.optim.lr_scheduler.ReduceLROnPlateau`.
 *
 * @throws TorchError `torch/argument` for an unknown option or a value out of range.
 */
export class ReduceLROnPlateau {
  /** The optimiser whose learning rates are set. */
  readonly optimizer: Optimizer;
  /** Number of times `step` was called. */
  lastEpoch = 0;
  #options: Options;
  #minLrs: number[];
  #lastLr: number[];
  #best: number;
  #badEpochs = 0;
  #cooldownLeft = 0;

  constructor(optimizer: Optimizer, options: ReduceLROnPlateauOptions = {}) {
    if (!(optimizer instanceof Optimizer)) {
      throw new TorchError(
        "torch/argument",
        `ReduceLROnPlateau: optimizer is ${show(optimizer)}, not an Optimizer`,
      );
    }
    const { minLr = 0, ...own } = options;
    this.optimizer = optimizer;
    this.#options = checkOptions("ReduceLROnPlateau", rules, own);
    this.#minLrs = perGroup("ReduceLROnPlateau", "minLr", minLr, optimizer);
    this.#lastLr = ratesOf(optimizer);
    this.#best = this.#worst;
  }

  get #worst(): number {
    return this.#options.mode === "min" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  }

  /** The learning rate of each group since the last `step`. */
  getLastLr(): number[] {
    return [...this.#lastLr];
  }

  /** Takes note of the metric of one epoch, a number or a tensor of one element, and sets the learning rates. */
  step(metric: number | Tensor): void {
    const value = metric instanceof Tensor ? metric.item() : metric;
    if (typeof value !== "number") {
      throw new TorchError(
        "torch/argument",
        `ReduceLROnPlateau: the metric is ${show(metric)}, accepted: a number`,
      );
    }
    this.lastEpoch++;
    if (this.#improves(value)) {
      this.#best = value;
      this.#badEpochs = 0;
    } else this.#badEpochs++;
    if (this.#cooldownLeft > 0) {
      this.#cooldownLeft--;
      this.#badEpochs = 0;
    }
    if (this.#badEpochs > this.#options.patience) {
      this.#reduce();
      this.#cooldownLeft = this.#options.cooldown;
      this.#badEpochs = 0;
    }
    this.#lastLr = ratesOf(this.optimizer);
  }

  #improves(value: number): boolean {
    const { mode, threshold, thresholdMode } = this.#options;
    const sign = mode === "min" ? -1 : 1;
    const bar = thresholdMode === "rel" ? this.#best * (1 + sign * threshold) : this.#best + sign * threshold;
    return mode === "min" ? value < bar : value > bar;
  }

  #reduce(): void {
    const { factor, eps } = this.#options;
    this.optimizer.paramGroups.forEach((group, i) => {
      const reduced = Math.max(group.lr * factor, this.#minLrs[i] ?? this.#minLrs[0]!);
      if (group.lr - reduced > eps) group.lr = reduced;
    });
  }

  /** State of the schedule, and its options, under PyTorch's names. */
  stateDict(): SchedulerState {
    const { mode, factor, patience, threshold, thresholdMode, cooldown, eps } = this.#options;
    return {
      mode,
      factor,
      patience,
      threshold,
      threshold_mode: thresholdMode,
      cooldown,
      eps,
      min_lrs: [...this.#minLrs],
      best: this.#best,
      mode_worse: this.#worst,
      cooldown_counter: this.#cooldownLeft,
      num_bad_epochs: this.#badEpochs,
      last_epoch: this.lastEpoch,
      _last_lr: this.getLastLr(),
    };
  }

  /** Goes on from where `stateDict` was. @throws TorchError `torch/state-dict` listing everything that does not fit. */
  loadStateDict(state: SchedulerState): void {
    const { default_min_lr: _, mode_worse: __, ...rest } = state;
    const count = whole(0, 0);
    const values = readState(
      "ReduceLROnPlateau",
      {
        ...rules,
        minLrs: numbers(this.#minLrs.length),
        best,
        cooldownCounter: count,
        numBadEpochs: count,
        lastEpoch: count,
        _lastLr: numbers(this.optimizer.paramGroups.length),
      },
      rest,
    );
    const own = Object.keys(rules).map((name) => [name, values[name]]);
    this.#options = Object.fromEntries(own) as Options;
    this.#minLrs = [...(values.minLrs as number[])];
    this.#best = (values.best as number | null) ?? this.#worst;
    this.#cooldownLeft = values.cooldownCounter as number;
    this.#badEpochs = values.numBadEpochs as number;
    this.lastEpoch = values.lastEpoch as number;
    this.#lastLr = [...(values._lastLr as number[])];
  }
}
