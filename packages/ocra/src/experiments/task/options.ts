// Options of training on a task. An option without a default has a value for each preset, task, m and model; see
// `taskSetting`.
import { type ConfigOf, option } from "@throughline/lab";
import { z } from "zod";
import { maeNames, maskings, resnetNames } from "../../baselines/sizes.js";
import { modelNames } from "../../catalogue/model-names.js";
import { initialisations } from "../../training/settings.js";
import { edition } from "../edition.js";
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
    "Slot encoder: an ocra/pretrain run (id or path), a file of weights, or none for random weights; a preset's name: " +
      "the latest finished run of that preset on the task's data.",
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
    "Objects (ART); tasks: the 100 of the paper; pool: generated ones; or a folder of pictures, or an .npy file.",
  ),
  problem: option(z.int().min(1).max(23).default(1), "SVRT problem."),
  pictures: option(
    z.int().min(2).default(500),
    "Number of training pictures of an SVRT problem: 500 or 1000 in the paper.",
  ),
  path: option(
    z.string().min(1).optional(),
    "Folder of the task `puzzles`; for other tasks, a folder with `train`, `test` and, for SVRT, `validation`, each written by " +
      "`throughline data write`; not set: problems are generated.",
  ),
  edition,
  epochs: option(count.optional(), "Passes over the training problems; instead of --steps.", "epochs"),
  steps: option(count.optional(), "Training steps; instead of --epochs.", "steps"),
  batch: option(count, "Batch size, in problems."),
  lr: option(z.number().positive(), "Learning rate of Adam."),
  warmup: option(steps, "Steps of linear warm-up of the learning rate.", "steps"),
  decay: option(
    z.enum(["none", "cosine"]).optional(),
    "Decay of the learning rate over training; not set: none.",
  ),
  depth: option(count.max(1000), "Number of transformer blocks."),
  heads: option(count, "Attention heads of each block, each 64 wide."),
  mlpDim: option(count, "Hidden units of each block's feed-forward layer."),
  dropout: option(z.number().min(0).lt(1), "Dropout probability of the transformer."),
  resnet: option(
    z.enum(resnetNames).optional(),
    "Size of the residual network; only of the models resnet and attn-resnet.",
  ),
  mae: option(z.enum(maeNames).optional(), "Size of the masked autoencoder; only of the model mae."),
  masking: option(
    z.enum(maskings).optional(),
    "Patches that the model mae learns to complete: those of the answer, or 75 % at random.",
  ),
  draws: option(
    z.int().min(0).max(10_000),
    "Number of cached encodings of each training problem, each with its own jitter and initial slots; " +
      "0: no cache, pictures are encoded during training.",
  ),
  encodings: option(
    z.string().min(1).optional(),
    "Folder of cached encodings; not set: cache/encodings in the folder of runs.",
  ),
  precision,
  testProblems: option(count.optional(), "Number of test problems; not set: all."),
  testEvery: option(steps, "Interval of tests during training; 0: only at the end.", "steps"),
  selection: option(
    z.enum(["last", "validation"]),
    "Weights to test; last: those of the last step; validation: those with the best validation accuracy (SVRT).",
  ),
  logEvery: option(
    count.default(20),
    "Interval of logged loss and accuracy, which are averages over it.",
    "steps",
  ),
  workers: option(
    z.int().min(0).max(64).default(0),
    "Background threads that generate pictures; 0: none. They help where a core is free and pictures are slow to draw.",
  ),
} as const;

/** Complete configuration, as the experiment's code gets it. */
export type TaskConfig = ConfigOf<typeof options>;
