// What CyclicLR works out once: the shape of a cycle, and each group's rates and momenta.

import { anyNumber, checkOptions, flag, oneOf, optional, type Rules, whole } from "../../checks/options.js";
import { show } from "../../checks/show.js";
import { TorchError } from "../../errors.js";
import { Optimizer } from "../optimizer.js";
import type { ScheduleOptions } from "./formula.js";
import { type CyclingGroup, oneOrMore } from "./one-cycle-plan.js";
import { perGroup } from "./rates.js";

/** How the height of the cycles changes: not at all, halved each time, or by `gamma` each step. */
export type CycleMode = "triangular" | "triangular2" | "exp_range";

/** Options of `CyclicLR`. */
export interface CyclicLROptions extends ScheduleOptions {
  /** Steps from the lowest rate to the highest. Default 2000. */
  readonly stepSizeUp?: number;
  /** Steps back. Default: as many. */
  readonly stepSizeDown?: number;
  /** Default "triangular", cycles of one height. */
  readonly mode?: CycleMode;
  /** The factor per step of "exp_range". Default 1. */
  readonly gamma?: number;
  /** True if momentum (β₁) moves against the rate. Default true. */
  readonly cycleMomentum?: boolean;
  /** The lowest momentum, one for all groups or one for each. Default 0.8. */
  readonly baseMomentum?: number | readonly number[];
  /** The highest momentum. Default 0.9. */
  readonly maxMomentum?: number | readonly number[];
}

type Own = Omit<CyclicLROptions, "lastEpoch">;
type Checked = Own & Required<Omit<Own, "stepSizeDown">>;

const rules: Rules<Checked> = {
  stepSizeUp: whole(1, 2000),
  stepSizeDown: optional(whole(1, 1)),
  mode: oneOf(["triangular", "triangular2", "exp_range"], "triangular"),
  gamma: anyNumber(1),
  cycleMomentum: flag(true),
  baseMomentum: oneOrMore(0.8),
  maxMomentum: oneOrMore(0.9),
};

/** A cycle as CyclicLR keeps it, under PyTorch's names. */
export interface Cycle {
  maxLrs: readonly number[];
  /** Steps of a cycle. */
  totalSize: number;
  /** The share of them in which the rate goes up. */
  stepRatio: number;
  mode: CycleMode;
  gamma: number;
  cycleMomentum: boolean;
  useBeta1: boolean;
  baseMomentums: readonly number[];
  maxMomentums: readonly number[];
  lastEpoch: number | undefined;
}

/** Checks the options and writes the groups' rates and momenta, unless the schedule continues an earlier one. */
export function cycleOf(
  optimizer: Optimizer,
  baseLr: number | readonly number[],
  maxLr: number | readonly number[],
  given: CyclicLROptions,
): { readonly cycle: Cycle; readonly baseLrs: number[] } {
  const { lastEpoch, ...own } = given;
  if (!(optimizer instanceof Optimizer)) refuse(`optimizer is ${show(optimizer)}, not an Optimizer`);
  const options = checkOptions("CyclicLR", rules, own);
  for (const [name, value] of Object.entries({ baseLr, maxLr })) {
    if (!oneOrMore(0).accepts(value)) refuse(`${name} is ${show(value)}, accepted: ${oneOrMore(0).accepted}`);
  }
  const of = <T>(name: string, value: T | readonly T[]): T[] => perGroup("CyclicLR", name, value, optimizer);
  const { stepSizeUp, stepSizeDown = stepSizeUp, mode, gamma, cycleMomentum } = options;
  const useBeta1 = "betas" in optimizer.defaults;
  if (cycleMomentum && !useBeta1 && !("momentum" in optimizer.defaults)) {
    refuse(`${optimizer.spec.name} has neither momentum nor betas to move; set cycleMomentum to false`);
  }
  const baseLrs = of("baseLr", baseLr);
  const cycle: Cycle = {
    maxLrs: of("maxLr", maxLr),
    totalSize: stepSizeUp + stepSizeDown,
    stepRatio: stepSizeUp / (stepSizeUp + stepSizeDown),
    ...{ mode, gamma, cycleMomentum, useBeta1, lastEpoch },
    baseMomentums: of("baseMomentum", options.baseMomentum),
    maxMomentums: of("maxMomentum", options.maxMomentum),
  };
  if (lastEpoch === undefined || lastEpoch === -1) write(optimizer, baseLrs, cycle);
  return { cycle, baseLrs };
}

function refuse(reason: string): never {
  throw new TorchError("torch/argument", `CyclicLR: ${reason}`);
}

function write(optimizer: Optimizer, baseLrs: readonly number[], cycle: Cycle): void {
  (optimizer.paramGroups as CyclingGroup[]).forEach((group, i) => {
    group.lr = baseLrs[i]!;
    if (!cycle.cycleMomentum) return;
    setMomentum(group, cycle.maxMomentums[i]!, cycle.useBeta1);
    group.maxMomentum = cycle.maxMomentums[i]!;
    group.baseMomentum = cycle.baseMomentums[i]!;
  });
}

/** Sets a group's momentum, or β₁. */
export function setMomentum(group: CyclingGroup, momentum: number, useBeta1: boolean): void {
  if (useBeta1) group.betas = [momentum, group.betas![1]];
  else group.momentum = momentum;
}
