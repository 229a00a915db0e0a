// Options of pre-training. An option without a default has a value for each preset and family of data; see
// `pretrainingSetting`.
import { type ConfigOf, option } from "@throughline/lab";
import { z } from "zod";
import { mostSlots, pixelViews, suites } from "../../pretrained/suites.js";
import { initialisations } from "../../training/settings.js";
import { edition } from "../edition.js";
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
    "Algorithms of the convolutions; direct: PyTorch's operators; fast: cheaper ones, equal up to rounding.",
  ),
  pixels: option(
    z.enum(pixelViews),
    "Input of the model: pixels, 1 − pixels, or pixels minus those of CLEVR's empty scene.",
  ),
  blankWeight: option(
    z.number().gt(0).max(1),
    "Weight of a background position in the slot updates; other positions have 1.",
  ),
  readout: option(
    z.enum(["all", "ink"]),
    "Positions over which a slot's features are averaged; all: every one; ink: only foreground.",
  ),
  blankLevel: option(
    z.number().min(0),
    "Largest absolute pixel value of the background; positions above it are foreground.",
  ),
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
  batch: option(count, "Batch size, in displays."),
  lr: option(z.number().positive(), "Learning rate of Adam."),
  lrChanges: option(
    z.array(z.tuple([count, z.number().positive()])),
    "Later learning rates, as pairs [first step, learning rate].",
  ),
  warmup: option(z.int().min(0), "Steps of linear warm-up of the learning rate.", "steps"),
  decay: option(z.enum(["none", "cosine"]), "Decay of the learning rate over training."),
  encoderRate: option(
    z.number().min(0),
    "Learning rate of the encoder's convolutions, as a multiple of --lr.",
  ),
  clip: option(z.number().min(0), "Gradient clipping: largest norm; 0: no clipping."),
  displays: option(
    count.optional(),
    "Number of training displays, for SVRT of each problem; not set: all of --path.",
  ),
  validationDisplays: option(
    count,
    "Number of validation displays, for SVRT of each problem; with --path: drawn with the tasks' objects (ART).",
  ),
  fewest: option(
    count.max(6).optional(),
    "Smallest number of objects in a generated training display (ART and CLEVR).",
  ),
  repeats: option(
    z.number().min(0).max(1).optional(),
    "Probability that an object of a generated training display repeats an earlier one (ART).",
  ),
  objects: option(
    z.string().min(1).optional(),
    "Objects (ART); tasks: the 100 of the tasks; pool: generated ones; or a folder of pictures, or an .npy file; not set: pool.",
  ),
  unlike: option(
    z.string().min(1).optional(),
    "Objects of your own task, a folder of pictures or an .npy file; objects that look like them are excluded from training. The pool excludes those of the built-in tasks already.",
  ),
  path: option(
    z.string().min(1).optional(),
    "Folder with `train` and `validation`, each written by `throughline data write`; not set: displays are generated.",
  ),
  edition,
  validateEvery: option(count, "Interval of validation.", "steps"),
  codedProblems: option(
    z.int().min(2),
    "Number of problems of each task on which the slots are scored after training; an even number for SVRT.",
  ),
  precision,
  workers: option(z.int().min(0).max(64).default(0), "Background threads that generate displays; 0: none."),
  logEvery: option(count.default(20), "Interval of logged losses.", "steps"),
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
