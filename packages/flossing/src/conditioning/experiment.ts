// Flossing by itself: what it does to the exponents and to the condition number of the long-term Jacobian.
import { checkMemory, defineExperiment, option } from "@throughline/lab";
import { z } from "zod";
import { weightsMemory } from "../train/memory.js";
import { threadsWorth } from "../train/threads.js";
import { checkCondition } from "./check.js";

const count = (least = 1) => z.int().min(least);

const options = {
  units: option(count().default(80), "Hidden units, N."),
  init: option(
    z.enum(["gaussian", "orthogonal", "identity"]).default("gaussian"),
    "Recurrent weights at the start.",
  ),
  gain: option(z.number().positive().default(1), "g, their scale."),
  cell: option(z.enum(["pre", "post", "gru", "lstm"]).default("pre"), "Vanilla net, GRU or LSTM."),
  k: option(count().default(15), "Exponents that flossing pushes."),
  target: option(z.number().default(0), "Where it pushes them.", "nats per step"),
  steps: option(count(0).default(500), "Flossing steps."),
  lr: option(z.number().positive().default(1e-3), "Step size of Adam."),
  clip: option(
    z.number().min(0).default(3),
    "Longest gradient of a flossing step, in multiples of the root mean square length of those before: it keeps a rare, " +
      "very long one from stalling flossing. 0 does not clip, as in the released code.",
  ),
  length: option(count(2).default(55), "Steps of a flossing trajectory.", "steps"),
  skip: option(count(0).default(16), "Of which so many at its beginning do not count.", "steps"),
  measure: option(
    count(10).default(2000),
    "Steps over which the whole spectrum is measured before and after.",
    "steps",
  ),
  horizon: option(count().default(100), "Longest horizon of the condition number.", "steps"),
} as const;

/** What the experiment's code is given. */
export type ConditionConfig = { readonly [name in keyof typeof options]: z.output<(typeof options)[name]> };

export const conditionExperiment = defineExperiment({
  name: "flossing/condition",
  purpose: "Spectrum and condition number of a recurrent net before and after gradient flossing",
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
