// Specification of an optimiser, apart from its formula.

import type { Rules } from "../checks/options.js";
import type { Tensor } from "../tensor/index.js";

/** Options that every optimiser has. */
export interface CommonOptions {
  /** Learning rate. */
  lr: number;
}

/** One tensor that an optimiser keeps for each parameter. */
export interface StateEntry {
  /**
   * `like`: of the parameter's shape and dtype. `count`: one float32 number, as the fused kernels want the step.
   * `scalar`: one number, float64 if the parameter is.
   */
  readonly kind: "like" | "count" | "scalar";
  /** The value it starts from. Default 0. */
  readonly initial?: number;
  /** True if a state without it can be loaded. Default false. */
  readonly optional?: boolean;
}

/** The optimiser's name, options and state. */
export interface OptimizerSpec<O extends CommonOptions> {
  readonly name: string;
  readonly rules: Rules<O>;
  /** Entries of PyTorch's `param_groups` that are no options here; written as they stand. */
  readonly fixed: Readonly<Record<string, boolean | null>>;
  /** Types of devices on which the fused kernel exists; none if the optimiser has no such kernel. */
  readonly fusedOn: readonly string[];
  /** Everything a parameter's state may hold. */
  state(options: O): Readonly<Record<string, StateEntry>>;
  /** Entries of the state that the options need. */
  uses(options: O): readonly string[];
  /** Problem of options that are each acceptable, or undefined. */
  check?(options: O): string | undefined;
}

/** Fields that schedules write into a group, under PyTorch's names. */
export interface ScheduledValues {
  initialLr?: number;
  maxLr?: number;
  minLr?: number;
  maxMomentum?: number;
  baseMomentum?: number;
}

/** The names of `ScheduledValues`. */
export const scheduledValues: readonly (keyof ScheduledValues)[] = [
  "initialLr",
  "maxLr",
  "minLr",
  "maxMomentum",
  "baseMomentum",
];

/** Parameters that share their options. The options may be changed between steps; `params` may not. */
export type ParamGroup<O extends CommonOptions = CommonOptions> = O &
  ScheduledValues & { readonly params: readonly Tensor[] };

/** Parameters with their own options; the others are the optimiser's. */
export type ParamGroupInit<O extends CommonOptions = CommonOptions> = Partial<O> & {
  readonly params: Tensor | Iterable<Tensor>;
};

/** Arguments of an optimiser: parameters, or groups of them. */
export type Parameters<O extends CommonOptions = CommonOptions> =
  | Iterable<Tensor>
  | Iterable<ParamGroupInit<O>>;

/** The devices on which ATen has the fused Adam and SGD kernels. */
export const fusedDevices: readonly string[] = ["cpu", "cuda", "mps"];
