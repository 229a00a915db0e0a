// Flossing by itself: what it does to the exponents and to the condition number of the long-term Jacobian.
import { checkMemory, defineExperiment, option } from "@throughline/lab";
import { z } from "zod";
import { weightsMemory } from "../train/memory.js";
import { threadsWorth } from "../train/threads.js";
import { checkCondition } from "./check.js";
import { name } from "./name.js";

const count = (least = 1) => z.int().min(least);

const options = {
  units: option(count().default(80), "Number of hidden units, N."),
  init: option(
    z.enum(["gaussian", "orthogonal", "identity"]).default("gaussian"),
    "Initial recurrent weights: Gaussian of variance g²/N, an orthogonal matrix times g, or the identity times g. Vanilla cells only.",
  ),
  gain: option(
    z.number().positive().default(1),
    "Gain g: scale of the initial recurrent weights. Vanilla cells only.",
  ),
  cell: option(
    z.enum(["pre", "post", "gru", "lstm"]).default("pre"),
    "Recurrent cell; pre: h ← W·tanh(h) + V·x; post: h ← tanh(W·h + V·x); GRU or LSTM.",
  ),
  k: option(
    count().default(15),
    "Number of Lyapunov exponents that flossing pushes to --target, from the largest.",
  ),
  target: option(z.number().default(0), "Target of the flossed exponents.", "nats per step"),
  steps: option(count(0).default(500), "Gradient steps of flossing."),
  lr: option(z.number().positive().default(1e-3), "Learning rate of Adam."),
  clip: option(
    z.number().min(0).default(3),
    "Gradient clipping of flossing: largest norm, in multiples of the root mean square norm of earlier steps. " +
      "Keeps rare, very large gradients from stalling it. 0: no clipping, as in the authors' code.",
  ),
  length: option(count(2).default(55), "Length of a flossing trajectory.", "steps"),
  skip: option(
    count(0).default(16),
    "Warm-up of a flossing trajectory: its first steps are left out of the exponents.",
    "steps",
  ),
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
