// What can be set for a training run. Defaults are the released code's settings (specification 3), but for `flossClip`.
import { option } from "@throughline/lab";
import { z } from "zod";
import { kernelLevels } from "../kernels/levels.js";

const count = (least = 1) => z.int().min(least);

/** Options of `flossing/train`. */
export const options = {
  task: option(
    z.enum(["copy", "copy-reals", "xor", "spatial-xor", "psmnist", "data"]).default("xor"),
    "What the net learns; `data`, which --data implies, are sequences of your own.",
  ),
  delay: option(count().default(20), "How far back an answer looks.", "steps"),
  level: option(count().max(6).default(1), "XOR of 2^level bits."),
  scoring: option(
    z.enum(["answerable", "released"]).default("answerable"),
    "Which steps count: all that can be answered, or also the released code's one that cannot.",
  ),
  data: option(z.string().default(""), "A file of sequences of your own: .npz, .npy or .csv."),
  answer: option(
    z.enum(["auto", "last", "every"]).default("auto"),
    "Of own data: whether answers are asked at the last step or at every one; auto: as the file says.",
  ),
  kind: option(
    z.enum(["auto", "classification", "regression"]).default("auto"),
    "Of own data: whether targets are classes or values; auto: whole numbers and words are classes.",
  ),
  standardise: option(
    z.enum(["auto", "on", "off"]).default("auto"),
    "Of own data: bring features to mean 0 and deviation 1; auto: on for .csv and .npy.",
  ),
  testPart: option(
    z.number().gt(0).lt(1).default(0.2),
    "Of own data: part that is held out, where the file holds no test data.",
  ),
  permutation: option(
    count(0).default(1),
    "Of psmnist: seed of the order of the pixels, independent of the run's; 0: row by row.",
  ),
  length: option(
    count(2).default(300),
    "Length of a sequence of a delayed task, and of a window of a long series.",
    "steps",
  ),
  batch: option(count().default(16), "Sequences in a training step."),
  epochs: option(count(0).default(3001), "Training steps, each on fresh sequences."),
  lr: option(z.number().positive().default(1e-3), "Step size of Adam, of the task and of flossing."),
  clip: option(
    z.number().min(0).default(0.03),
    "Largest norm of the gradient of each parameter array; 0 does not clip.",
  ),
  cell: option(
    z.enum(["pre", "post", "gru", "lstm"]).default("pre"),
    "Vanilla net with the activation before or after the weights, GRU or LSTM.",
  ),
  units: option(count().default(80), "Hidden units, N."),
  leak: option(z.number().gt(0).max(1).default(1), "Part of the state that each step replaces."),
  init: option(
    z.enum(["gaussian", "orthogonal", "identity"]).default("gaussian"),
    "Recurrent weights at the start.",
  ),
  gain: option(z.number().positive().default(1), "g, their scale."),
  relax: option(
    count(0).default(100),
    "Steps without input that the initial states run before anything else.",
    "steps",
  ),
  k: option(count().default(75), "Exponents that flossing pushes."),
  target: option(z.number().default(0), "Where flossing pushes them.", "nats per step"),
  flossBefore: option(count(0).default(500), "Flossing steps before training."),
  flossDuring: option(
    z.enum(["none", "at", "periodic", "adaptive-gradient", "adaptive-exponents"]).default("none"),
    "When flossing interrupts training.",
  ),
  flossAt: option(z.array(count(0)).default([99, 199]), "Before which epochs, counted from 0, for `at`."),
  flossEvery: option(
    count().default(100),
    "Epochs between two flossings (periodic) or two looks (adaptive).",
    "epochs",
  ),
  flossSteps: option(count().default(500), "Flossing steps each time."),
  flossBudget: option(
    count(0).default(1000),
    "Flossing steps during training at most, for `periodic` and `adaptive`.",
  ),
  flossLength: option(count(2).default(55), "Steps of a flossing trajectory.", "steps"),
  flossSkip: option(count(0).default(16), "Of which so many at its beginning do not count.", "steps"),
  flossClip: option(
    z.number().min(0).default(3),
    "Longest gradient of a flossing step, in multiples of the root mean square length of those before: it keeps a rare, " +
      "very long one from stalling flossing. 0 does not clip, as in the released code.",
  ),
  flossWeight: option(z.number().min(0).default(0), "Weight of the flossing loss in the task's loss."),
  penalty: option(
    z.enum(["none", "spectral-norm", "orthogonality", "jacobian-norm", "gradient-norm"]).default("none"),
    "A control: what is added to the task's loss instead of flossing.",
  ),
  penaltyWeight: option(z.number().positive().default(1), "Its weight."),
  precision: option(z.enum(["float32", "float64"]).default("float32"), "What everything is computed in."),
  kernels: option(
    z.enum(["auto", ...kernelLevels]).default("auto"),
    "Instructions that the flossing kernels use; auto: the best that the processor has. Results depend on it by rounding.",
  ),
  logEvery: option(count().default(10), "How often metrics are logged.", "epochs"),
  dynamicsEvery: option(
    count(0).default(0),
    "How often spectrum, gradient norm against lag and condition number are measured; 0: never.",
    "epochs",
  ),
} as const;

/** What the experiment's code is given. */
export type TrainConfig = { readonly [name in keyof typeof options]: z.output<(typeof options)[name]> };
