// Options of a training run. Defaults are those of the authors' code, but for `flossClip`.
import { type ConfigOf, option } from "@throughline/lab";
import { kernelLevels } from "@throughline/torch/kernels";
import { z } from "zod";

/** A whole number from `least`. */
export const count = (least = 1) => z.int().min(least);

/** Options of `flossing/train`. */
export const options = {
  task: option(
    z.enum(["copy", "copy-reals", "xor", "spatial-xor", "psmnist", "data"]).default("xor"),
    "Task to learn; `data`: your own sequences, chosen by --data too.",
  ),
  delay: option(
    count().default(20),
    "Delay of the copy and XOR tasks: how far back the inputs lie that an answer depends on.",
    "steps",
  ),
  level: option(count().max(6).default(1), "XOR tasks: the answer is the XOR of 2^level bits."),
  scoring: option(
    z.enum(["answerable", "released"]).default("answerable"),
    "Steps that are scored; answerable: those with a known answer; released: also one that can only be guessed, as in the authors' code.",
  ),
  data: option(z.string().min(1).optional(), "Path of your own sequences (.npz, .npy or .csv)."),
  answer: option(
    z.enum(["auto", "last", "every"]).default("auto"),
    "Own data: steps with a target, the last of a sequence or every one; auto: by the shape of the targets in the file.",
  ),
  kind: option(
    z.enum(["auto", "classification", "regression"]).default("auto"),
    "Own data: type of the targets; auto: whole numbers and words are classes.",
  ),
  standardise: option(
    z.enum(["auto", "on", "off"]).default("auto"),
    "Own data: scale features to mean 0 and standard deviation 1; auto: on for .csv and .npy.",
  ),
  testPart: option(
    z.number().gt(0).lt(1).default(0.2),
    "Own data: fraction held out for testing, if the file has no test data.",
  ),
  permutation: option(
    count(0).default(1),
    "psmnist: seed of the pixel permutation, independent of --seed; 0: row by row.",
  ),
  length: option(
    count(2).default(300),
    "Length of a sequence (copy and XOR tasks), or of a window cut from a long series (own data).",
    "steps",
  ),
  batch: option(count().default(16), "Batch size, in sequences."),
  epochs: option(count(0).default(3001), "Training steps, each on a fresh batch."),
  lr: option(z.number().positive().default(1e-3), "Learning rate of Adam, for the task and for flossing."),
  clip: option(
    z.number().min(0).default(0.03),
    "Gradient clipping in training: largest norm per parameter tensor; 0: no clipping.",
  ),
  cell: option(
    z.enum(["pre", "post", "gru", "lstm"]).default("pre"),
    "Recurrent cell; pre: h ← W·tanh(h) + V·x; post: h ← tanh(W·h + V·x); GRU or LSTM.",
  ),
  units: option(count().default(80), "Number of hidden units, N."),
  leak: option(
    z.number().gt(0).max(1).default(1),
    "Fraction of the state that each step replaces; 1: all. Vanilla cells only.",
  ),
  init: option(
    z.enum(["gaussian", "orthogonal", "identity"]).default("gaussian"),
    "Initial recurrent weights: Gaussian of variance g²/N, an orthogonal matrix times g, or the identity times g. Vanilla cells only.",
  ),
  gain: option(
    z.number().positive().default(1),
    "Gain g: scale of the initial recurrent weights. Vanilla cells only.",
  ),
  relax: option(
    count(0).default(100),
    "Warm-up steps without input, from which initial states are taken.",
    "steps",
  ),
  k: option(
    count().default(75),
    "Number of Lyapunov exponents that flossing pushes to --target, from the largest.",
  ),
  target: option(z.number().default(0), "Target of the flossed exponents.", "nats per step"),
  flossBefore: option(count(0).default(500), "Gradient steps of flossing before training."),
  flossDuring: option(
    z.enum(["none", "at", "periodic", "adaptive-gradient", "adaptive-exponents"]).default("none"),
    "Schedule of flossing during training; at: at the epochs of --floss-at; periodic: every --floss-every epochs; adaptive-gradient: when the gradient at the initial state is below 1e-5; adaptive-exponents: when the median flossed exponent is below −0.1 nats per step.",
  ),
  flossAt: option(
    z.array(count(0)).default([99, 199]),
    "Epochs, from 0, before which the schedule `at` flosses.",
  ),
  flossEvery: option(
    count().default(100),
    "Interval of flossing (periodic) or of the measurement that decides on it (adaptive).",
    "epochs",
  ),
  flossSteps: option(count().default(500), "Gradient steps of each flossing during training."),
  flossBudget: option(
    count(0).default(1000),
    "Largest number of flossing steps during training, in total; periodic and adaptive schedules only.",
  ),
  flossLength: option(count(2).default(55), "Length of a flossing trajectory.", "steps"),
  flossSkip: option(
    count(0).default(16),
    "Warm-up of a flossing trajectory: its first steps are left out of the exponents.",
    "steps",
  ),
  flossClip: option(
    z.number().min(0).default(3),
    "Gradient clipping of flossing: largest norm, in multiples of the root mean square norm of earlier steps. " +
      "Keeps rare, very large gradients from stalling it. 0: no clipping, as in the authors' code.",
  ),
  flossWeight: option(
    z.number().min(0).default(0),
    "Weight of the flossing loss added to the task's loss; 0: flossing has its own steps only.",
  ),
  penalty: option(
    z.enum(["none", "spectral-norm", "orthogonality", "jacobian-norm", "gradient-norm"]).default("none"),
    "Penalty added to the task's loss, as a control for flossing.",
  ),
  penaltyWeight: option(z.number().positive().default(1), "Weight of --penalty."),
  precision: option(
    z.enum(["float32", "float64"]).default("float32"),
    "Floating-point type of all computations.",
  ),
  kernels: option(
    z.enum(["auto", ...kernelLevels]).default("auto"),
    "Instruction set of the flossing kernels; auto: the best of the processor. Results differ by rounding.",
  ),
  logEvery: option(count().default(10), "Interval of logged metrics.", "epochs"),
  dynamicsEvery: option(
    count(0).default(0),
    "Interval of measurements of the spectrum, the gradient norm by lag and the condition number; 0: never.",
    "epochs",
  ),
} as const;

/** Complete configuration, as the experiment's code gets it. */
export type TrainConfig = ConfigOf<typeof options>;
