// A pre-training run: displays without end, a look at unseen ones now and then, the best weights as a file.
import type { Metrics, RunContext, Summary } from "@throughline/lab";
import { BestWeights, Evaluators } from "@throughline/lab/training";
import { data, distributed, Generator, scope, setFlushDenormal } from "@throughline/torch";
import { loadDisplays } from "../../catalogue/load.js";
import type { DisplayBatch } from "../../datasets/collate.js";
import type { Display } from "../../datasets/types.js";
import { nativeKernelLevel } from "../../nn/native.js";
import { pretrainedFile, savePretrained } from "../../pretrained/pretrained.js";
import { SlotAutoencoder } from "../../slots/autoencoder.js";
import { initialiseEncoder } from "../../training/initialise-encoder.js";
import { Pretrainer, type Validation } from "../../training/pretrainer.js";
import { taskCodes } from "../../training/task-codes.js";
import { checkRunEdition, displaysEdition } from "../edition.js";
import { located } from "../inputs.js";
import { displaysOf } from "./displays.js";
import { architectureOf, phasesOf, slotModel } from "./model.js";
import type { PretrainConfig } from "./options.js";
import { writePictures } from "./pictures.js";

type Loader = data.DataLoader<Display, DisplayBatch>;

/** Displays in a batch of validation. */
const VALIDATION_BATCH = 32;
/** Displays of the figures. */
const SHOWN = 6;

export async function pretrain(context: RunContext<PretrainConfig>): Promise<Summary> {
  const { device } = context;
  const config = located(context);
  checkRunEdition(context, displaysEdition(context.config));
  setFlushDenormal(true);
  context.environment({ kernels: nativeKernelLevel() });
  const { dataset: suite, steps, pixels, precision, validateEvery } = config;
  const train = context.track("displays", await trainingDisplays(context, config));
  const unseen = await unseenDisplays(config);
  const options = slotModel(architectureOf(config), suite);
  const made = new SlotAutoencoder(options);
  initialiseEncoder(made, config.initialisation);
  const model = context.track("model", made.to({ device }) as SlotAutoencoder);
  const generator = context.generator("slots");
  const { warmup, decay, encoderRate, clip } = config;
  const schedule = { phases: phasesOf(config), warmup, decay, encoderRate, clip };
  const { group } = context;
  const pretrainer = new Pretrainer(model, { ...schedule, pixels, precision, device, generator, group });
  if (group !== undefined) await distributed.broadcastModule(model, group);
  context.track("optimizer", pretrainer.optimizer);
  const best = context.track("best", new BestWeights());
  const validating = {
    every: validateEvery,
    evaluate: async () => metricsOf(await validate(pretrainer, unseen)),
    best: { weights: best, metric: "validationLoss", model },
  };
  const evaluators = new Evaluators(steps, [validating]);

  const batches = data.endless(train);
  await context.loopAsync("train", { steps }, async (step): Promise<Metrics | undefined> => {
    const { value } = await batches.next();
    const loss = await pretrainer.stepTogether(value.image, step, config.batch);
    const found = await evaluators.at(step + 1);
    if (found === undefined && (step + 1) % config.logEvery !== 0) return undefined;
    return { loss, ...found };
  });
  await batches.return();

  // What follows is rank 0's.
  if (group !== undefined && group.rank > 0) return {};
  best.restore(model);
  savePretrained(context.artifactPath(pretrainedFile), model, { suite, model: options, pixels });
  const shown = data.endless(unseen);
  const { image, owners } = (await shown.next()).value;
  const count = Math.min(SHOWN, image.size(0));
  scope(() => writePictures(context, model, image.narrow(0, 0, count).to({ device }), owners, pixels));
  await shown.return();
  return { ...(await finalScores(config, pretrainer, unseen)), bestStep: best.step, steps };
}

function trainingDisplays(context: RunContext<PretrainConfig>, config: PretrainConfig): Promise<Loader> {
  const seed = context.seedFor("displays");
  const { batch: batchSize, workers } = config;
  return loadDisplays(displaysOf(config, "train"), {
    batchSize,
    shuffle: true,
    dropLast: true,
    seed,
    workers,
    share: context.group,
  });
}

/** Displays that are not trained on, always in the same order. */
function unseenDisplays(config: PretrainConfig): Promise<Loader> {
  return loadDisplays(displaysOf(config, "validation"), { batchSize: VALIDATION_BATCH });
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
async function finalScores(config: PretrainConfig, pretrainer: Pretrainer, unseen: Loader): Promise<Summary> {
  const found = metricsOf(await validate(pretrainer, unseen));
  const codes = codesOf(pretrainer.model, config);
  if (config.dataset !== "art") return { ...found, ...codes };
  const tasks = await unseenDisplays({ ...config, objects: "tasks", unlike: undefined, path: undefined });
  const { masks, attention } = await validate(pretrainer, tasks);
  return {
    ...found,
    taskObjectsOwned: masks.owned,
    taskObjectsForegroundAri: masks.foregroundAri,
    taskObjectsOwnedByAttention: attention.owned,
    ...codes,
  };
}

/** Scores of the slots in the tasks' pictures (`ObjectCodes`): `identity-rules auc` and the like. */
function codesOf(
  autoencoder: SlotAutoencoder,
  { pixels, dataset: suite, codedProblems: problems }: PretrainConfig,
): Summary {
  const entries = Object.entries(taskCodes({ autoencoder, pixels }, { suite, problems })).flatMap(
    ([task, { read, complete, auc }]) =>
      Object.entries({ read, complete, auc }).map(
        ([what, value]) => [`${task} ${what}`, Number.isFinite(value) ? value : null] as const,
      ),
  );
  return Object.fromEntries(entries);
}
