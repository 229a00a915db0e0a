// Checks that a model and a task go together.
import { TorchError } from "@throughline/torch";
import { isFused } from "../cells/fused.js";
import type { Trajectory } from "../controls/penalties.js";
import type { Task } from "../tasks/task.js";
import type { ModelCell, SequenceModel } from "./model.js";

/** Parts that a trainer brings together. */
interface Parts {
  readonly model: SequenceModel;
  readonly task: Task;
  readonly length: number;
  readonly batch: number;
}

/** @throws TorchError unless model and task go together */
export function checkFit({ model, task, length, batch }: Parts, isPenalised: boolean): void {
  const fail = (sentence: string): never => {
    throw new TorchError("torch/argument", `Trainer: ${sentence}`);
  };
  const { cell, readout, start } = model;
  if (!Number.isInteger(length) || length < task.leastLength)
    fail(`sequences must have ${task.leastLength} steps or more for the ${task.title}, got ${length}`);
  if (cell.inputSize !== task.inputSize)
    fail(`the cell has ${cell.inputSize} inputs, and the ${task.title} ${task.inputSize}`);
  if (readout.size(0) !== task.outputSize)
    fail(`the readout has ${readout.size(0)} outputs, and the ${task.title} needs ${task.outputSize}`);
  if (start.size(0) !== batch && start.size(0) !== 1)
    fail(
      `the model has ${start.size(0)} starts for a batch of ${batch}; give it ${batch}, or 1 that all share`,
    );
  if (isPenalised && penalised(cell) === undefined)
    fail("penalties are for VanillaCell, GruCell and LstmCell");
}

/** A cell that penalties are defined for. */
export function penalised(cell: ModelCell): Trajectory["cell"] | undefined {
  return isFused(cell) && "weight_hh" in cell ? (cell as Trajectory["cell"] & ModelCell) : undefined;
}
