// One training step of the paper's tasks: a fresh batch, its loss, gradients clipped array by array, Adam.
import { type Generator, grad, nn, noGrad, optim, scope, type Tensor, zeros } from "@throughline/torch";
import { type PenaltyKind, penaltyOf } from "../controls/penalties.js";
import type { Flosser } from "../floss/flosser.js";
import type { Task, TaskBatch } from "../tasks/task.js";
import type { TrainableCell } from "./build.js";
import type { SequenceModel } from "./model.js";

/** Options of `Trainer`. */
export interface TrainerOptions {
  /** Steps of a sequence. */
  readonly length: number;
  /** Draws the batches. */
  readonly generator: Generator;
  /** Step size of Adam. Default 1e-3. */
  readonly lr?: number;
  /** Largest norm of the gradient of each parameter array (Flux's ClipNorm); 0 does not clip. Default 0.03. */
  readonly clip?: number;
  /** A penalty of the loss, and its weight. */
  readonly penalty?: { readonly kind: PenaltyKind; readonly weight: number };
  /** A flosser whose loss is added to the task's, and its weight. */
  readonly regulariser?: { readonly flosser: Flosser; readonly weight: number };
}

/** What a training step found, before it changed anything. */
export interface TrainingStep {
  /** The task's loss, without penalties: mean cross-entropy in nats, or mean squared error. */
  readonly loss: number;
  /** Part of the scored outputs that are right; of a regression, the mean squared error. */
  readonly accuracy: number;
  /** ‖∂L/∂start‖, over all sequences of the batch. */
  readonly gradient: number;
}

/** Trains a model on a task. */
export class Trainer {
  readonly model: SequenceModel<TrainableCell>;
  readonly task: Task;
  readonly optimizer: optim.Adam;
  readonly #options: TrainerOptions;
  readonly #parameters: readonly Tensor[];

  constructor(model: SequenceModel<TrainableCell>, task: Task, options: TrainerOptions) {
    this.model = model;
    this.task = task;
    this.#options = options;
    this.#parameters = model.parameters();
    this.optimizer = new optim.Adam([...this.#parameters], { lr: options.lr ?? 1e-3 });
  }

  /** One step. @param reports whether what it found is wanted: asking costs a little */
  step(reports: boolean): TrainingStep | undefined {
    const { length, generator, clip = 0.03 } = this.#options;
    return scope(() => {
      const batch = this.task.sample(length, this.model.start.size(0), { generator });
      const drive = this.watchedDrive(batch.inputs);
      const states = this.model.states(batch.inputs, { drive });
      const outputs = this.outputs(states);
      const loss = taskLoss(this.task, outputs, batch);
      const extra = this.extra(loss, batch.inputs, states, drive);
      this.optimizer.zeroGrad();
      (extra === undefined ? loss : loss.add(extra)).backward();
      const found = reports ? this.report(loss, outputs, batch) : undefined;
      if (clip > 0) for (const parameter of this.#parameters) optim.clipGradNorm_(parameter, clip);
      this.optimizer.step();
      return found;
    });
  }

  /** Loss and accuracy of `batches` fresh batches drawn from `generator`. */
  evaluate(batches: number, generator: Generator): { readonly loss: number; readonly accuracy: number } {
    const { length } = this.#options;
    const found = Array.from({ length: batches }, () =>
      scope(() =>
        noGrad(() => {
          const batch = this.task.sample(length, this.model.start.size(0), { generator });
          const outputs = this.outputs(this.model.states(batch.inputs));
          return {
            loss: taskLoss(this.task, outputs, batch).item(),
            accuracy: accuracyOf(this.task, outputs, batch),
          };
        }),
      ),
    );
    const mean = (what: "loss" | "accuracy") => found.reduce((total, one) => total + one[what], 0) / batches;
    return { loss: mean("loss"), accuracy: mean("accuracy") };
  }

  /** [scored, batch] or, with several outputs, [scored, batch, outputs]. */
  private outputs(states: Tensor): Tensor {
    const { firstScored } = this.task;
    // All steps are read, although the first are not scored: cutting the small outputs is cheaper than cutting the states.
    const outputs = this.model.read(states).narrow(0, firstScored, states.size(0) - firstScored);
    return this.task.outputSize === 1 ? outputs.squeeze(-1) : outputs;
  }

  private report(loss: Tensor, outputs: Tensor, batch: TaskBatch): TrainingStep {
    const accuracy = accuracyOf(this.task, outputs, batch);
    const gradient = this.model.start.grad?.square().sum().sqrt().item() ?? 0;
    return { loss: loss.item(), accuracy, gradient };
  }

  /** What is added to the task's loss. */
  private extra(loss: Tensor, inputs: Tensor, states: Tensor, drive: Tensor | undefined): Tensor | undefined {
    const { penalty, regulariser } = this.#options;
    const parts: Tensor[] = [];
    if (penalty !== undefined) {
      const { cell, start } = this.model;
      const driveGradient = drive === undefined ? undefined : grad(loss, [drive], { retainGraph: true })[0];
      const trajectory = { cell, inputs, start: start.detach(), states, driveGradient };
      parts.push(penaltyOf(penalty.kind, trajectory).mul(penalty.weight));
    }
    if (regulariser !== undefined) parts.push(regulariser.flosser.loss().mul(regulariser.weight));
    return parts.length === 0 ? undefined : parts.reduce((total, part) => total.add(part));
  }

  /** Zeros that are added to the drive where its gradient is wanted. */
  private watchedDrive(inputs: Tensor): Tensor | undefined {
    if (this.#options.penalty?.kind !== "gradient-norm") return undefined;
    const [time = 0, batch = 0] = inputs.shape;
    const { dtype, device } = inputs;
    return zeros([time, batch, this.model.cell.weight_hh.size(0)], { dtype, device }).requiresGrad_();
  }
}

/** Mean loss over the scored outputs. */
export function taskLoss(task: Task, outputs: Tensor, { targets }: TaskBatch): Tensor {
  const { functional } = nn;
  if (task.kind === "binary") return functional.binaryCrossEntropyWithLogits(outputs, targets);
  if (task.kind === "regression") return functional.mseLoss(outputs, targets);
  return functional.crossEntropy(outputs.flatten(0, 1), targets.flatten());
}

/** Part of the answers that are right; of a regression, the mean squared error. */
export function accuracyOf(task: Task, outputs: Tensor, { targets }: TaskBatch): number {
  return scope(() =>
    noGrad(() => {
      if (task.kind === "regression") return nn.functional.mseLoss(outputs, targets).item();
      const right =
        task.kind === "binary" ? outputs.ge(0).eq(targets.gt(0.5)) : outputs.argmax({ dim: -1 }).eq(targets);
      return right.float().mean().item();
    }),
  );
}
