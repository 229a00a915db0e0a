// From a configuration to the objects it describes.
import { type Generator, nn } from "@throughline/torch";
import { GruCell } from "../cells/gru.js";
import { LstmCell } from "../cells/lstm.js";
import { VanillaCell } from "../cells/vanilla.js";
import { AdaptiveSchedule, at, before, type FlossingSchedule, periodic } from "../floss/schedules.js";
import { delayedCopy, spatialXor, temporalXor } from "../tasks/delayed.js";
import type { Task } from "../tasks/task.js";
import type { TrainConfig } from "./options.js";

/** The cells that can be trained. */
export type TrainableCell = VanillaCell | GruCell | LstmCell;

/** The delayed task of a configuration. */
export function taskOf(config: Pick<TrainConfig, "task" | "delay" | "level" | "scoring">): Task {
  const { task, delay, level, scoring } = config;
  switch (task) {
    case "copy":
      return delayedCopy({ delay, scoring });
    case "copy-reals":
      return delayedCopy({ delay, scoring, values: "reals" });
    case "xor":
      return temporalXor({ delay, level, scoring });
    case "spatial-xor":
      return spatialXor({ delay, scoring });
    default:
      throw new Error(`${task} is not a delayed task`);
  }
}

/** The cell of a configuration, drawn from `generator`. */
export function cellOf(
  config: Pick<TrainConfig, "cell" | "units" | "leak" | "init" | "gain">,
  inputSize: number,
  generator: Generator,
): TrainableCell {
  const { cell, units, leak, init, gain } = config;
  if (cell === "gru" || cell === "lstm") {
    const made = cell === "gru" ? new GruCell(inputSize, units) : new LstmCell(inputSize, units);
    const bound = 1 / Math.sqrt(units);
    for (const weight of made.parameters()) nn.init.uniform_(weight, { a: -bound, b: bound, generator });
    return made;
  }
  return new VanillaCell(inputSize, units, { form: cell, leak, init, gain, generator });
}

/** When to floss during training. */
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
