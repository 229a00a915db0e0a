// A task run: encode, train, test.
import type { Metrics, RunContext, Summary } from "@throughline/lab";
import { BestWeights, Evaluators, isDue, RunningMeans } from "@throughline/lab/training";
import { data, distributed, Generator, io, setFlushDenormal, type Tensor } from "@throughline/torch";
import { WithoutPretraining } from "../../ablations/without-pretraining.js";
import { Mae } from "../../baselines/mae.js";
import { makeModel, modelEntry } from "../../catalogue/models.js";
import { nativeKernelLevel } from "../../nn/native.js";
import type { Pretrained } from "../../pretrained/pretrained.js";
import { CompletionScorer, type Scorer } from "../../reasoning/scorer.js";
import { initialiseEncoder } from "../../training/initialise-encoder.js";
import { jointOf } from "../../training/joint.js";
import { type TaskScore, TaskTrainer } from "../../training/task-trainer.js";
import { checkRunEdition, problemsEdition } from "../edition.js";
import { writeCompletions } from "./completions.js";
import { encoderOf } from "./encoder.js";
import { writeExplanations } from "./explanations.js";
import { type TaskNotes, taskNotes } from "./notes.js";
import type { TaskConfig } from "./options.js";
import { openStreams, type TaskStreams } from "./streams.js";

export async function runTask(context: RunContext<TaskConfig>): Promise<Summary> {
  const { config, device } = context;
  checkRunEdition(context, problemsEdition(config));
  setFlushDenormal(true);
  context.environment({ kernels: nativeKernelLevel() });
  const encoder = encoderOf(config, context.root, { device, file: context.input("encoder")?.path });
  const { input, title } = modelEntry(config.model);
  const model = context.track("model", modelOf(config, encoder).to({ device }) as Scorer);
  const generator = context.generator("slots");
  const streams = await openStreams({ context, encoder, input, generator });
  const { form, views, config: made = {} } = streams.set;
  const steps = config.steps ?? config.epochs! * streams.train.loader.length;
  const { lr, warmup, precision } = config;
  const decaySteps = config.decay === "cosine" ? steps : undefined;
  const { group } = context;
  const trainer = new TaskTrainer(model, {
    ...{ form, lr, warmup, decaySteps },
    ...{ generator, precision, device, group },
  });
  if (group !== undefined) await distributed.broadcastModule(model, group);
  context.track("optimizer", trainer.optimizer);
  context.track("problems", streams.train.loader);

  const { layout, labels } = made as Partial<TaskNotes>;
  context.keep(taskNotes, {
    steps,
    encoder: encoder.path,
    weights: encoder.hash,
    form,
    views,
    layout,
    labels,
  });
  const best = context.track("best", new BestWeights("max"));
  await train(context, trainer, streams, steps, best);

  // What follows is rank 0's.
  if (group !== undefined && group.rank > 0) return {};
  best.restore(model);
  const test = await evaluate(trainer, streams.test);
  io.saveSafetensors(context.artifactPath("model.safetensors"), model.stateDict() as Record<string, Tensor>, {
    model: config.model,
    depth: String(config.depth),
  });
  if (input === "slots") await writeExplanations({ context, encoder, model });
  if (model instanceof Mae) await writeCompletions(context, encoder, model);
  const trained = model.parameters().reduce((total, parameter) => total + parameter.numel, 0);
  return {
    accuracy: test.accuracy,
    loss: test.loss,
    chance: form === "binary" ? 0.5 : 1 / views,
    steps,
    parameters: trained,
    title,
  };
}

function modelOf(config: TaskConfig, encoder: Pretrained): Scorer {
  const { depth, heads, mlpDim, dropout, resnet, mae, masking } = config;
  const { slots, dim } = encoder.autoencoder.config;
  const transformer = { depth, heads, mlpDim, dropout, dim };
  const model = makeModel(config.model, {
    ...transformer,
    ...{ resnet, mae, masking },
    encoder: { ...encoder.model, slots, dim },
  });
  if (model instanceof WithoutPretraining) {
    initialiseEncoder(model.encoder, config.initialisation);
  }
  return model;
}

async function train(
  context: RunContext<TaskConfig>,
  trainer: TaskTrainer,
  { train, test, validation }: TaskStreams,
  steps: number,
  best: BestWeights,
): Promise<void> {
  const batches = data.endless(train.loader);
  const { batch } = context.config;
  const problemsAt = (step: number): number => {
    const { loader } = train;
    const all = (loader.dataset as data.Dataset<unknown>).length;
    return Math.min(batch, all - (step % loader.length) * batch);
  };
  const { model } = trainer;
  const learned =
    model instanceof CompletionScorer ? ["loss" as const] : ["loss" as const, "accuracy" as const];
  const recent = context.track("recent", new RunningMeans<"loss" | "accuracy">(...learned));
  const { testEvery, logEvery } = context.config;
  const accuracyOn = async (stream: TaskStreams["test"]) => (await evaluate(trainer, stream)).accuracy;
  const validating = validation && {
    every: train.loader.length,
    evaluate: async () => ({ accuracy: await accuracyOn(validation) }),
    best: { weights: best, metric: "accuracy", model },
    logs: false,
  };
  const testing = { every: testEvery, evaluate: async () => ({ testAccuracy: await accuracyOn(test) }) };
  const evaluators = new Evaluators(steps, validating ? [validating, testing] : [testing]);
  await context.loopAsync("train", { steps }, async (step): Promise<Metrics | undefined> => {
    const { value: raw } = await batches.next();
    const problems = problemsAt(step);
    const joint = jointOf(problems, context.group);
    recent.add(await trainer.stepTogether(() => train.read(raw, { joint }), step, problems));
    const tested = await evaluators.at(step + 1);
    if (tested === undefined && !isDue(logEvery, step + 1, steps)) return undefined;
    return { ...recent.take(), ...tested };
  });
  await batches.return();
}

/** Always on the same pictures, with the same initial slots: two tests differ in the weights alone, resumed or not. */
async function evaluate(trainer: TaskTrainer, stream: TaskStreams["test"]): Promise<TaskScore> {
  const { loader } = stream;
  loader.restore({ ...loader.state(), epoch: 0, position: 0 });
  const generator = Generator.create({ seed: 0 });
  try {
    return await trainer.evaluate(stream, generator);
  } finally {
    generator.dispose();
  }
}
