// A run: imitate demonstrations, test checkpoints on the way, keep the best, and test it once more.
import type { RunContext, Summary } from "@throughline/lab";
import { BestWeights, isDue, RunningMeans } from "@throughline/lab/training";
import { scope } from "@throughline/torch";
import { CecError } from "../../errors.js";
import { type EvaluationResult, evaluationArtifact } from "../../evaluation/result.js";
import { type Measure, summarise } from "../../evaluation/summary.js";
import { SequenceLoader } from "../../loading/loader.js";
import { kernelLevel } from "../../nn/operators.js";
import type { SequencePolicy } from "../../policies/sequence-policy.js";
import { keysOf } from "../../robots/tasks.js";
import { SequenceTrainer } from "../../training/trainer.js";
import { policyFile } from "../train/model.js";
import { demonstrationCurriculum } from "./curriculum.js";
import { filmTest } from "./film.js";
import { type ImitatorInterface, makeImitator, saveImitator } from "./model.js";
import type { ImitateConfig } from "./options.js";
import { checkpointSummary, checkpointsArtifact, Scores } from "./scores.js";
import { playTask, SEEDS } from "./test.js";

/** Steps of the optimiser between two rows of the log. */
const LOG_EVERY = 10;

export async function imitate(context: RunContext<ImitateConfig>): Promise<Summary> {
  const { config, device } = context;
  context.environment({ kernels: kernelLevel() });
  const loader = context.track("loader", loaderOf(context));
  try {
    const seen = interfaceOf(loader);
    const policy = context.track(
      "policy",
      makeImitator(config, seen, context.generator("weights")).to({ device }) as SequencePolicy,
    );
    const best = context.track("best", new BestWeights("max"));
    const scores = context.track("scores", new Scores());
    const loss = await learn(context, { policy, loader, best, scores, seen });
    await loader.close();
    context.keep(checkpointsArtifact, [...scores.all]);
    best.restore(policy);
    saveImitator(context.artifactPath(policyFile), policy, seen);
    const result = await playTask(policy, config, seen, {
      ...{ seed: SEEDS.test, keepActions: true, signal: context.signal },
    });
    context.keep(evaluationArtifact(), result);
    await film(context, result);
    const { success, steps } = summarise(result);
    const { best: top, lastTen, last } = checkpointSummary(scores.all);
    return {
      ...measured("best", top),
      bestUpdates: best.step,
      ...measured("lastTen", lastTen),
      ...measured("last", last),
      ...measured("success", success),
      ...{ length: known(steps), loss },
      parameters: policy.parameters().reduce((sum, { numel }) => sum + numel, 0),
    };
  } finally {
    await loader.close();
  }
}

/** Updates before which a policy has learned nothing that is worth a film. */
const LEAST_UPDATES = 100;

/** Films the begin of the test. A film that cannot be made costs no run its results. */
async function film(context: RunContext<ImitateConfig>, result: EvaluationResult): Promise<void> {
  const { config } = context;
  if (config.updates < LEAST_UPDATES) return;
  try {
    await filmTest(result, config, context.artifactPath("rollout.webp"), { name: config.method });
  } catch (error) {
    context.say(`the test could not be filmed: ${(error as Error).message}`);
  }
}

/** A measure in a summary: its value, and the ends of its interval. */
function measured(name: string, { value, low, high }: Measure): Summary {
  return { [name]: value, [`${name}Low`]: known(low), [`${name}High`]: known(high) };
}

const known = (value: number): number | null => (Number.isNaN(value) ? null : value);

function loaderOf(context: RunContext<ImitateConfig>): SequenceLoader {
  const { config } = context;
  const { batch, chunk, workers, input } = config;
  const curriculum = demonstrationCurriculum(config, context.input("demonstrations")!.path);
  context.artifact("curriculum.txt", `${curriculum}\n`);
  return new SequenceLoader(curriculum, {
    ...{ batch, chunk, workers, keys: keysOf(input) },
    seed: context.seedFor("sequences"),
  });
}

function interfaceOf({ card: { observations, actions } }: SequenceLoader): ImitatorInterface {
  if (actions.kind === "continuous") return { observations, dimensions: actions.dimensions };
  throw new CecError("data", "the data do not fit: actions are numbered, accepted: arrays of numbers");
}

/** What a training changes. */
interface Learning {
  readonly policy: SequencePolicy;
  readonly loader: SequenceLoader;
  readonly best: BestWeights;
  readonly scores: Scores;
  readonly seen: ImitatorInterface;
}

/** Trains, and tests checkpoints. @returns mean loss of the last tenth of the updates */
async function learn(context: RunContext<ImitateConfig>, learning: Learning): Promise<number> {
  const { config, device } = context;
  const { policy, loader, best, scores, seen } = learning;
  const { updates, cosine = updates, checkpoints } = config;
  const trainer = new SequenceTrainer(policy, { ...config, total: cosine, device });
  context.track("optimizer", trainer.optimizer);
  const recent = context.track("recent", new RunningMeans("loss", "gradNorm", "steps"));
  const last = context.track("last", new RunningMeans("loss"));
  const testEvery = Math.ceil(updates / checkpoints);
  await context.loopAsync("train", { steps: updates, unit: "update" }, async (step) => {
    const batch = await loader.next();
    const found = scope(() => trainer.step(batch, step));
    recent.add(found);
    if (step >= updates - Math.ceil(updates / 10)) last.add(found);
    const logged = isDue(LOG_EVERY, step + 1, updates) ? { ...recent.take(), lr: found.lr } : undefined;
    if (!isDue(testEvery, step + 1, updates)) return logged;
    const result = await playTask(policy, config, seen, {
      ...{ seed: SEEDS.checkpoints, signal: context.signal, selfCheck: scores.all.length === 0 },
    });
    const success = scores.add(step + 1, result);
    best.offer(success, step + 1, policy);
    return { ...logged, success };
  });
  context.say(`waited ${(loader.waited / 1000).toPrecision(2)} s for sequences in all`);
  return last.take().loss!;
}
