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
  env: option(
    z.enum(mazeIds).default("SmallGoalMaze-v0"),
    "Maze that the data are of and that the model is tested in, at its hardest level.",
  ),
  data: option(
    z.string().min(1),
    "Recorded learning of an agent: the name of a preset, for the run of cec/source in this folder of runs that was recorded with pictures in this maze and succeeds most on the hardest level; a run, by folder or id; or the folder of an episode store.",
  ),
  curriculum: option(
    z.enum(curricula).default("task-difficulty"),
    "Data: task-difficulty, all levels below the hardest, from easy to hard, of an agent that learned them one after the other; learning-progress, the whole learning of an agent on the hardest level alone.",
  ),
  order: option(
    z.enum(["learning", "shuffled", "reversed"]).default("learning"),
    "Order of the episodes of a training sequence: learning, as they were played; as controls shuffled, in no order, or reversed, backwards. Not for at, which sorts by return.",
  ),
  levels: option(
    z.array(z.int().min(0)).min(1).optional(),
    "Numbers of the levels that are learned from, from 0, the easiest; left out: all below the hardest with task-difficulty, the hardest with learning-progress and for bc-expert.",
  ),
  episodes: option(
    count,
    "Episodes that are taken of each level, evenly spaced over its learning, or of bc-expert the last successful ones; fewer if fewer have pictures. Default: by preset, maze and curriculum.",
  ),
  most: option(
    count,
    "Episodes of a training sequence: with task-difficulty 1 up to so many of each level, with learning-progress so many in all. Of no effect for methods whose sequences are single episodes (cec-no-cross, bc-expert, dt) or groups (at). Default: by preset, maze and curriculum.",
  ),
  spacing: option(
    z.enum(["consecutive", "whole"]),
    "How far the episodes of a level in a training sequence are apart: consecutive, neighbours among those that are taken, as in the paper; whole, one from each of as many equal parts of the learning, so that every sequence shows all of it. Of no effect where sequences are single episodes or groups. Default: by preset.",
  ),
  gate: option(
    z.boolean().optional(),
    "Refuses a level whose success in the last quarter of its episodes is not above that in the first, as there is no learning to imitate; false takes it, and of bc-expert failures where nothing succeeded. Left out: true, but not for bc-expert.",
  ),
  spread: option(
    z.number().min(0).max(1).default(0.25),
    "For bc-expert alone: the part of the learning, counted back from its end, that is taken for expert; its successful episodes are learned from. 0.25: the last quarter of the episodes.",
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
    "Channels of the three stacks of the ConvNet that sees the pictures; each halves height and width.",
  ),
  features: option(
    count.default(128),
    "Numbers by which the ConvNet represents a picture; dt and at use width instead.",
    "units",
  ),
  width: option(
    count.default(128),
    "Numbers by which a transformer represents a step, or units of the LSTM.",
    "units",
  ),
  layers: option(count.default(3), "Layers of the transformer; of no effect for lstm."),
  heads: option(
    count.default(4),
    "Heads of attention of each layer, a divisor of width; of no effect for lstm.",
  ),
  chunk: option(
    count,
    "Steps that attention looks back in each layer, the running one included; training sequences go through the model in pieces of as many steps. Default: by preset and maze.",
    "steps",
  ),
};

/** Options of training. */
export const learningOptions = {
  updates: option(
    count,
    "Length of training. Default: by preset, maze and curriculum.",
    "steps of the optimiser",
  ),
  batch: option(
    count,
    "Sequences of an update; more of them where a sequence is a single episode. Default: by preset, maze and method.",
  ),
  lr: option(rate.default(5e-4), "Learning rate of AdamW after warm-up."),
  lrEnd: option(rate.default(1e-5), "Learning rate at the start of warm-up and at the end of the cosine."),
  warmup: option(
    z.int().min(0).default(100),
    "Steps in which the learning rate rises from lrEnd to lr.",
    "steps of the optimiser",
  ),
  cosine: option(
    count.optional(),
    "Step, counted from the begin of training, at which the cosine by which the learning rate falls has come to lrEnd; more than warmup. Left out: the length of training.",
    "steps of the optimiser",
  ),
  maxGradNorm: option(
    z.number().min(0).default(0.5),
    "Norm that the gradient of all weights together is scaled down to if it is larger; 0: none.",
  ),
  gradient: option(
    z.enum(["full", "chunk"]).default("full"),
    "How far the gradient flows back: full, through the memory into all earlier pieces of a sequence, as in the paper's code; chunk, to the begin of a piece, for less memory.",
  ),
  blankStart: option(
    z.boolean().default(false),
    "Hides the action before the first step of each piece of a sequence in training (it is given as 0), as the paper's code does; at test it is seen.",
  ),
  precision: option(
    z.enum(["float32", "bfloat16"]).default("float32"),
    "Precision of products and convolutions; bfloat16 is mixed precision, for GPUs.",
  ),
  workers: option(
    z.int().min(0).default(1),
    "Threads that assemble sequences ahead; 0: the training does it itself. The numbers are the same.",
  ),
};

/** Options of the evaluation after training. */
export const testOptions = {
  runs: option(
    count.default(20),
    "Runs of the evaluation, each in mazes of its own and with a memory of its own, empty at first.",
  ),
  choose: option(
    z.enum(["best", "sample"]).default("sample"),
    "Action at test: best, the most probable one, as in the paper; sample, one that is drawn by its probability, as the imitated agents did.",
  ),
  testEpisodes: option(
    count.default(50),
    "Episodes of the hardest level in each run; these alone are scored.",
  ),
  cap: option(
    count.default(20),
    "With the protocol auto, episodes of a level after which the next begins in any case.",
  ),
  protocol: option(
    z.enum(["auto", "fixed", "learning-progress"]).optional(),
    "What a run plays before it is scored. auto: each easier level until 3 successes in a row (Irreversible Path: 2); fixed: 3 episodes of each easier level (2); learning-progress: nothing. Left out: auto for cec and lstm with task-difficulty, else learning-progress.",
  ),
};

export const options = { ...modelOptions, ...dataOptions, ...learningOptions, ...testOptions };

/** A complete configuration of `cec/train`. */
export type TrainConfig = ConfigOf<typeof options>;
