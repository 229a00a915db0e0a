// Options of `cec/evaluate`.
import { type ConfigOf, option } from "@throughline/lab";
import { z } from "zod";
import { VARIANTS } from "../../evaluation/mazes.js";
import { dataOptions, modelOptions, testOptions } from "../train/options.js";

/** Options of `cec/evaluate`. */
export const options = {
  model: option(
    z.string().min(1),
    "Model: the name of a preset, for the last finished run of cec/train in this folder of runs with this env, method, curriculum and seed, and all else as the preset has it; or a run, by folder or id.",
  ),
  env: dataOptions.env,
  method: modelOptions.method,
  curriculum: dataOptions.curriculum,
  variant: option(
    z.enum(VARIANTS).default("usual"),
    "Mazes: usual, the levels of env; unseen-mechanism, with doors that may be closed (Goal Mazes only); harder, a last level beyond those of env; changed-dynamics, each action is done twice; goal-revealed, a beam shows the goal over all walls.",
  ),
  memory: option(
    z.enum(["method", "cleared", "shuffled"]).default("method"),
    "Memory across episodes: method, as the method has it; cleared, at the end of each episode; shuffled, when the test begins it is made anew from the run's episodes of the easier levels in no order (protocols auto and fixed).",
  ),
  attention: option(
    z.boolean().default(false),
    "Keeps which earlier episodes the model looks at, and draws it; for cec, cec-no-cross and bc-expert.",
  ),
  ...testOptions,
};

/** A complete configuration of `cec/evaluate`. */
export type EvaluateConfig = ConfigOf<typeof options>;
