// A run: imitate the recorded learning, keep the model, evaluate it over runs of episodes.
import { mazeKind } from "@throughline/envs";
import type { RunContext, Summary } from "@throughline/lab";
import { isDue, RunningMeans } from "@throughline/lab/training";
import { distributed } from "@throughline/torch";
import { CecError } from "../../errors.js";
import type { ObservationForm } from "../../loading/data-card.js";
import { SequenceLoader } from "../../loading/loader.js";
import { kernelLevel } from "../../nn/operators.js";
import { CecPolicy } from "../../policies/cec-policy.js";
import type { SequencePolicy } from "../../policies/sequence-policy.js";
import { entropiesOf } from "../../training/attention-entropy.js";
import { SequenceTrainer } from "../../training/trainer.js";
import { curriculumOf } from "./curriculum.js";
import { type Interface, makePolicy, policyFile, savePolicy } from "./model.js";
import type { TrainConfig } from "./options.js";
import { numbersOf, playTest, settingOf } from "./test.js";

/** Steps of the optimiser between two rows of the log. */
const LOG_EVERY = 10;
/** The same between two looks at how widely heads attend. */
const LOOK_EVERY = 100;

export async function train(context: RunContext<TrainConfig>): Promise<Summary> {
  const { config, device } = context;
  context.environment({ kernels: kernelLevel() });
  const loader = context.track("loader", loaderOf(context));
  try {
    const seen = interfaceOf(config, loader);
    const policy = context.track(
      "policy",
      makePolicy(config, seen, context.generator("weights")).to({ device }) as SequencePolicy,
    );
    const losses = await imitate(context, policy, loader);
    // What follows is rank 0's.
    if (context.group !== undefined && context.group.rank > 0) return {};
    savePolicy(context.artifactPath(policyFile), policy, seen);
    await loader.close();
    const summary = await playTest(context, policy, settingOf(config, seen), { keys: [seen.key] });
    return {
      ...numbersOf(summary),
      ...losses,
      parameters: policy.parameters().reduce((sum, { numel }) => sum + numel, 0),
    };
  } finally {
    await loader.close();
  }
}

function loaderOf(context: RunContext<TrainConfig>): SequenceLoader {
  const { config } = context;
  const { batch, chunk, workers, method } = config;
  const curriculum = curriculumOf(config, context.input("episodes")!.path);
  context.artifact("curriculum.txt", `${curriculum}\n`);
  const returns = method === "dt" ? "future" : method === "at" ? "target" : undefined;
  return new SequenceLoader(curriculum, {
    batch,
    chunk,
    workers,
    returns,
    seed: context.seedFor("sequences"),
  });
}

function interfaceOf({ env }: TrainConfig, { card }: SequenceLoader): Interface {
  const { observations, actions, envs } = card;
  const [[key, { shape }]] = Object.entries(observations) as [[string, ObservationForm]];
  const [height, width] = shape as [number, number, number];
  if (actions.kind !== "numbered")
    throw new CecError("data", `${env}: actions are arrays of numbers, accepted: numbered ones`);
  return {
    ...{ key, height, width, actions: actions.count },
    horizon: Math.max(...envs.map(({ horizon }) => horizon), mazeKind(env).complete({}).horizon),
  };
}

/** Trains. @returns means of the last tenth of the updates */
async function imitate(
  context: RunContext<TrainConfig>,
  policy: SequencePolicy,
  loader: SequenceLoader,
): Promise<{ loss: number; firstLoss: number }> {
  const { config, device } = context;
  const { updates, cosine = updates } = config;
  const { group } = context;
  if (group !== undefined) await distributed.broadcastModule(policy, group);
  const trainer = new SequenceTrainer(policy, { ...config, total: cosine, device, group });
  context.track("optimizer", trainer.optimizer);
  const recent = context.track("recent", new RunningMeans("loss", "firstLoss", "gradNorm", "steps"));
  const last = context.track("last", new RunningMeans("loss", "firstLoss"));
  await context.loopAsync("train", { steps: updates, unit: "update" }, async (step) => {
    const batch = await loader.next();
    const found = await trainer.stepTogether(batch, step);
    recent.add(found);
    if (step >= updates - Math.ceil(updates / 10)) last.add(found);
    if (policy instanceof CecPolicy && isDue(LOOK_EVERY, step + 1, updates))
      context.log(entropiesOf(policy, batch, config.chunk));
    return isDue(LOG_EVERY, step + 1, updates) ? { ...recent.take(), lr: found.lr } : undefined;
  });
  context.say(`waited ${(loader.waited / 1000).toPrecision(2)} s for sequences in all`);
  return last.take();
}
