// Options of `cec/imitate`.
import { type ConfigOf, option } from "@throughline/lab";
import { z } from "zod";
import { INPUTS } from "../../robots/tasks.js";
import { taskOptions } from "../demonstrate/options.js";
import { learningOptions } from "../train/options.js";
import { type ImitationMethodName, imitationMethods } from "./methods.js";

const count = z.int().min(1);

const names = Object.keys(imitationMethods) as [ImitationMethodName, ...ImitationMethodName[]];

/** Orders of demonstrations. */
export const demonstrationCurricula = ["expertise", "completion-time", "learning-progress"] as const;

/** Options that say which sequences are learned from. */
export const demonstrationOptions = {
  ...taskOptions,
  data: option(
    z.string().min(1),
    "Demonstrations: the name of a preset, for the last run of cec/demonstrations in this folder of runs with this task at it, and with pictures if these are the input; a run, by folder or id; or the folder of an episode store, such as one that `throughline data convert` made of an HDF5 file of robomimic.",
  ),
  curriculum: option(
    z.enum(demonstrationCurricula).default("expertise"),
    "Order of the demonstrations: expertise, levels of the skills worse, okay, better; completion-time, three levels from long to short, for demonstrations without grades; learning-progress, as they were recorded, for those of an agent that learned.",
  ),
  order: option(
    z.enum(["rising", "shuffled", "reversed"]).default("rising"),
    "Order of the episodes of a training sequence: rising, that of the curriculum; as controls shuffled, in no order, or reversed, backwards.",
  ),
  demonstrations: option(
    count.default(90),
    "Demonstrations of each level at most, evenly spaced over it; with learning-progress three times as many in all.",
  ),
  most: option(
    count.default(5),
    "Demonstrations of each level in a training sequence: 1 up to so many, a count for each level; with learning-progress three times as many in all. Of no effect for cec-no-cross and bc-rnn.",
  ),
};

/** Options of the model. */
export const imitatorOptions = {
  method: option(
    z.enum(names).default("cec"),
    `Method: ${names.map((one) => `${one}, ${imitationMethods[one].purpose}`).join("; ")}.`,
  ),
  input: option(
    z.enum(INPUTS).default("states"),
    "What the policy sees: states, the robot's own state and that of the object; pictures, those of two cameras and the robot's own state.",
  ),
  encoder: option(
    z.enum(["resnet", "convnet"]).default("convnet"),
    "Net of each camera: resnet, ResNet-18 with a spatial softmax on a random part of the picture, as in the papers; convnet, the small one of the mazes.",
  ),
  channels: option(
    z.array(count).length(3).default([8, 16, 16]),
    "Channels of the three stacks of the convnet.",
  ),
  features: option(count.default(64), "Numbers by which a camera's net represents a picture.", "units"),
  width: option(
    count,
    "Numbers by which the transformer represents a step, or units of each layer of the LSTM. Default: by preset, input and method.",
    "units",
  ),
  layers: option(count.default(2), "Layers of the transformer, or of the LSTM."),
  heads: option(
    count.default(4),
    "Heads of attention of each layer, a divisor of width; of no effect for bc-rnn.",
  ),
  modes: option(count.default(5), "Gaussians of the mixture that an action is drawn from."),
  chunk: option(
    count,
    "Steps that attention looks back in each layer, the running one included; training sequences go through the model in pieces of as many steps. For bc-rnn: steps of a training sequence, after which the memory is emptied. Default: by preset and method.",
    "steps",
  ),
};

/** The action before is not seen: there is none to hide. */
const { blankStart: _, ...learning } = learningOptions;

/** Options of the evaluations during and after training. */
export const rolloutOptions = {
  checkpoints: option(
    count.default(12),
    "Evaluations during training, evenly spaced; the last one is at its end.",
  ),
  runs: option(
    count,
    "Runs of an evaluation side by side, each with a memory of its own, empty at first. Default: by preset and task.",
  ),
  testEpisodes: option(count, "Episodes of each run, one after the other. Default: by preset and task."),
  choose: option(
    z.enum(["best", "sample"]).default("best"),
    "Action at test: best, the mean of a Gaussian that is drawn by its weight (low noise, as in robomimic); sample, one that is drawn from it.",
  ),
};

export const options = { ...imitatorOptions, ...demonstrationOptions, ...learning, ...rolloutOptions };

/** A complete configuration of `cec/imitate`. */
export type ImitateConfig = ConfigOf<typeof options>;
