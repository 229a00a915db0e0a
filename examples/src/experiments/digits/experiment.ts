// The digits example as an experiment: what can be set, and what it does.
import { defineExperiment, LabError, option } from "@throughline/lab";
import { z } from "zod";
import { name } from "./name.js";

const config = {
  steps: option(z.int().min(1).default(1404), "Training steps; 468 are one pass over all digits.", "steps"),
  batchSize: option(z.int().min(2).max(60_000).default(128), "Digits in each step.", "digits"),
  learningRate: option(z.number().positive().default(0.01), "Peak learning rate of the one-cycle schedule."),
  weightDecay: option(z.number().min(0).default(0.01), "Weight decay of AdamW."),
  dropout: option(z.number().min(0).max(0.9).default(0), "Dropout probability of the features."),
  trainDigits: option(
    z.int().min(100).max(60_000).default(60_000),
    "Number of digits to train on.",
    "digits",
  ),
  testDigits: option(
    z.int().min(100).max(10_000).default(10_000),
    "Number of digits of the final test.",
    "digits",
  ),
  testEvery: option(
    z.int().min(1).default(50),
    "Steps between two tests on 1000 test digits during training.",
    "steps",
  ),
} as const;

/** Complete configuration, as the experiment's code gets it. */
export type DigitsConfig = { readonly [name in keyof typeof config]: number };

export const digits = defineExperiment({
  ...name,
  config,
  presets: {
    laptop: { steps: 250 },
    smoke: { steps: 30, batchSize: 64, trainDigits: 2000, testDigits: 200, testEvery: 10 },
  },
  async check({ batchSize, trainDigits }) {
    if (batchSize <= trainDigits) return;
    throw new LabError(
      "lab/config",
      `--batch-size is ${batchSize}, but there are only ${trainDigits} digits to learn from (--train-digits)`,
    );
  },
  async run(context) {
    const { trainDigits } = await import("./run.js");
    return trainDigits(context);
  },
  async network() {
    const { digitNetwork } = await import("./network.js");
    return digitNetwork();
  },
  async figures(run) {
    const { digitFigures } = await import("./figures.js");
    return digitFigures(run);
  },
});
