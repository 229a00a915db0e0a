// Flossing by itself: what it does to the exponents and to the condition number of the long-term Jacobian.
import { checkMemory, defineExperiment, option } from "@throughline/lab";
import { z } from "zod";
import { weightsMemory } from "../train/memory.js";
import { threadsWorth } from "../train/threads.js";
import { checkCondition } from "./check.js";
import { name } from "./name.js";

const count = (least = 1) => z.int().min(least);

const options = {
  units: option(count().default(80), "Hidden units, N."),
  init: option(
    z.enum(["gaussian", "orthogonal", "identity"]).default("gaussian"),
    "Initial recurrent weights.",
  ),
  gain: option(z.number().positive().default(1), "Gain g: scale of the initial recurrent weights."),
  cell: option(
    z.enum(["pre", "post", "gru", "lstm"]).default("pre"),
    "Recurrent cell: vanilla with the activation before (pre) or after (post) the state, GRU or LSTM.",
  ),
  k: option(count().default(15), "Number of Lyapunov exponents that flossing pushes, the largest ones."),
  target: option(z.number().default(0), "Target of the flossed exponents.", "nats per step"),
  steps: option(count(0).default(500), "Flossing steps."),
  lr: option(z.number().positive().default(1e-3), "Learning rate of Adam."),
  clip: option(
    z.number().min(0).default(3),
    "Largest norm of the gradient of a flossing step, in multiples of the root mean square norm of earlier ones; rare, very " +
      "long gradients then do not stall flossing. 0: no clipping, as in the released code.",
  ),
  length: option(count(2).default(55), "Steps of a flossing trajectory.", "steps"),
  skip: option(
    count(0).default(16),
    "Steps at the beginning of a flossing trajectory that do not count.",
    "steps",
  ),
  measure: option(
    count(10).default(2000),
    "Steps over which the whole spectrum is measured before and after.",
    "steps",
  ),
  horizon: option(count().default(100), "Longest horizon of the condition number.", "steps"),
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
