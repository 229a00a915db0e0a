// Options of `cec/evaluate`.
import { type ConfigOf, option } from "@throughline/lab";
import { z } from "zod";
import { VARIANTS } from "../../evaluation/mazes.js";
import { dataOptions, modelOptions, testOptions } from "../train/options.js";

/** Options of `cec/evaluate`. */
export const options = {
  model: option(
    z.string().min(1),
    "Model: a preset, for the last finished run of cec/train at it with this env, method, curriculum and seed; or a run, by folder or id. Default: the preset.",
  ),
  env: dataOptions.env,
  method: modelOptions.method,
  curriculum: dataOptions.curriculum,
  variant: option(
    z.enum(VARIANTS).default("usual"),
    "Mazes: usual, those of training's tested level; unseen-mechanism, doors that may be closed (Goal Maze); harder, beyond all levels; changed-dynamics, each action done twice; goal-revealed, the goal seen over all walls.",
  ),
  memory: option(
    z.enum(["method", "cleared", "shuffled"]).default("method"),
    "Memory across episodes: as the method has it; cleared after each episode; or made of the easier levels' episodes in no order before the test.",
  ),
  attention: option(
    z.boolean().default(false),
    "Keeps which earlier episodes the model looks at; for methods on CEC's transformer.",
  ),
  ...testOptions,
};

/** A complete configuration of `cec/evaluate`. */
export type EvaluateConfig = ConfigOf<typeof options>;
