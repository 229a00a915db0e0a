// Options of the environments of manipulation.
import { checkOptions, flag, oneOf, type Rules, whole } from "@throughline/torch/checks";
import type { ManipulationId } from "./tasks/tasks.js";

/** Options of a task of manipulation. */
export interface ManipulationOptions {
  /** Actions after which an episode is truncated, 1 to 1,000,000. Default: 500, as for robomimic's demonstrations of several humans; 400 for those of one. */
  readonly horizon?: number;
  /** True if success ends the episode, as in robomimic's evaluations; false to go on until the horizon. Default: true. */
  readonly endOnSuccess?: boolean;
  /** Of a step: "sparse" is 1 with success and 0 without; "dense" adds the task's progress, below 1, to steps without. Default: "sparse". */
  readonly reward?: "sparse" | "dense";
}

const rules: Rules<Required<ManipulationOptions>> = {
  horizon: whole(1, 500, 1_000_000),
  endOnSuccess: flag(true),
  reward: oneOf(["sparse", "dense"], "sparse"),
};

/** All options. @throws TorchError `torch/argument` for one that is not accepted */
export function completeOptions(
  id: ManipulationId,
  options: ManipulationOptions | undefined,
): Required<ManipulationOptions> {
  return checkOptions(id, rules, options);
}
