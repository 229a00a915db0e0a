// A task run: encode, train, test.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metrics, RunContext, Summary } from "@throughline/lab";
import { Generator, io, scope, setFlushDenormal, type Tensor } from "@throughline/torch";
import { WithoutPretraining } from "../../ablations/without-pretraining.js";
import { nativeKernelLevel } from "../../nn/native.js";
import { makeModel, modelEntry } from "../../reasoning/models.js";
import type { Scorer } from "../../reasoning/scorer.js";
import { BestWeights } from "../../training/best-weights.js";
import { endless, nextOf } from "../../training/endless.js";
import { initialiseEncoder } from "../../training/initialise-encoder.js";
import type { Pretrained } from "../../training/pretrained.js";
import { pretrainingSetting } from "../../training/pretraining-settings.js";
import type { TaskSetting } from "../../training/task-settings.js";
import { type TaskScore, TaskTrainer } from "../../training/task-trainer.js";
import { encoderOf } from "./encoder.js";
import { writeExplanations } from "./explanations.js";
import type { TaskConfig } from "./options.js";
import { resolveTask } from "./resolve.js";
import { openStreams, type TaskStreams } from "./streams.js";

export async function runTask(context: RunContext<TaskConfig>): Promise<Summary> {
  const { config, device } = context;
  setFlushDenormal(true);
  context.environment({ kernels: nativeKernelLevel() });
  const setting = resolveTask(config);
  const encoder = encoderOfRun(context);
  const { input, title } = modelEntry(config.model);
  const model = context.track("model", modelOf(config, setting, encoder).to({ device }) as Scorer);
  const generator = context.generator("slots");
  const streams = await openStreams({ context, setting, encoder, input, generator });
  const { form, views, config: made = {} } = streams.set;
  const { lr, warmup } = setting;
  const { precision } = config;
  const trainer = new TaskTrainer(model, { form, lr, warmup, generator, precision, device: context.device });
  context.track("optimizer", trainer.optimizer);
  context.track("problems", streams.train.loader);

  const steps = setting.steps || setting.epochs * streams.train.loader.length;
  const { layout, labels } = made;
  note(context, {
    ...setting,
    steps,
    encoder: encoder.path,
    weights: encoder.hash,
    form,
    views,
    layout,
    labels,
  });
  const best = context.track("best", new BestWeights());
  await train(context, setting, trainer, streams, steps, best);

  best.give(model);
  const test = await evaluate(trainer, streams.test);
  io.saveSafetensors(
    join(context.path, "artifacts", "model.safetensors"),
    model.stateDict() as Record<string, Tensor>,
    {
      model: config.model,
      depth: String(setting.depth),
    },
  );
  if (input === "slots") await writeExplanations({ context, setting, encoder, model });
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

/** The encoder that the run began with, also if there is a later one when it is resumed. */
function encoderOfRun(context: RunContext<TaskConfig>): Pretrained {
  const { config, path, device } = context;
  const file = context.input("encoder")?.path ?? notedEncoder(path);
  return encoderOf(config, join(path, "../../.."), { device, file });
}

/** What a run of a version noted that kept no inputs. */
function notedEncoder(path: string): string | undefined {
  const file = join(path, "artifacts", NOTES);
  if (!existsSync(file)) return undefined;
  return (JSON.parse(readFileSync(file, "utf8")).encoder as string | null) ?? undefined;
}

const NOTES = "setting.json";

function note(context: RunContext<TaskConfig>, notes: object): void {
  context.artifact(NOTES, `${JSON.stringify(notes, null, 2)}\n`);
}

function modelOf(config: TaskConfig, setting: TaskSetting, encoder: Pretrained): Scorer {
  const { depth, heads, mlpDim, dropout } = setting;
  const { slots, dim } = encoder.autoencoder.config;
  const transformer = { depth, heads, mlpDim, dropout, dim };
  const model = makeModel(config.model, { ...transformer, encoder: { ...encoder.model, slots, dim } });
  if (model instanceof WithoutPretraining) {
    initialiseEncoder(model.encoder, pretrainingSetting(config.setting, encoder.suite).initialisation);
  }
  return model;
}

async function train(
  context: RunContext<TaskConfig>,
  setting: TaskSetting,
  trainer: TaskTrainer,
  { train, test, validation }: TaskStreams,
  steps: number,
  best: BestWeights,
): Promise<void> {
  const batches = endless(train.loader);
  const recent = context.track("recent", new Recent());
  const { testEvery } = setting;
  const { logEvery } = context.config;
  const perEpoch = train.loader.length;
  await context.loopAsync("train", { steps }, async (step): Promise<Metrics | undefined> => {
    const raw = await nextOf(batches);
    recent.add(
      scope(() =>
        trainer.step(
          trainer.mixed(() => train.read(raw)),
          step,
        ),
      ),
    );
    const done = step + 1;
    const isTested = testEvery > 0 && (done % testEvery === 0 || done === steps);
    if (validation !== undefined && (done % perEpoch === 0 || done === steps)) {
      const { accuracy } = await evaluate(trainer, validation);
      best.offer(-accuracy, done, trainer.model);
    }
    const tested: Metrics = isTested ? { testAccuracy: (await evaluate(trainer, test)).accuracy } : {};
    if (done % logEvery !== 0 && !isTested && done !== steps) return undefined;
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

/** Means since the last logged step; part of checkpoints. */
class Recent {
  private sums = { loss: 0, accuracy: 0, count: 0 };

  add({ loss, accuracy }: TaskScore): void {
    this.sums.loss += loss;
    this.sums.accuracy += accuracy;
    this.sums.count += 1;
  }

  take(): { loss: number; accuracy: number } {
    const { loss, accuracy, count } = this.sums;
    this.sums = { loss: 0, accuracy: 0, count: 0 };
    return { loss: loss / count, accuracy: accuracy / count };
  }

  stateDict(): typeof this.sums {
    return { ...this.sums };
  }

  loadStateDict(state: typeof this.sums): void {
    this.sums = { ...state };
  }
}
