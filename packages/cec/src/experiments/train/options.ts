// Options of `cec/train`.
import { type ConfigOf, option } from "@throughline/lab";
import { z } from "zod";
import { type MethodName, methods } from "../../baselines/methods.js";
import { mazeIds } from "../../source/levels.js";
import { curricula } from "./settings.js";

const count = z.int().min(1);
const rate = z.number().positive();

const names = Object.keys(methods) as [MethodName, ...MethodName[]];

/** Options that say which sequences are learned from. */
export const dataOptions = {
  env: option(z.enum(mazeIds).default("SmallGoalMaze-v0"), "Maze; its recorded learning is the data."),
  data: option(
    z.string().min(1),
    "Recorded learning: a preset, for the best finished run of cec/source at it that was recorded with pictures; a run, by folder or id; or the folder of an episode store. Default: the preset.",
  ),
  curriculum: option(
    z.enum(curricula).default("task-difficulty"),
    "Order of the data: levels from easy to hard without the one that is tested, or the whole learning of the level that is tested.",
  ),
  order: option(
    z.enum(["learning", "shuffled", "reversed"]).default("learning"),
    "Order of the episodes of a sequence: as learned, or as a control in no order or backwards.",
  ),
  levels: option(
    z.array(z.int().min(0)).min(1).optional(),
    "Numbers of the levels that are learned from, from 0; left out: all but the tested one, or with learning-progress that one.",
  ),
  episodes: option(
    count,
    "Episodes of each level, evenly spaced over its learning; all with pictures if it has fewer. Default: by preset and maze.",
  ),
  most: option(
    count,
    "With task-difficulty, a sequence has 1 up to so many episodes of each level; with learning-progress, so many in all. Default: by preset and maze.",
  ),
  gate: option(
    z.boolean().optional(),
    "false: takes data also if their last quarter is not better than their first, and of bc-expert failures where nothing succeeded; left out, such data are refused.",
  ),
  spread: option(
    z.number().min(0).max(1).default(0.25),
    "bc-expert: share of the learning, from its end, whose successful episodes are learned from.",
  ),
};

/** Options of the model. */
export const modelOptions = {
  method: option(
    z.enum(names).default("cec"),
    `Method: ${names.map((one) => `${one}, ${methods[one].purpose}`).join("; ")}.`,
  ),
  channels: option(
    z.array(count).length(3).default([8, 16, 16]),
    "Channels of the three stacks of the ConvNet.",
  ),
  features: option(count.default(128), "Width of the ConvNet's output.", "units"),
  width: option(count.default(128), "Width of the transformer, or units of the LSTM.", "units"),
  layers: option(count.default(3), "Layers of the transformer."),
  heads: option(count.default(4), "Heads of attention; divides width."),
  chunk: option(
    count,
    "Steps of a chunk in training, and steps that attention looks back. Default: by preset and maze.",
    "steps",
  ),
};

/** Options of training. */
export const learningOptions = {
  updates: option(count, "Length of training. Default: by preset and maze.", "steps of the optimiser"),
  batch: option(count, "Sequences of an update. Default: by preset and maze."),
  lr: option(rate.default(5e-4), "Learning rate of AdamW after warm-up."),
  lrEnd: option(rate.default(1e-5), "Learning rate at the start of warm-up and at the end of the cosine."),
  warmup: option(z.int().min(0).default(100), "Steps of warm-up.", "steps of the optimiser"),
  cosine: option(count.optional(), "Steps until the cosine ends; left out: the length of training."),
  maxGradNorm: option(z.number().min(0).default(0.5), "Bound of the gradient's norm; 0: none."),
  gradient: option(
    z.enum(["full", "chunk"]).default("full"),
    "full: through the memory into all earlier chunks, as the paper's code does; chunk: stops at the border of a chunk, for less memory.",
  ),
  blankStart: option(
    z.boolean().default(false),
    "Hides the action before each chunk in training, as the paper's code does.",
  ),
  precision: option(
    z.enum(["float32", "bfloat16"]).default("float32"),
    "Precision of products and convolutions; bfloat16 is mixed precision, for GPUs.",
  ),
  workers: option(z.int().min(0).default(1), "Threads that assemble sequences."),
};

/** Options of the evaluation after training. */
export const testOptions = {
  runs: option(count.default(20), "Runs of the evaluation, each with a memory of its own."),
  choose: option(
    z.enum(["best", "sample"]).default("sample"),
    "The most probable action, as in the paper, or one that is drawn, as the imitated agents did.",
  ),
  testEpisodes: option(count.default(50), "Episodes of the tested level in each run."),
  cap: option(
    count.default(20),
    "With the protocol auto, episodes of a level after which the next begins in any case.",
  ),
  protocol: option(
    z.enum(["auto", "fixed", "learning-progress"]).optional(),
    "auto: easier levels first, each until some successes in a row; fixed: some episodes of each; learning-progress: the tested level alone. Left out: auto with task-difficulty, else learning-progress.",
  ),
};

export const options = { ...modelOptions, ...dataOptions, ...learningOptions, ...testOptions };

/** A complete configuration of `cec/train`. */
export type TrainConfig = ConfigOf<typeof options>;
