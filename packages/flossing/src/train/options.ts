// Options of a training run. Defaults are the released code's settings (specification 3), but for `flossClip`.
import { option } from "@throughline/lab";
import { kernelLevels } from "@throughline/torch/kernels";
import { z } from "zod";

const count = (least = 1) => z.int().min(least);

/** Options of `flossing/train`. */
export const options = {
  task: option(
    z.enum(["copy", "copy-reals", "xor", "spatial-xor", "psmnist", "data"]).default("xor"),
    "Task to learn; `data`, which --data implies, is sequences of your own.",
  ),
  delay: option(
    count().default(20),
    "Delay of the delayed tasks: an answer depends on inputs up to so many steps back.",
    "steps",
  ),
  level: option(count().max(6).default(1), "XOR tasks: the answer is the XOR of 2^level bits."),
  scoring: option(
    z.enum(["answerable", "released"]).default("answerable"),
    "Scored steps: those that can be answered, or, as in the released code, also one whose answer is a guess.",
  ),
  data: option(z.string().default(""), "File of sequences of your own (.npz, .npy or .csv); empty: none."),
  answer: option(
    z.enum(["auto", "last", "every"]).default("auto"),
    "Own data: answers at the last step of a sequence or at every step; auto: as the file says.",
  ),
  kind: option(
    z.enum(["auto", "classification", "regression"]).default("auto"),
    "Own data: targets are classes or values; auto: whole numbers and words are classes.",
  ),
  standardise: option(
    z.enum(["auto", "on", "off"]).default("auto"),
    "Own data: features are brought to mean 0 and standard deviation 1; auto: on for .csv and .npy.",
  ),
  testPart: option(
    z.number().gt(0).lt(1).default(0.2),
    "Own data: held-out fraction, if the file has no test data.",
  ),
  permutation: option(
    count(0).default(1),
    "psmnist: seed of the order of the pixels, independent of the run's seed; 0: row by row.",
  ),
  length: option(
    count(2).default(300),
    "Length of a sequence of a delayed task, or of a window of a long series.",
    "steps",
  ),
  batch: option(count().default(16), "Sequences in a training step."),
  epochs: option(count(0).default(3001), "Training steps, each on fresh sequences."),
  lr: option(z.number().positive().default(1e-3), "Learning rate of Adam, for the task and for flossing."),
  clip: option(
    z.number().min(0).default(0.03),
    "Largest norm of the gradient of each parameter array in training; 0: no clipping.",
  ),
  cell: option(
    z.enum(["pre", "post", "gru", "lstm"]).default("pre"),
    "Recurrent cell: vanilla with the activation before (pre) or after (post) the state, GRU or LSTM.",
  ),
  units: option(count().default(80), "Hidden units, N."),
  leak: option(
    z.number().gt(0).max(1).default(1),
    "Fraction of the state that each step replaces; 1: all. Vanilla cells only.",
  ),
  init: option(
    z.enum(["gaussian", "orthogonal", "identity"]).default("gaussian"),
    "Initial recurrent weights.",
  ),
  gain: option(z.number().positive().default(1), "Gain g: scale of the initial recurrent weights."),
  relax: option(
    count(0).default(100),
    "Steps without input that the initial states run before training and flossing.",
    "steps",
  ),
  k: option(count().default(75), "Number of Lyapunov exponents that flossing pushes, the largest ones."),
  target: option(z.number().default(0), "Target of the flossed exponents.", "nats per step"),
  flossBefore: option(count(0).default(500), "Flossing steps before training."),
  flossDuring: option(
    z.enum(["none", "at", "periodic", "adaptive-gradient", "adaptive-exponents"]).default("none"),
    "Schedule of flossing during training: none, at the epochs of --floss-at, periodic, or adaptive by the gradient or the exponents.",
  ),
  flossAt: option(
    z.array(count(0)).default([99, 199]),
    "Epochs, counted from 0, before which the schedule `at` flosses.",
  ),
  flossEvery: option(
    count().default(100),
    "Epochs between two flossings (periodic) or two measurements (adaptive).",
    "epochs",
  ),
  flossSteps: option(count().default(500), "Flossing steps at each time during training."),
  flossBudget: option(
    count(0).default(1000),
    "Largest number of flossing steps during training, for periodic and adaptive schedules.",
  ),
  flossLength: option(count(2).default(55), "Steps of a flossing trajectory.", "steps"),
  flossSkip: option(
    count(0).default(16),
    "Steps at the beginning of a flossing trajectory that do not count.",
    "steps",
  ),
  flossClip: option(
    z.number().min(0).default(3),
    "Largest norm of the gradient of a flossing step, in multiples of the root mean square norm of earlier ones; rare, very " +
      "long gradients then do not stall flossing. 0: no clipping, as in the released code.",
  ),
  flossWeight: option(
    z.number().min(0).default(0),
    "Weight of the flossing loss in the task's loss; 0: flossing only in steps of its own.",
  ),
  penalty: option(
    z.enum(["none", "spectral-norm", "orthogonality", "jacobian-norm", "gradient-norm"]).default("none"),
    "Control: penalty that is added to the task's loss.",
  ),
  penaltyWeight: option(z.number().positive().default(1), "Weight of --penalty."),
  precision: option(
    z.enum(["float32", "float64"]).default("float32"),
    "Floating-point type of all computations.",
  ),
  kernels: option(
    z.enum(["auto", ...kernelLevels]).default("auto"),
    "Instruction set of the flossing kernels; auto: the best that the processor has. Results differ by rounding.",
  ),
  logEvery: option(count().default(10), "Epochs between two logged rows of metrics.", "epochs"),
  dynamicsEvery: option(
    count(0).default(0),
    "Epochs between two measurements of spectrum, gradient norm against lag and condition number; 0: never.",
    "epochs",
  ),
} as const;

/** Complete configuration, as the experiment's code gets it. */
export type TrainConfig = { readonly [name in keyof typeof options]: z.output<(typeof options)[name]> };
