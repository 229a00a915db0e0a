// Flossing by itself: what it does to the exponents and to the condition number of the long-term Jacobian.
import { checkMemory, defineExperiment, option } from "@throughline/lab";
import { z } from "zod";
import { weightsMemory } from "../train/memory.js";
import { count, options as training } from "../train/options.js";
import { threadsWorth } from "../train/threads.js";
import { checkCondition } from "./check.js";
import { name } from "./name.js";

const options = {
  units: training.units,
  init: training.init,
  gain: training.gain,
  cell: training.cell,
  k: option(
    count().default(15),
    "Number of Lyapunov exponents that flossing pushes to --target, from the largest.",
  ),
  target: training.target,
  steps: option(count(0).default(500), "Gradient steps of flossing."),
  lr: option(z.number().positive().default(1e-3), "Learning rate of Adam."),
  clip: training.flossClip,
  length: training.flossLength,
  skip: training.flossSkip,
  measure: option(
    count(10).default(2000),
    "Length of the trajectory on which the whole spectrum is measured, before and after.",
    "steps",
  ),
  horizon: option(
    count().default(100),
    "Longest horizon over which the condition number is measured.",
    "steps",
  ),
} as const;

/** Complete configuration, as the experiment's code gets it. */
export type ConditionConfig = { readonly [name in keyof typeof options]: z.output<(typeof options)[name]> };

export const conditionExperiment = defineExperiment({
  ...name,
  config: options,
  presets: {
    paper: { clip: 0 },
    laptop: { steps: 200, measure: 500 },
    smoke: { units: 12, k: 4, steps: 5, measure: 40, horizon: 10 },
  },
  async check(config) {
    checkCondition(config);
    await checkMemory([weightsMemory(config, 4)], config.device);
  },
  threads: (config, cores) => threadsWorth({ ...config, batch: 0 }, cores),
  async run(context) {
    checkCondition(context.config);
    const { condition } = await import("./run.js");
    return condition(context);
  },
  async figures(run) {
    const { conditionFigures } = await import("./figures.js");
    return conditionFigures(run);
  },
});
