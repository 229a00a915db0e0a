// A training run: relax, floss, train with interruptions for flossing, test.
import type { Metrics, RunContext, Summary } from "@throughline/lab";
import { distributed, setFlushDenormal } from "@throughline/torch";
import { Flosser } from "../floss/flosser.js";
import { AdaptiveSchedule } from "../floss/schedules.js";
import { chooseKernels } from "../kernels/processor.js";
import type { Task } from "../tasks/task.js";
import { modelOf, scheduleOf, taskOf } from "./build.js";
import { lengthProblems, refuseAll } from "./check.js";
import { Observer } from "./observer.js";
import type { TrainConfig } from "./options.js";
import { Trainer, type TrainingStep } from "./trainer.js";

/** Fresh batches that the trained net is tested on. */
const TEST_BATCHES = 20;
/** An accuracy that counts as solved. */
const SOLVED = 0.95;

export async function train(context: RunContext<TrainConfig>): Promise<Summary> {
  const { config } = context;
  context.environment({ kernels: chooseKernels(config.kernels) });
  // Gradients that vanish over hundreds of steps become denormal numbers, with which processors are very slow.
  setFlushDenormal(true);
  const task = taskOf({ ...config, data: context.input("data")?.path ?? config.data }, context.seed);
  refuseAll(lengthProblems(config, task.longestInputs, task.title));
  const { flosser, trainer, observer } = assemble(context, task);
  const schedule = scheduleOf(config);
  if (schedule instanceof AdaptiveSchedule) context.track("schedule", schedule);

  if (config.flossBefore > 0) observer?.look(0, "before flossing");
  await context.loop(
    "floss",
    { steps: config.flossBefore, unit: "flossing step" },
    (step): Metrics | undefined => {
      const { loss, exponents, gradient } = flosser.step();
      const isDue = step % config.logEvery === 0 || step + 1 === config.flossBefore;
      return isDue ? { loss, first: exponents[0]!, last: exponents.at(-1)!, gradient } : undefined;
    },
  );

  const progress = new Progress(context, task);
  // Ranks floss alike, each by itself; on processors that round differently rank 0 has the last word.
  const agree = async (): Promise<void> => {
    if (context.group !== undefined) await distributed.broadcastModule(trainer.model, context.group);
  };
  await agree();
  const epochs = { steps: config.epochs, unit: "epoch" };
  await context.loopAsync("train", epochs, async (epoch): Promise<Metrics | undefined> => {
    observer?.maybe(epoch);
    const due = schedule.due(epoch, progress.observed(flosser));
    const last = flosser.run(due);
    if (due > 0) await agree();
    const isLogged = epoch % config.logEvery === 0 || epoch + 1 === config.epochs || due > 0;
    const found = await trainer.stepTogether(isLogged || config.flossDuring === "adaptive-gradient");
    progress.see(epoch, found);
    if (found === undefined || !isLogged) return undefined;
    return { ...found, ...(last === undefined ? {} : { flossingSteps: due, flossingLoss: last.loss }) };
  });

  // What follows is rank 0's.
  if (context.group !== undefined && context.group.rank > 0) return {};
  observer?.maybe(config.epochs);
  const test = trainer.evaluate(TEST_BATCHES, context.generator("test"));
  return {
    accuracy: test.accuracy,
    loss: test.loss,
    solvedAt: progress.solvedAt,
    firstGradient: progress.firstGradient,
    lastGradient: progress.lastGradient,
    flossingSteps: flosser.steps,
    chance: task.chance,
    ceiling: task.ceiling(trainer.length),
    ...(task.heldOut === undefined ? {} : { tested: task.heldOut.size }),
  };
}

/** Parts of a run. */
function assemble(context: RunContext<TrainConfig>, task: Task) {
  const { config, device } = context;
  const dtype = config.precision;
  const generator = context.generator("net");
  const model = context.track("model", modelOf(config, task, generator).to({ device }));
  const { cell } = model;
  model.relax(config.relax);
  const flossing = context.generator("flossing-inputs");
  const flosser = context.track(
    "flosser",
    new Flosser(cell, {
      k: Math.min(config.k, cell.stateSize),
      target: config.target,
      skip: config.flossSkip,
      coordinates: config.cell === "pre" && config.leak === 1 ? "rate" : "state",
      lr: config.lr,
      clip: config.flossClip,
      generator: context.generator("frame"),
      inputs: () => task.inputs(config.flossLength, 1, { generator: flossing, dtype }).to(device),
      // The released code flosses from the first sequence of the batch.
      state: () => model.start.detach().narrow(0, 0, 1),
    }),
  );
  const { penalty, penaltyWeight, flossWeight } = config;
  const trainer = new Trainer(model, task, {
    length: task.length ?? config.length,
    batch: config.batch,
    generator: context.generator("batches"),
    lr: config.lr,
    clip: config.clip,
    penalty: penalty === "none" ? undefined : { kind: penalty, weight: penaltyWeight },
    regulariser: flossWeight === 0 ? undefined : { flosser, weight: flossWeight },
    group: context.group,
  });
  context.track("optimizer", trainer.optimizer);
  const observer = config.dynamicsEvery === 0 ? undefined : new Observer(context, model, task);
  return { flosser, trainer, observer };
}

/** Progress for the summary, and observations for a schedule; part of checkpoints. */
class Progress {
  solvedAt: number | null = null;
  firstGradient: number | null = null;
  lastGradient: number | null = null;

  readonly #hasAccuracy: boolean;

  constructor(context: RunContext<TrainConfig>, task: Task) {
    this.#hasAccuracy = task.kind !== "regression";
    context.track("progress", this);
  }

  see(epoch: number, found: TrainingStep | undefined): void {
    if (found === undefined) return;
    this.firstGradient ??= found.gradient;
    this.lastGradient = found.gradient;
    if (this.#hasAccuracy && this.solvedAt === null && found.accuracy >= SOLVED) this.solvedAt = epoch;
  }

  observed(flosser: Flosser) {
    return {
      gradient: () => this.lastGradient ?? Number.NaN,
      exponents: () => flosser.look(),
    };
  }

  stateDict() {
    const { solvedAt, firstGradient, lastGradient } = this;
    return { solvedAt, firstGradient, lastGradient };
  }

  loadStateDict(state: Pick<Progress, "solvedAt" | "firstGradient" | "lastGradient">): void {
    Object.assign(this, state);
  }
}
