// State of a simulation between two actions.
import type { ArmControlState } from "../control/arm-control.js";

/** All that the rest of an episode depends on, beside its seed and number. */
export interface ManipulationState {
  /** Seconds. */
  readonly time: number;
  /** MuJoCo's `qpos`: 7 joints, 2 fingers, then position and quaternion (w first) of the object. */
  readonly positions: readonly number[];
  /** MuJoCo's `qvel`: 7 joints, 2 fingers, then linear and angular velocity of the object. */
  readonly velocities: readonly number[];
  /** MuJoCo's `qacc_warmstart`, from which the solver begins: without it the next steps agree to rounding only. */
  readonly warmStart: readonly number[];
  readonly arm: ArmControlState;
  /** Target of the fingers, −1 open to 1 closed. */
  readonly fingers: number;
}
