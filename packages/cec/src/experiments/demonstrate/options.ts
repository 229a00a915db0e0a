// Options of `cec/demonstrations`.
import { type ConfigOf, option } from "@throughline/lab";
import { z } from "zod";
import { tasks } from "../../robots/tasks.js";

/** Which task, and how long an episode may be. */
export const taskOptions = {
  env: option(z.enum(tasks).default("Lift-v0"), "Task of the robot."),
  horizon: option(z.int().min(1).default(500), "Steps after which an episode is cut off.", "steps"),
};

export const options = {
  ...taskOptions,
  demonstrations: option(
    z.int().min(1).default(90),
    "Successful demonstrations of each skill: worse, okay, better. 90: as many as robomimic's multi-human data have for training.",
  ),
  lanes: option(
    z.int().min(1).max(64).default(9),
    "Episodes that are played side by side, each in a thread of its own. The episodes are the same.",
  ),
  pictures: option(
    z.int().min(8).max(256).optional(),
    "Height and width of the pictures of two cameras, which are kept beside the numbers; some 10 kB a step at 84. Left out: none. States of the simulator are always kept.",
    "pixels",
  ),
};

/** A complete configuration of `cec/demonstrations`. */
export type DemonstrateConfig = ConfigOf<typeof options>;
