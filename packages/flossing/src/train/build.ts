// From a configuration to the objects it describes.
import { type Generator, nn } from "@throughline/torch";
import { GruCell } from "../cells/gru.js";
import { LstmCell } from "../cells/lstm.js";
import { VanillaCell } from "../cells/vanilla.js";
import { taskFromFile } from "../data/file.js";
import { psMnist } from "../data/mnist.js";
import { AdaptiveSchedule, at, before, type FlossingSchedule, periodic } from "../floss/schedules.js";
import { delayedCopy, spatialXor, temporalXor } from "../tasks/delayed.js";
import type { Task } from "../tasks/task.js";
import { SequenceModel } from "./model.js";
import type { TrainConfig } from "./options.js";

/** The cells that can be trained. */
export type TrainableCell = VanillaCell | GruCell | LstmCell;

/** The task of a configuration. @param seed draws what is held out of own data. @throws TorchError `flossing/data` naming everything that is wrong with a file */
export function taskOf(config: TrainConfig, seed = 0): Task {
  const { task, delay, level, scoring, permutation } = config;
  // Earlier versions wrote an empty path where there is none.
  if (config.data) return fileTask(config.data, config, seed);
  switch (task) {
    case "copy":
      return delayedCopy({ delay, scoring });
    case "copy-reals":
      return delayedCopy({ delay, scoring, values: "reals" });
    case "xor":
      return temporalXor({ delay, level, scoring });
    case "spatial-xor":
      return spatialXor({ delay, scoring });
    case "psmnist":
      return psMnist({ permutation });
    default:
      throw new Error("the task data without a file is refused before");
  }
}

function fileTask(
  path: string,
  { answer, kind, standardise, testPart, length }: TrainConfig,
  seed: number,
): Task {
  return taskFromFile(path, {
    ...(answer !== "auto" && { answer }),
    ...(kind !== "auto" && { kind }),
    ...(standardise !== "auto" && { standardise: standardise === "on" }),
    ...{ testPart, length, seed },
  });
}

/**
 * Scale of the vanilla cell's input weights. The released model divides the inputs of a step by their number; a row of
 * own data counts as one thing, so that its inputs together drive a unit as one input would.
 */
const inputScaleOf = ({ inputSize, heldOut }: Pick<Task, "inputSize" | "heldOut">): number =>
  heldOut === undefined ? 1 / inputSize : 1 / Math.sqrt(inputSize);

/** The cell of a configuration for a task, drawn from `generator`. */
export function cellOf(
  config: Pick<TrainConfig, "cell" | "units" | "leak" | "init" | "gain">,
  task: Pick<Task, "inputSize" | "heldOut">,
  generator: Generator,
): TrainableCell {
  const { inputSize } = task;
  const { cell, units, leak, init, gain } = config;
  if (cell === "gru" || cell === "lstm") {
    const made = cell === "gru" ? new GruCell(inputSize, units) : new LstmCell(inputSize, units);
    const bound = 1 / Math.sqrt(units);
    for (const weight of made.parameters()) nn.init.uniform_(weight, { a: -bound, b: bound, generator });
    return made;
  }
  return new VanillaCell(inputSize, units, {
    form: cell,
    ...{ leak, init, gain, generator },
    inputScale: inputScaleOf(task),
  });
}

/** The net of a configuration for a task, drawn from `generator`. */
export function modelOf(config: TrainConfig, task: Task, generator: Generator): SequenceModel<TrainableCell> {
  const isOwn = task.heldOut !== undefined;
  return new SequenceModel(cellOf(config, task, generator), {
    outputSize: task.outputSize,
    readSize: config.units,
    // Sequences of a file have no fixed place in a batch, so they share one initial state.
    batch: isOwn ? 1 : config.batch,
    readout: isOwn ? "scaled" : "released",
    generator,
  }).to({ dtype: config.precision });
}

/** Schedule of flossing during training. */
export function scheduleOf(config: TrainConfig): FlossingSchedule & { stateDict?(): unknown } {
  const { flossDuring, flossAt, flossEvery, flossSteps, flossBudget } = config;
  switch (flossDuring) {
    case "none":
      return before(0);
    case "at":
      return at(flossAt, flossSteps);
    case "periodic":
      return periodic(flossEvery, flossSteps, Math.floor(flossBudget / flossSteps));
    default:
      return new AdaptiveSchedule({
        watch: flossDuring === "adaptive-gradient" ? "gradient" : "exponents",
        every: flossEvery,
        steps: flossSteps,
        budget: flossBudget,
      });
  }
}
