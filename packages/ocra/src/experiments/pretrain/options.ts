// What can be set for pre-training. Where a default is 0 or empty, the setting has a value for the data; see
// `pretrainingSetting`.
import { option } from "@throughline/lab";
import { z } from "zod";
import { precisions } from "../../training/precision.js";
import { initialisations, mostSlots, pixelViews, settings, suites } from "../../training/settings.js";

const count = z.int().min(0).default(0);
const few = z.int().min(0).max(1000).default(0);
const strides = z.array(z.int().min(1)).default([]);

/** Options of `ocra/pretrain`. */
export const options = {
  dataset: option(z.enum(suites).default("art"), "Which displays to take apart."),
  setting: option(z.enum(settings).default("paper"), "Where the values come from that are not given."),
  resolution: option(count, "Side of the pictures; 0: the setting's.", "pixels"),
  slots: option(
    z.literal(0).or(z.int().min(2).max(mostSlots)).default(0),
    "How many slots; 0: the setting's.",
  ),
  dim: option(count, "Width of features and slots; 0: the setting's."),
  iterations: option(few, "Iterations of slot attention; 0: the setting's."),
  starts: option(
    few,
    "Starts of slot attention an image outside training, of which the most compact is kept; 0: the setting's.",
  ),
  encoderChannels: option(count, "Channels of the encoder's convolutions but the last; 0: the setting's."),
  encoderStrides: option(strides, "A stride for each of the encoder's convolutions; []: the setting's."),
  decoderChannels: option(count, "Channels of the decoder's convolutions; 0: the setting's."),
  decoderStrides: option(strides, "A stride for each of the decoder's 5×5 convolutions; []: the setting's."),
  decoderPixels: option(count, "Pixels across that the last convolution draws a cell; 0: the setting's."),
  initialSlots: option(
    z.enum(["setting", "constant", "learned"]).default("setting"),
    "Whether mean and spread of the initial slots are learned; the authors' code leaves them constant.",
  ),
  arithmetic: option(
    z.enum(["setting", "direct", "fast"]).default("setting"),
    "As PyTorch's, or by cheaper algorithms with the same results up to rounding.",
  ),
  pixels: option(
    z.enum(["setting", ...pixelViews]).default("setting"),
    "What the model sees: pixels, 1 − pixels, or pixels minus those of CLEVR's empty scene.",
  ),
  blankWeight: option(
    z.number().min(0).max(1).default(0),
    "How much a blank place counts in slot attention, against 1 for one with something on it; 0: the setting's.",
  ),
  readout: option(
    z.enum(["setting", "all", "ink"]).default("setting"),
    "Which places features and positions are averages over: all that a slot attends to, or those with ink.",
  ),
  blankLevel: option(
    z.number().min(0).default(0),
    "Up to what absolute value a place counts as blank; 0: the setting's.",
  ),
  initialisation: option(
    z.enum(["setting", ...initialisations]).default("setting"),
    "How the encoder's convolutions start: as PyTorch's, or by He et al. (2015).",
  ),
  steps: option(count, "Training steps in all; 0: the setting's.", "steps"),
  batch: option(count, "Displays in a step; 0: the setting's."),
  lr: option(z.number().min(0).default(0), "Step size of Adam, of all phases; 0: the setting's."),
  warmup: option(z.int().min(-1).default(-1), "Steps of linear warm-up; −1: the setting's.", "steps"),
  decay: option(
    z.enum(["setting", "none", "cosine"]).default("setting"),
    "Whether the learning rate falls to 0 by a cosine.",
  ),
  encoderRate: option(
    z.number().min(-1).default(-1),
    "Step size of the encoder's convolutions as a share of the others'; −1: the setting's.",
  ),
  clip: option(
    z.number().min(-1).default(-1),
    "Largest norm of the gradient, 0 for no limit; −1: the setting's.",
  ),
  displays: option(count, "Training displays, of each problem for SVRT; 0: the setting's."),
  objects: option(
    z.string().default(""),
    "ART's objects: tasks, pool, a folder of pictures or an .npy file; empty: the pool.",
  ),
  unlike: option(
    z.string().default(""),
    "Leave out of ART's objects what looks like one of these: the objects of a task of yours. The pool is unlike tasks.",
  ),
  path: option(
    z.string().default(""),
    "A folder with `train` and `validation`, each as `throughline data write` leaves it; empty: displays are drawn.",
  ),
  validateEvery: option(count, "Steps between two validations; 0: the setting's.", "steps"),
  precision: option(
    z.enum(precisions).default("float32"),
    "What products are computed in; bfloat16 is mixed precision, for GPUs.",
  ),
  workers: option(z.int().min(0).max(64).default(0), "Threads that draw displays ahead of training."),
  logEvery: option(z.int().min(1).default(20), "Steps between two logged losses.", "steps"),
} as const;

/** What the experiment's code is given. */
export type PretrainConfig = { readonly [name in keyof typeof options]: z.output<(typeof options)[name]> };
