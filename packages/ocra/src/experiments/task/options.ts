// Options of training on a task. An option without a default has a value for each preset, task, m and model; see
// `taskSetting`.
import { type ConfigOf, option } from "@throughline/lab";
import { z } from "zod";
import { modelNames } from "../../catalogue/model-names.js";
import { initialisations } from "../../training/settings.js";
import { precision } from "../precision.js";
import { architectureSchema } from "../pretrain/options.js";
import { taskNames } from "./settings.js";

const count = z.int().min(1);
const steps = z.int().min(0);

/** Options of `ocra/task`. */
export const options = {
  task: option(z.enum(taskNames).default("art/rmts"), "Task to learn."),
  m: option(
    z.int().min(0).max(98).default(95),
    "Number of ART's 100 objects that are held out for the test.",
  ),
  model: option(z.enum(modelNames).default("ocra"), "Model to train."),
  pretrained: option(
    z.string().min(1),
    "Slot encoder: the name or path of an ocra/pretrain run, a file of weights, none for random weights, or a preset for " +
      "its latest finished run on the task's data.",
  ),
  untrained: option(
    architectureSchema.optional(),
    "Architecture of the encoder with random weights; only beside --pretrained none.",
  ),
  initialisation: option(
    z.enum(initialisations),
    "Initial weights of the encoder's convolutions in the ablation without pre-training: PyTorch's, or those of He et al. 2015.",
  ),
  objects: option(
    z.string().min(1).default("tasks"),
    "ART's objects: tasks, pool, a folder of pictures or an .npy file.",
  ),
  problem: option(z.int().min(1).max(23).default(1), "SVRT problem."),
  pictures: option(
    z.int().min(2).default(500),
    "Number of training pictures of an SVRT problem: 500 or 1000 in the paper.",
  ),
  path: option(
    z.string().min(1).optional(),
    "Folder of the task `puzzles`. Of other tasks: a folder with `train`, `test` and, for SVRT, `validation`, each written by " +
      "`throughline data write`; left out: problems are drawn.",
  ),
  epochs: option(count.optional(), "Passes over the training problems; give these or --steps.", "epochs"),
  steps: option(count.optional(), "Training steps; give these or --epochs.", "steps"),
  batch: option(count, "Problems in a step."),
  lr: option(z.number().positive(), "Learning rate of Adam."),
  warmup: option(steps, "Steps of linear warm-up of the learning rate.", "steps"),
  depth: option(count.max(1000), "Number of transformer blocks."),
  heads: option(count, "Attention heads of each block, each 64 wide."),
  mlpDim: option(count, "Hidden units of each block's feed-forward part."),
  dropout: option(z.number().min(0).lt(1), "Dropout of the transformer."),
  draws: option(
    z.int().min(0).max(10_000),
    "Number of times the training problems are drawn and encoded before training, each with its own jitter and initial slots; " +
      "0: pictures are encoded during training.",
  ),
  encodings: option(
    z.string().min(1).optional(),
    "Folder of cached encodings; left out: cache/encodings in the folder of runs.",
  ),
  precision,
  testProblems: option(count.optional(), "Number of test problems; left out: all."),
  testEvery: option(steps, "Steps between two tests during training; 0: only at the end.", "steps"),
  selection: option(
    z.enum(["last", "validation"]),
    "Weights that are tested: the last, or the best on the validation problems (SVRT).",
  ),
  logEvery: option(count.default(20), "Steps over which loss and accuracy are averaged.", "steps"),
  workers: option(
    z.int().min(0).max(64).default(0),
    "Threads that draw pictures in the background; worth it with a free core and pictures that are slow to draw.",
  ),
} as const;

/** Complete configuration, as the experiment's code gets it. */
export type TaskConfig = ConfigOf<typeof options>;
