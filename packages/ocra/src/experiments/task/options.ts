// What can be set for training on a task. Where a default is 0 or −1, the setting has a value for task, m and model; see
// `taskSetting`.
import { option } from "@throughline/lab";
import { z } from "zod";
import { precisions } from "../../training/precision.js";
import { settings } from "../../training/settings.js";
import { taskNames } from "../../training/task-settings.js";

/** Names of models, here without the engine; a test compares them with `modelNames`. */
export const taskModels = [
  "ocra",
  "slot-transformer",
  "slot-rn",
  "slot-in",
  "slot-corelnet",
  "slot-esbn",
  "slot-gamr",
  "gamr",
  "resnet",
  "without-slot-attention",
  "without-pretraining",
  "without-relational-embeddings",
  "without-factorization",
  "without-bottleneck",
  "without-inner-product",
  "outer-product",
  "without-transformer",
] as const;

const count = z.int().min(0).default(0);
const unless = z.int().min(-1).default(-1);

/** Options of `ocra/task`. */
export const options = {
  task: option(z.enum(taskNames).default("art/rmts"), "What is to be learned."),
  m: option(z.int().min(0).max(98).default(95), "Objects of 100 that only the test has (ART)."),
  model: option(z.enum(taskModels).default("ocra"), "What is trained."),
  setting: option(z.enum(settings).default("paper"), "Where the values come from that are not given."),
  pretrained: option(
    z.string().default("auto"),
    "The slot encoder: a run of ocra/pretrain (its name or path), a file of weights, auto for the latest finished run " +
      "of the setting and the task's data, or none for random weights.",
  ),
  objects: option(
    z.string().default("tasks"),
    "ART's objects: tasks, pool, a folder of pictures or an .npy file.",
  ),
  problem: option(z.int().min(1).max(23).default(1), "Which problem of SVRT."),
  pictures: option(
    z.int().min(2).default(500),
    "Training pictures of an SVRT problem: 500 or 1000 in the paper.",
  ),
  path: option(
    z.string().default(""),
    "The folder of the task `puzzles`. Of other tasks: a folder with `train`, `test` and, for SVRT, `validation`, each as " +
      "`throughline data write` leaves it; by default problems are drawn.",
  ),
  epochs: option(count, "Passes over the training problems; 0: the setting's steps or epochs.", "epochs"),
  steps: option(count, "Training steps, whatever the epochs; 0: the setting's.", "steps"),
  batch: option(count, "Problems in a step; 0: the setting's."),
  lr: option(z.number().min(0).default(0), "Step size of Adam; 0: the setting's."),
  warmup: option(unless, "Steps of linear warm-up; −1: the setting's.", "steps"),
  depth: option(z.int().min(0).max(1000).default(0), "Blocks of the transformer; 0: the setting's."),
  heads: option(count, "Heads of its attention, each 64 wide; 0: the setting's."),
  mlpDim: option(count, "Hidden units of its feed-forward parts; 0: the setting's."),
  dropout: option(z.number().min(-1).lt(1).default(-1), "Its dropout; −1: the setting's."),
  draws: option(
    z.int().min(-1).max(10_000).default(-1),
    "Accesses to the training problems that are encoded beforehand, 0 to encode on the way; −1: the setting's.",
  ),
  encodings: option(z.string().default(""), "Folder of encodings. Default: beside the encoder's weights."),
  precision: option(
    z.enum(precisions).default("float32"),
    "What products are computed in, of the model and of slots that are encoded on the way; bfloat16 is for GPUs.",
  ),
  testProblems: option(count, "Test problems; 0: the setting's."),
  testEvery: option(unless, "Steps between two tests on the way, 0 for none; −1: the setting's.", "steps"),
  logEvery: option(z.int().min(1).default(20), "Steps over which loss and accuracy are averaged.", "steps"),
  workers: option(
    z.int().min(0).max(64).default(0),
    "Threads that draw pictures ahead of their encoding; worth it where a core is idle and scenes are slow to draw.",
  ),
} as const;

/** What the experiment's code is given. */
export type TaskConfig = { readonly [name in keyof typeof options]: z.output<(typeof options)[name]> };
