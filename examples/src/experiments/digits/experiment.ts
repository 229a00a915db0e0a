// The digits example as an experiment: what can be set, and what it does.
import { defineExperiment, LabError, option } from "@throughline/lab";
import { z } from "zod";
import { name } from "./name.js";

const config = {
  steps: option(
    z.int().min(1).default(1404),
    "How long to train; 468 steps are one pass over all digits.",
    "steps",
  ),
  batchSize: option(z.int().min(2).max(60_000).default(128), "Digits in each step.", "digits"),
  learningRate: option(z.number().positive().default(0.01), "Peak of the one-cycle schedule."),
  weightDecay: option(z.number().min(0).default(0.01), "AdamW's pull of every weight towards zero."),
  dropout: option(z.number().min(0).max(0.9).default(0), "Part of the features that each step leaves out."),
  trainDigits: option(
    z.int().min(100).max(60_000).default(60_000),
    "How many digits to learn from.",
    "digits",
  ),
  testDigits: option(
    z.int().min(100).max(10_000).default(10_000),
    "How many digits to be tested on at the end.",
    "digits",
  ),
  testEvery: option(z.int().min(1).default(50), "How often 1000 test digits are read on the way.", "steps"),
} as const;

/** What the experiment's code is given. */
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
  async figures(run) {
    const { digitFigures } = await import("./figures.js");
    return digitFigures(run);
  },
});
