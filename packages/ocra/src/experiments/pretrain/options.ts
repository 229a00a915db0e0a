// Options of pre-training. An option without a default has a value for each preset and family of data; see
// `pretrainingSetting`.
import { type ConfigOf, option } from "@throughline/lab";
import { z } from "zod";
import { mostSlots, pixelViews, suites } from "../../pretrained/suites.js";
import { initialisations } from "../../training/settings.js";
import { precision } from "../precision.js";

const count = z.int().min(1);
const strides = z.array(count).min(1);

/** The slots' architecture, and how it sees pictures. */
const architecture = {
  resolution: option(count, "Height and width of the pictures.", "pixels"),
  slots: option(
    z.int().min(2).max(mostSlots),
    "Number of slots, at least one more than a picture has objects.",
  ),
  dim: option(count, "Width of features and slots."),
  iterations: option(count.max(1000), "Iterations of slot attention."),
  starts: option(
    count.max(1000),
    "Number of random restarts of slot attention per image outside training; the one with the most compact slots is kept.",
  ),
  encoderChannels: option(
    count,
    "Channels of the encoder's convolutions before the last one, which has `dim`.",
  ),
  encoderStrides: option(strides, "Stride of each of the encoder's convolutions."),
  decoderChannels: option(count, "Channels of the decoder's convolutions."),
  decoderStrides: option(strides, "Stride of each of the decoder's transposed 5×5 convolutions."),
  decoderPixels: option(count, "Upsampling factor of the decoder's last, sub-pixel convolution; 1: none."),
  initialSlots: option(
    z.enum(["constant", "learned"]),
    "Mean and spread of the initial slots: learned, or constant as in the authors' code.",
  ),
  arithmetic: option(
    z.enum(["direct", "fast"]),
    "Convolutions operator by operator as in PyTorch, or by cheaper algorithms that are equal up to rounding.",
  ),
  pixels: option(
    z.enum(pixelViews),
    "Input of the model: pixels, 1 − pixels, or pixels minus those of CLEVR's empty scene.",
  ),
  blankWeight: option(
    z.number().gt(0).max(1),
    "Weight of a blank position in the slot updates, against 1 for a position with something on it.",
  ),
  readout: option(
    z.enum(["all", "ink"]),
    "Positions that a slot's features are averaged over: all it attends to, or those with ink.",
  ),
  blankLevel: option(z.number().min(0), "Largest absolute pixel value of a blank position."),
} as const;

/** Options of `ocra/pretrain`. */
export const options = {
  dataset: option(z.enum(suites).default("art"), "Family of displays to train on."),
  ...architecture,
  initialisation: option(
    z.enum(initialisations),
    "Initial weights of the encoder's convolutions: PyTorch's, or those of He et al. 2015.",
  ),
  steps: option(count, "Training steps.", "steps"),
  batch: option(count, "Displays in a step."),
  lr: option(z.number().positive(), "Learning rate of Adam."),
  lrChanges: option(
    z.array(z.tuple([count, z.number().positive()])),
    "Later learning rates, as [first step, learning rate] pairs.",
  ),
  warmup: option(z.int().min(0), "Steps of linear warm-up of the learning rate.", "steps"),
  decay: option(z.enum(["none", "cosine"]), "Decay of the learning rate over training."),
  encoderRate: option(
    z.number().min(0),
    "Learning rate of the encoder's convolutions, as a fraction of the others'.",
  ),
  clip: option(z.number().min(0), "Largest norm of the gradient; 0: no clipping."),
  displays: option(
    count.optional(),
    "Number of training displays, of each problem for SVRT; left out: all of a --path.",
  ),
  validationDisplays: option(
    count,
    "Number of drawn displays to validate on, of each problem for SVRT; beside a --path, of the tasks' objects (ART).",
  ),
  fewest: option(
    count.max(6).optional(),
    "Fewest objects of a training display (ART and CLEVR, drawn displays).",
  ),
  repeats: option(
    z.number().min(0).max(1).optional(),
    "Probability that an object of a training display repeats an earlier one (ART, drawn displays).",
  ),
  objects: option(
    z.string().min(1).optional(),
    "ART's objects: tasks, pool, a folder of pictures or an .npy file; left out: the pool.",
  ),
  unlike: option(
    z.string().min(1).optional(),
    "Objects of a task of yours, in a folder or an .npy file: look-alikes are left out of training. The pool has none of the built-in tasks'.",
  ),
  path: option(
    z.string().min(1).optional(),
    "A folder with `train` and `validation`, each written by `throughline data write`; left out: displays are drawn.",
  ),
  validateEvery: option(count, "Steps between two validations.", "steps"),
  codedProblems: option(
    z.int().min(2),
    "Number of problems of each task in whose pictures the trained slots are scored at the end; even for SVRT.",
  ),
  precision,
  workers: option(z.int().min(0).max(64).default(0), "Threads that draw displays ahead of training."),
  logEvery: option(count.default(20), "Steps between two logged losses.", "steps"),
} as const;

/** Complete configuration, as the experiment's code gets it. */
export type PretrainConfig = ConfigOf<typeof options>;

/** An encoder that is not trained: the architecture as one value. */
export const architectureSchema: z.ZodType<Architecture, Architecture> = z.object(architecture);

/** The options of the slots' architecture. */
export type Architecture = Pick<PretrainConfig, keyof typeof architecture>;

/** The names of those options. */
export const architectureNames: readonly (keyof Architecture)[] = Object.keys(
  architecture,
) as (keyof Architecture)[];
