// Plan that OneCycleLR works out once: the phases, and each group's rates and momenta.

import {
  atLeast,
  between,
  checkOptions,
  flag,
  oneOf,
  optional,
  type Rule,
  type Rules,
  whole,
} from "../../checks/options.js";
import { show } from "../../checks/show.js";
import { TorchError } from "../../errors.js";
import { Optimizer } from "../optimizer.js";
import type { ParamGroup } from "../spec.js";
import type { ScheduleOptions } from "./formula.js";
import { perGroup } from "./rates.js";

/** Options of `OneCycleLR`. */
export interface OneCycleLROptions extends ScheduleOptions {
  /** The number of steps; or give `epochs` and `stepsPerEpoch`. */
  readonly totalSteps?: number;
  readonly epochs?: number;
  readonly stepsPerEpoch?: number;
  /** The share of all steps in which the rate goes up. Default 0.3. */
  readonly pctStart?: number;
  /** Along half a cosine wave or along a line. Default "cos". */
  readonly annealStrategy?: "cos" | "linear";
  /** True if momentum (β₁) moves against the rate. Default true. */
  readonly cycleMomentum?: boolean;
  /** The lowest momentum, one for all groups or one for each. Default 0.85. */
  readonly baseMomentum?: number | readonly number[];
  /** The highest momentum. Default 0.95. */
  readonly maxMomentum?: number | readonly number[];
  /** maxLr over the first rate. Default 25. */
  readonly divFactor?: number;
  /** The first rate over the last. Default 10,000. */
  readonly finalDivFactor?: number;
  /** Go down to the first rate as fast as up, and only then to the last. Default false. */
  readonly threePhase?: boolean;
}

/** One stretch of the cycle, under PyTorch's names: the values are those of the group. */
export interface SchedulePhase {
  readonly end_step: number;
  readonly start_lr: string;
  readonly end_lr: string;
  readonly start_momentum: string;
  readonly end_momentum: string;
}

/** A group whose momentum can be moved. */
export type CyclingGroup = ParamGroup & { momentum?: number; betas?: readonly [number, number] };

type Checked = Omit<OneCycleLROptions, "lastEpoch"> &
  Required<Omit<OneCycleLROptions, "lastEpoch" | "totalSteps" | "epochs" | "stepsPerEpoch">>;

/** A number for all groups, or one for each. */
export const oneOrMore = (initial: number): Rule<number | readonly number[]> => ({
  initial,
  accepted: "a number, or a list of numbers, one for each group",
  accepts: (value) =>
    (Array.isArray(value) ? value : [value]).every(
      (item) => typeof item === "number" && Number.isFinite(item),
    ),
});

const rules: Rules<Checked> = {
  totalSteps: optional(whole(1, 1)),
  epochs: optional(whole(1, 1)),
  stepsPerEpoch: optional(whole(1, 1)),
  pctStart: between(0, 1, 0.3),
  annealStrategy: oneOf(["cos", "linear"], "cos"),
  cycleMomentum: flag(true),
  baseMomentum: oneOrMore(0.85),
  maxMomentum: oneOrMore(0.95),
  divFactor: atLeast(1e-300, 25),
  finalDivFactor: atLeast(1e-300, 1e4),
  threePhase: flag(false),
};

/** Checks the options and writes the groups' rates and momenta, unless the schedule continues an earlier one. */
export function planOf(
  optimizer: Optimizer,
  maxLr: number | readonly number[],
  given: OneCycleLROptions,
): {
  totalSteps: number;
  cycleMomentum: boolean;
  useBeta1: boolean;
  _annealFuncType: "cos" | "linear";
  _schedulePhases: readonly SchedulePhase[];
  lastEpoch: number | undefined;
} {
  const { lastEpoch, ...own } = given;
  if (!(optimizer instanceof Optimizer)) refuse(`optimizer is ${show(optimizer)}, not an Optimizer`);
  const options = checkOptions("OneCycleLR", rules, own);
  if (!oneOrMore(0).accepts(maxLr)) refuse(`maxLr is ${show(maxLr)}, accepted: ${oneOrMore(0).accepted}`);
  const { totalSteps = (options.epochs ?? Number.NaN) * (options.stepsPerEpoch ?? Number.NaN) } = options;
  if (Number.isNaN(totalSteps)) refuse("give totalSteps, or epochs and stepsPerEpoch");
  const fresh = lastEpoch === undefined || lastEpoch === -1;
  if (fresh) writeRates(optimizer, maxLr, options);
  const useBeta1 = "betas" in optimizer.defaults;
  if (options.cycleMomentum) {
    if (!useBeta1 && !("momentum" in optimizer.defaults)) {
      refuse(`${optimizer.spec.name} has neither momentum nor betas to move; set cycleMomentum to false`);
    }
    if (fresh) writeMomenta(optimizer, options, useBeta1);
  }
  return {
    totalSteps,
    cycleMomentum: options.cycleMomentum,
    useBeta1,
    _annealFuncType: options.annealStrategy,
    _schedulePhases: phasesOf(totalSteps, options.pctStart, options.threePhase),
    lastEpoch,
  };
}

function refuse(reason: string): never {
  throw new TorchError("torch/argument", `OneCycleLR: ${reason}`);
}

function writeRates(optimizer: Optimizer, maxLr: number | readonly number[], options: Checked): void {
  const highest = perGroup("OneCycleLR", "maxLr", maxLr, optimizer);
  optimizer.paramGroups.forEach((group, i) => {
    group.initialLr = highest[i]! / options.divFactor;
    group.maxLr = highest[i]!;
    group.minLr = group.initialLr / options.finalDivFactor;
  });
}

function writeMomenta(optimizer: Optimizer, options: Checked, useBeta1: boolean): void {
  const highest = perGroup("OneCycleLR", "maxMomentum", options.maxMomentum, optimizer);
  const lowest = perGroup("OneCycleLR", "baseMomentum", options.baseMomentum, optimizer);
  (optimizer.paramGroups as CyclingGroup[]).forEach((group, i) => {
    if (useBeta1) group.betas = [highest[i]!, group.betas![1]];
    else group.momentum = highest[i]!;
    group.maxMomentum = highest[i]!;
    group.baseMomentum = lowest[i]!;
  });
}

function phasesOf(totalSteps: number, pctStart: number, threePhase: boolean): SchedulePhase[] {
  const up = {
    start_lr: "initial_lr",
    end_lr: "max_lr",
    start_momentum: "max_momentum",
    end_momentum: "base_momentum",
  };
  const down = { start_lr: "max_lr", start_momentum: "base_momentum", end_momentum: "max_momentum" };
  const rise = { ...up, end_step: pctStart * totalSteps - 1 };
  if (!threePhase) return [rise, { ...down, end_lr: "min_lr", end_step: totalSteps - 1 }];
  return [
    rise,
    { ...down, end_lr: "initial_lr", end_step: 2 * pctStart * totalSteps - 2 },
    {
      start_lr: "initial_lr",
      end_lr: "min_lr",
      start_momentum: "max_momentum",
      end_momentum: "max_momentum",
      end_step: totalSteps - 1,
    },
  ];
}
