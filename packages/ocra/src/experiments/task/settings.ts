// Steps, rates and numbers of problems for each model and task: the paper's tables, and ours for a laptop.
import type { PresetName } from "@throughline/lab";
import type { MaeSize, Masking, ResNetSize } from "../../baselines/sizes.js";
import type { ModelName } from "../../catalogue/model-names.js";
import type { Suite } from "../../pretrained/suites.js";
import type { Initialisation } from "../../training/settings.js";

/** The tasks that models are trained for; `puzzles` are the user's own. */
export const taskNames = [
  "art/same-different",
  "art/rmts",
  "art/distribution-of-3",
  "art/identity-rules",
  "svrt/problem",
  "clevr/rmts",
  "clevr/identity-rules",
  "puzzles",
] as const;
export type TaskName = (typeof taskNames)[number];

/** Training settings of a model for a task. */
export interface TaskSetting {
  /** Passes over the training problems, where there is no number of steps. */
  readonly epochs?: number;
  /** Training steps, where there is no number of epochs. */
  readonly steps?: number;
  /** Problems in a step. */
  readonly batch: number;
  /** Learning rate of Adam. */
  readonly lr: number;
  /** Steps of linear warm-up. */
  readonly warmup: number;
  /** Options of the transformer: see `TransformerOptions`. */
  readonly depth: number;
  readonly heads: number;
  readonly mlpDim: number;
  readonly dropout: number;
  /** Accesses to the training problems that are encoded beforehand; 0: pictures are encoded as they are needed. */
  readonly draws: number;
  /** Number of test problems. Default all. */
  readonly testProblems?: number;
  /** Steps between two tests on the way; 0: none. */
  readonly testEvery: number;
  /** Tested weights: the best on validation, as for SVRT, or the last ones. */
  readonly selection: "last" | "validation";
  /** Initial weights of the encoder that the ablation without pre-training trains. */
  readonly initialisation: Initialisation;
  /** Size of the residual network, of the models that are one. */
  readonly resnet?: ResNetSize;
  /** Size of the masked autoencoder, and what it hides while it learns; of MAE alone. */
  readonly mae?: MaeSize;
  readonly masking?: Masking;
  /** Course of the learning rate after its warm-up. Default none: it stays. */
  readonly decay?: "none" | "cosine";
}

/** Epochs at m = 0, 50, 85, 95. */
type ByRegime = readonly [number, number, number, number];
type ArtTask = "art/same-different" | "art/rmts" | "art/distribution-of-3" | "art/identity-rules";

const regimes = [0, 50, 85, 95];

/** Picks from values for regimes that of the largest regime up to m. */
function at<T>(values: readonly T[], m: number): T {
  return values[
    Math.max(
      0,
      regimes.findLastIndex((regime) => regime <= m),
    )
  ]!;
}

/** Paper, table S6. */
const artEpochs: Readonly<Record<ArtTask, ByRegime>> = {
  "art/same-different": [100, 100, 100, 600],
  "art/rmts": [100, 100, 100, 400],
  "art/distribution-of-3": [100, 100, 100, 400],
  "art/identity-rules": [100, 100, 100, 100],
};

/** Paper, table S9. */
const esbnEpochs: Readonly<Record<ArtTask, ByRegime>> = {
  "art/same-different": [150, 150, 150, 200],
  "art/rmts": [150, 150, 150, 200],
  "art/distribution-of-3": [150, 150, 150, 200],
  "art/identity-rules": [150, 150, 150, 150],
};

/** Paper, tables S7 and S8. */
const gamrEpochs: Readonly<Record<ArtTask, ByRegime>> = {
  "art/same-different": [50, 50, 100, 200],
  "art/rmts": [100, 50, 50, 300],
  "art/distribution-of-3": [100, 150, 150, 300],
  "art/identity-rules": [100, 100, 50, 100],
};
const gamrRates: Readonly<Record<ArtTask, ByRegime>> = {
  "art/same-different": [1e-4, 5e-4, 5e-4, 1e-3],
  "art/rmts": [5e-4, 1e-4, 5e-4, 5e-4],
  "art/distribution-of-3": [1e-4, 5e-4, 5e-5, 5e-4],
  "art/identity-rules": [5e-4, 5e-4, 5e-4, 5e-4],
};

/** Tasks that MAE answers: those with one object missing at bottom right. */
export const completedTasks = ["art/distribution-of-3", "art/identity-rules"] as const;
type CompletedTask = (typeof completedTasks)[number];

/** Training problems at m = 0, 50, 85, 95: paper, table S1. */
const problems: Readonly<Record<CompletedTask, ByRegime>> = {
  "art/distribution-of-3": [10_000, 10_000, 10_000, 360],
  "art/identity-rules": [10_000, 10_000, 10_000, 8640],
};

/** Paper, supplement S3: 40 of 400 epochs are warm-up. */
function maeSchedule(task: CompletedTask, m: number) {
  const batch = 64;
  const warmup = 40 * Math.ceil(at(problems[task], m) / batch);
  return { epochs: 400, batch, lr: 2.5e-4, warmup, decay: "cosine" } as const;
}

const base = {
  heads: 8,
  mlpDim: 512,
  warmup: 0,
  draws: 0,
  testEvery: 0,
  selection: "last",
  initialisation: "pytorch",
} as const;
/** Paper, §4.3.2 and tables S5 and S10. */
const art = { ...base, batch: 16, lr: 8e-5, depth: 6, dropout: 0.1 };
const clevr = { ...base, batch: 16, lr: 8e-5, depth: 24, dropout: 0 };
const svrt = {
  ...base,
  epochs: 2000,
  batch: 32,
  lr: 4e-5,
  depth: 24,
  dropout: 0,
  selection: "validation",
} as const;

/** ESBN and GAMR have batches of their own (supplement S3), and for ART schedules too. */
function paper(task: TaskName, m: number, model: ModelName): TaskSetting {
  const isEsbn = model === "slot-esbn";
  const isGamr = model === "slot-gamr" || model === "gamr";
  const own = {
    ...(isEsbn ? { batch: 32, lr: 5e-4 } : {}),
    ...(isGamr ? { batch: 32 } : {}),
    ...(isResidual(model) ? { resnet: "resnet50" as const } : {}),
  };
  if (task === "svrt/problem") return { ...svrt, ...own };
  if (task === "clevr/rmts") return { ...clevr, epochs: 50, ...own };
  if (task === "clevr/identity-rules") return { ...clevr, epochs: model === "gamr" ? 50 : 200, ...own };
  const like = isArt(task) ? task : "art/identity-rules";
  if (isCompleted(task, model))
    return { ...art, ...maeSchedule(task, m), mae: "vit-base", masking: "answer" };
  const epochs = at((isEsbn ? esbnEpochs : isGamr ? gamrEpochs : artEpochs)[like], m);
  return { ...art, epochs, ...own, ...(isGamr ? { lr: at(gamrRates[like], m) } : {}) };
}

function isCompleted(task: TaskName, model: ModelName): task is CompletedTask {
  return model === "mae" && (completedTasks as readonly string[]).includes(task);
}

function isArt(task: TaskName): task is ArtTask {
  return Object.hasOwn(artEpochs, task);
}

/** Steps of the laptop, of as many problems as a batch of OCRA has (16; SVRT 32), and draws. */
const laptopSteps: Readonly<Record<TaskName, readonly [steps: number, draws: number]>> = {
  "art/same-different": [1500, 100],
  "art/rmts": [5000, 20],
  "art/distribution-of-3": [2500, 10],
  "art/identity-rules": [2500, 1],
  "svrt/problem": [4000, 10],
  "clevr/rmts": [4000, 1],
  "clevr/identity-rules": [5000, 1],
  puzzles: [2000, 10],
};

/**
 * Ours; docs/ocra.md says why. Models that the paper trains with a larger batch or learning rate keep theirs: with twice the
 * batch they take half the steps, so that all see as many problems.
 */
function laptop(task: TaskName, m: number, model: ModelName): TaskSetting {
  const [steps, draws] = laptopSteps[task];
  const { batch, lr } = paper(task, m, model);
  const usual = paper(task, m, "ocra").batch;
  return {
    steps: (steps * usual) / batch,
    batch,
    lr: lr < 2e-4 ? 5e-4 : lr,
    warmup: 100,
    depth: 2,
    heads: 4,
    mlpDim: 256,
    dropout: art.dropout,
    draws: task.startsWith("art/") && m < 95 ? 1 : draws,
    testProblems: 2000,
    testEvery: 500,
    selection: "last",
    initialisation: "he",
    ...(isResidual(model) ? { resnet: "resnet18-narrow" } : {}),
    ...(isCompleted(task, model) ? { mae: "vit-narrow", masking: "answer", decay: "cosine" } : {}),
  };
}

const isResidual = (model: ModelName): boolean => model === "resnet" || model === "attn-resnet";

/** The setting of a task at a preset, at m held-out objects, for a model. */
export function taskSetting(preset: PresetName, task: TaskName, m: number, model: ModelName): TaskSetting {
  if (preset === "paper") return paper(task, m, model);
  const own = laptop(task, m, model);
  if (preset === "laptop") return own;
  return {
    ...own,
    steps: 4,
    batch: 4,
    depth: 1,
    draws: Math.min(2, own.draws),
    testProblems: 8,
    testEvery: 2,
  };
}

/** The family of data that a task belongs to; the user's own are taken for glyphs. */
export function suiteOf(task: TaskName): Suite {
  if (task === "svrt/problem") return "svrt";
  return task.startsWith("clevr/") ? "clevr" : "art";
}
