// A pre-training run: displays without end, a look at unseen ones now and then, the best weights as a file.
import { join } from "node:path";
import type { Metrics, RunContext, Summary } from "@throughline/lab";
import { type data, Generator, scope, setFlushDenormal } from "@throughline/torch";
import type { DisplayBatch } from "../../datasets/collate.js";
import { loadDisplays } from "../../datasets/load.js";
import type { Display } from "../../datasets/types.js";
import { nativeKernelLevel } from "../../nn/native.js";
import { SlotAutoencoder } from "../../slots/autoencoder.js";
import { BestWeights } from "../../training/best-weights.js";
import { endless, nextOf } from "../../training/endless.js";
import { initialiseEncoder } from "../../training/initialise-encoder.js";
import { pretrainedFile, savePretrained } from "../../training/pretrained.js";
import { Pretrainer, type Validation } from "../../training/pretrainer.js";
import type { PretrainingSetting } from "../../training/pretraining-settings.js";
import { type Suite, stepsOf } from "../../training/settings.js";
import { taskCodes } from "../../training/task-codes.js";
import { located } from "../inputs.js";
import type { PretrainConfig } from "./options.js";
import { writePictures } from "./pictures.js";
import { displaysOf, resolvePretraining } from "./resolve.js";

type Loader = data.DataLoader<Display, DisplayBatch>;

/** Displays in a batch of validation. */
const VALIDATION_BATCH = 32;
/** Displays of the figures. */
const SHOWN = 6;

export async function pretrain(context: RunContext<PretrainConfig>): Promise<Summary> {
  const { device } = context;
  const config = located(context);
  setFlushDenormal(true);
  context.environment({ kernels: nativeKernelLevel() });
  const setting = resolvePretraining(config);
  context.artifact("setting.json", `${JSON.stringify(setting, null, 2)}\n`);
  const train = context.track("displays", await trainingDisplays(context, config, setting));
  const unseen = await unseenDisplays(config, setting);
  const made = new SlotAutoencoder(setting.model);
  initialiseEncoder(made, setting.initialisation);
  const model = context.track("model", made.to({ device }) as SlotAutoencoder);
  const { precision } = config;
  const generator = context.generator("slots");
  const { phases, warmup, decay, encoderRate, clip, pixels } = setting;
  const schedule = { phases, warmup, decay, encoderRate, clip };
  const pretrainer = new Pretrainer(model, { ...schedule, pixels, precision, device, generator });
  context.track("optimizer", pretrainer.optimizer);
  const best = context.track("best", new BestWeights());

  const steps = stepsOf(setting.phases);
  const batches = endless(train);
  await context.loopAsync("train", { steps }, async (step): Promise<Metrics | undefined> => {
    const { image } = await nextOf(batches);
    const loss = pretrainer.step(image, step);
    const isDue = (step + 1) % setting.validateEvery === 0 || step + 1 === steps;
    if (!isDue) return (step + 1) % config.logEvery === 0 ? { loss } : undefined;
    const found = await validate(pretrainer, unseen);
    best.offer(found.loss, step + 1, model);
    return { loss, ...metricsOf(found) };
  });
  await batches.return();

  best.give(model);
  const { dataset: suite } = config;
  savePretrained(join(context.path, "artifacts", pretrainedFile), model, {
    suite,
    model: setting.model,
    pixels,
  });
  const shown = unseen[Symbol.asyncIterator]();
  const { image, owners } = await nextOf(shown);
  const count = Math.min(SHOWN, image.size(0));
  scope(() => writePictures(context, model, image.narrow(0, 0, count).to({ device }), owners, pixels));
  await shown.return();
  return { ...(await finalScores(config, setting, pretrainer, unseen)), bestStep: best.step, steps };
}

function trainingDisplays(
  context: RunContext<PretrainConfig>,
  config: PretrainConfig,
  { train, batch, model }: PretrainingSetting,
): Promise<Loader> {
  const seed = context.seedFor("displays");
  return loadDisplays(displaysOf(config, model, "train", train), {
    batchSize: batch,
    shuffle: true,
    dropLast: true,
    seed,
    workers: config.workers,
  });
}

/** Displays that are not trained on, always in the same order. */
function unseenDisplays(config: PretrainConfig, { validation, model }: PretrainingSetting): Promise<Loader> {
  return loadDisplays(displaysOf(config, model, "validation", validation), { batchSize: VALIDATION_BATCH });
}

/** Always with the same initial slots, so that two validations differ in the weights alone. */
async function validate(pretrainer: Pretrainer, displays: Loader): Promise<Validation> {
  const generator = Generator.create({ seed: 0 });
  try {
    return await pretrainer.validate(displays, generator);
  } finally {
    generator.dispose();
  }
}

function metricsOf({ loss, masks, attention }: Validation): Metrics {
  return {
    validationLoss: loss,
    owned: masks.owned,
    foregroundAri: masks.foregroundAri ?? Number.NaN,
    ari: masks.ari,
    ownedByAttention: attention.owned,
  };
}

/** The best weights on unseen displays, for ART on displays of the tasks' own objects too, and on the tasks' pictures. */
async function finalScores(
  config: PretrainConfig,
  setting: PretrainingSetting,
  pretrainer: Pretrainer,
  unseen: Loader,
): Promise<Summary> {
  const found = metricsOf(await validate(pretrainer, unseen));
  const codes = codesOf(pretrainer.model, setting, config.dataset);
  if (config.dataset !== "art") return { ...found, ...codes };
  const tasks = await unseenDisplays({ ...config, objects: "tasks", unlike: "", path: "" }, setting);
  const { masks, attention } = await validate(pretrainer, tasks);
  return {
    ...found,
    taskObjectsOwned: masks.owned,
    taskObjectsForegroundAri: masks.foregroundAri,
    taskObjectsOwnedByAttention: attention.owned,
    ...codes,
  };
}

/** What a reasoner can know of the objects in the tasks' pictures: `identity-rules auc` and the like. */
function codesOf(autoencoder: SlotAutoencoder, setting: PretrainingSetting, suite: Suite): Summary {
  const { pixels, codedProblems: problems } = setting;
  const entries = Object.entries(taskCodes({ autoencoder, pixels }, { suite, problems })).flatMap(
    ([task, { read, complete, auc }]) =>
      Object.entries({ read, complete, auc }).map(
        ([what, value]) => [`${task} ${what}`, Number.isFinite(value) ? value : null] as const,
      ),
  );
  return Object.fromEntries(entries);
}
