// Options of the environments of manipulation.
import { checkOptions, flag, oneOf, type Rule, type Rules, whole } from "@throughline/torch/checks";
import { CAMERAS, type CameraName } from "./observations/pictures.js";
import type { ManipulationId } from "./tasks/tasks.js";

/** Options of a task of manipulation. */
export interface ManipulationOptions {
  /** Actions after which an episode is truncated, 1 to 1,000,000. Default: 500, as for robomimic's demonstrations of several humans; 400 for those of one. */
  readonly horizon?: number;
  /** True if success ends the episode, as in robomimic's evaluations; false to go on until the horizon. Default: true. */
  readonly endOnSuccess?: boolean;
  /** Of a step: "sparse" is 1 with success and 0 without; "dense" adds the task's progress, below 1, to steps without. Default: "sparse". */
  readonly reward?: "sparse" | "dense";
  /** Cameras whose pictures are observed: `agentview`, `robot0_eye_in_hand`, or both. Default: none. */
  readonly cameras?: readonly CameraName[];
  /** Rows of their pictures, 8 to 2048. Default: 84. */
  readonly height?: number;
  /** Columns of their pictures, 8 to 2048. Default: 84. */
  readonly width?: number;
}

const someCameras: Rule<readonly CameraName[]> = {
  initial: [],
  accepted: `a list of ${CAMERAS.join(", ")}, each at most once`,
  accepts: (value) =>
    Array.isArray(value) &&
    value.every((name) => CAMERAS.includes(name)) &&
    new Set(value).size === value.length,
};

const rules: Rules<Required<ManipulationOptions>> = {
  horizon: whole(1, 500, 1_000_000),
  endOnSuccess: flag(true),
  reward: oneOf(["sparse", "dense"], "sparse"),
  cameras: someCameras,
  height: whole(8, 84, 2048),
  width: whole(8, 84, 2048),
};

/** All options. @throws TorchError `torch/argument` for one that is not accepted */
export function completeOptions(
  id: ManipulationId,
  options: ManipulationOptions | undefined,
): Required<ManipulationOptions> {
  return checkOptions(id, rules, options);
}
