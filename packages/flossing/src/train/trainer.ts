// One training step of the paper's tasks: a fresh batch, its loss, gradients clipped array by array, Adam.
import {
  distributed,
  Generator,
  grad,
  isFloatingPoint,
  noGrad,
  optim,
  scope,
  type Tensor,
  TorchError,
  tensor,
  zeros,
} from "@throughline/torch";
import {
  anyNumber,
  atLeast,
  checkOptions,
  notAccepted,
  oneOf,
  optional,
  positive,
  type Rules,
  required,
  whole,
} from "@throughline/torch/checks";
import { rule } from "../arguments.js";
import { type PenaltyKind, penaltyKinds, penaltyOf } from "../controls/penalties.js";
import { Flosser } from "../floss/flosser.js";
import type { Task, TaskBatch } from "../tasks/task.js";
import { clipEach } from "./clip.js";
import { checkFit, penalised } from "./fit.js";
import { SequenceModel } from "./model.js";
import { accuracyOf, taskLoss } from "./scores.js";

/** Options of `Trainer`. */
export interface TrainerOptions {
  /** Steps of a sequence. Default: as long as the task's are, where it says so. */
  readonly length?: number;
  /** Sequences in a batch. Default: as many as the model has starts. */
  readonly batch?: number;
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
  /** Ranks that share each batch: every rank draws the whole batch and computes its own sequences. For `stepTogether`. */
  readonly group?: distributed.ProcessGroup | undefined;
}

const anObject = rule<never>("an object", (value) => typeof value === "object" && value !== null);

const rules: Rules<TrainerOptions & { readonly lr: number; readonly clip: number }> = {
  length: optional(whole(1, 1)),
  batch: optional(whole(1, 1)),
  generator: rule("a Generator", (value) => value instanceof Generator),
  lr: positive(1e-3),
  clip: atLeast(0, 0.03),
  penalty: optional(anObject),
  regulariser: optional(anObject),
  group: optional(rule("a ProcessGroup", (value) => value instanceof distributed.ProcessGroup)),
};

const penaltyRules: Rules<NonNullable<TrainerOptions["penalty"]>> = {
  kind: required(oneOf(penaltyKinds, "orthogonality")),
  weight: required(anyNumber(0)),
};

const regulariserRules: Rules<NonNullable<TrainerOptions["regulariser"]>> = {
  flosser: rule("a Flosser", (value) => value instanceof Flosser),
  weight: required(anyNumber(0)),
};

/** Measurements of a training step, before it changes anything. */
export interface TrainingStep {
  /** The task's loss, without penalties: mean cross-entropy in nats, or mean squared error. */
  readonly loss: number;
  /** Part of the scored outputs that are right; of a regression, the mean squared error. */
  readonly accuracy: number;
  /** ‖∂L/∂h₀‖: the norm of the gradient at the states before the first step, over all sequences of the batch. */
  readonly gradient: number;
}

/** Held-out sequences that are run at once, where the model allows it. */
const EVALUATED = 250;

/** Trains a model on a task. */
export class Trainer {
  readonly model: SequenceModel;
  readonly task: Task;
  readonly optimizer: optim.Adam;
  readonly length: number;
  readonly batch: number;
  readonly #options: TrainerOptions;
  readonly #clip: number;
  readonly #parameters: readonly Tensor[];

  /** @throws TorchError if sequences are too short for the task, or the task does not fit the model */
  constructor(model: SequenceModel, task: Task, options: TrainerOptions) {
    if (!(model instanceof SequenceModel)) throw notAccepted("Trainer: the model", model, "a SequenceModel");
    if (typeof task?.sample !== "function")
      throw notAccepted("Trainer: the task", task, "a task, such as delayedCopy makes");
    const { lr, clip } = checkOptions("Trainer", rules, options);
    if (options.penalty !== undefined) checkOptions("Trainer: penalty", penaltyRules, options.penalty);
    if (options.regulariser !== undefined)
      checkOptions("Trainer: regulariser", regulariserRules, options.regulariser);
    this.model = model;
    this.task = task;
    this.length = options.length ?? task.length ?? 0;
    this.batch = options.batch ?? model.start.size(0);
    checkFit(this, options.penalty !== undefined);
    if (options.group !== undefined) checkShared(this.batch, options.group, options.penalty?.kind);
    this.#options = options;
    this.#clip = clip;
    this.#parameters = model.parameters();
    this.optimizer = new optim.Adam([...this.#parameters], { lr });
  }

  /** One step. @param reports whether what it found is wanted: asking costs a little */
  step(reports: boolean): TrainingStep | undefined {
    return scope(() => {
      const found = this.gradients(reports);
      this.update();
      return found?.step;
    });
  }

  /** Same as `step`, with the batch shared by the ranks of `group`. @throws TorchError `torch/distributed` */
  async stepTogether(reports: boolean): Promise<TrainingStep | undefined> {
    const { group } = this.#options;
    if (group === undefined) return this.step(reports);
    const sums = scope(() => {
      const { step, part } = this.gradients(true)!;
      const { loss, accuracy, gradient } = step;
      return tensor([part * loss, part * accuracy, gradient ** 2], { dtype: "float64" }).keep();
    });
    await distributed.sumGradients(group, this.#parameters, [sums]);
    const [loss, accuracy, square] = sums.toTypedArray() as Float64Array;
    sums.dispose();
    this.update();
    if (!reports) return undefined;
    return { loss: loss!, accuracy: accuracy!, gradient: Math.sqrt(square!) };
  }

  /** Fills in the gradients of this process's sequences. */
  private gradients(reports: boolean): { readonly step: TrainingStep; readonly part: number } | undefined {
    const { generator, group } = this.#options;
    const whole = this.sample(generator);
    const { start: first, count } = distributed.shareOf(this.batch, group);
    const batch = group === undefined ? whole : partOf(whole, first, count);
    const drive = this.watchedDrive(batch.inputs);
    const starts = this.model.starts(this.batch);
    const start = group === undefined ? starts : starts.narrow(0, first, count);
    // Keeps the gradient with respect to each sequence's initial state, also where sequences share one.
    if (reports && start !== this.model.start) start.retainGrad();
    const states = this.model.states(batch.inputs, { drive, start });
    const outputs = this.outputs(states);
    const loss = taskLoss(this.task, outputs, batch);
    const part = group === undefined ? 1 : partOfAnswers(whole, batch);
    const extra = this.extra(loss, batch.inputs, states, start, drive);
    this.optimizer.zeroGrad();
    const own = part === 1 ? loss : loss.mul(part);
    (extra === undefined ? own : own.add(extra)).backward();
    return reports ? { step: this.report(loss, outputs, batch, start), part } : undefined;
  }

  private update(): void {
    if (this.#clip > 0) clipEach(this.#parameters, this.#clip);
    this.optimizer.step();
  }

  /**
   * Loss and accuracy on what the task holds out, all of it; else on `batches` fresh batches drawn from `generator`.
   */
  evaluate(batches: number, generator: Generator): { readonly loss: number; readonly accuracy: number } {
    const { heldOut } = this.task;
    if (heldOut === undefined) {
      return meanOf(Array.from({ length: batches }, () => this.score(() => this.sample(generator))));
    }
    const most = this.model.start.size(0) === 1 ? Math.max(this.batch, EVALUATED) : this.batch;
    const parts = Array.from({ length: Math.ceil(heldOut.size / most) }, (_, i) => {
      const count = Math.min(most, heldOut.size - i * most);
      return this.score(() => this.placed(heldOut.batch(i * most, count)));
    });
    return meanOf(parts);
  }

  /** A batch of training sequences where the model is, in its dtype. */
  private sample(generator: Generator): TaskBatch {
    return this.placed(this.task.sample(this.length, this.batch, { generator }));
  }

  private placed(batch: TaskBatch): TaskBatch {
    const { device, dtype } = this.model.start;
    if (device === batch.inputs.device && dtype === batch.inputs.dtype) return batch;
    const { inputs, targets, mask } = batch;
    return {
      inputs: inputs.to({ device, dtype }),
      targets: isFloatingPoint(targets.dtype) ? targets.to({ device, dtype }) : targets.to(device),
      ...(mask && { mask: mask.to({ device, dtype }) }),
    };
  }

  /** Loss and accuracy on one batch, and how many answers they are of. */
  private score(draw: () => TaskBatch): Score {
    return scope(() =>
      noGrad(() => {
        const batch = draw();
        const outputs = this.outputs(this.model.states(batch.inputs));
        const [scored = 0, sequences = 0] = batch.targets.shape;
        return {
          loss: taskLoss(this.task, outputs, batch).item(),
          accuracy: accuracyOf(this.task, outputs, batch),
          answers: batch.mask === undefined ? scored * sequences : batch.mask.sum().item(),
        };
      }),
    );
  }

  /** [S, B] or, with several outputs, [S, B, outputs]. */
  private outputs(states: Tensor): Tensor {
    const outputs = this.model.read(states, this.task.firstScored);
    return this.task.outputSize === 1 ? outputs.squeeze(-1) : outputs;
  }

  private report(loss: Tensor, outputs: Tensor, batch: TaskBatch, start: Tensor): TrainingStep {
    const accuracy = accuracyOf(this.task, outputs, batch);
    const gradient = start.grad?.square().sum().sqrt().item() ?? 0;
    return { loss: loss.item(), accuracy, gradient };
  }

  /** Penalty that is added to the task's loss. */
  private extra(
    loss: Tensor,
    inputs: Tensor,
    states: Tensor,
    starts: Tensor,
    drive: Tensor | undefined,
  ): Tensor | undefined {
    const { penalty, regulariser, group } = this.#options;
    // Of a mean over sequences each rank has its part; what does not depend on them, all ranks compute alike.
    const part = inputs.size(1) / this.batch;
    const alike = 1 / (group?.size ?? 1);
    const parts: Tensor[] = [];
    if (penalty !== undefined) {
      const cell = penalised(this.model.cell)!;
      const driveGradient = drive === undefined ? undefined : grad(loss, [drive], { retainGraph: true })[0];
      const trajectory = { cell, inputs, start: starts.detach(), states, driveGradient };
      const share = penalty.kind === "jacobian-norm" ? part : alike;
      parts.push(penaltyOf(penalty.kind, trajectory).mul(penalty.weight * share));
    }
    if (regulariser !== undefined) parts.push(regulariser.flosser.loss().mul(regulariser.weight * alike));
    return parts.length === 0 ? undefined : parts.reduce((total, part) => total.add(part));
  }

  /** Zeros that are added to the drive where its gradient is wanted. */
  private watchedDrive(inputs: Tensor): Tensor | undefined {
    if (this.#options.penalty?.kind !== "gradient-norm") return undefined;
    const [time = 0, batch = 0] = inputs.shape;
    const { dtype, device } = inputs;
    return zeros([time, batch, this.model.cell.stateSize], { dtype, device }).requiresGrad_();
  }
}

/** @throws TorchError `torch/argument` for what ranks cannot share */
function checkShared(batch: number, group: distributed.ProcessGroup, penalty: PenaltyKind | undefined): void {
  distributed.shareOf(batch, group);
  if (penalty === "gradient-norm")
    throw new TorchError(
      "torch/argument",
      "Trainer: the penalty gradient-norm counts gradients over the whole batch, which ranks do not have; accepted with ranks: the others",
    );
}

/** Some sequences of a batch. */
function partOf({ inputs, targets, mask }: TaskBatch, first: number, count: number): TaskBatch {
  const cut = (tensor: Tensor): Tensor => tensor.narrow(1, first, count);
  return { inputs: cut(inputs), targets: cut(targets), ...(mask && { mask: cut(mask) }) };
}

/** Share of a batch's answers that count which some of its sequences have. */
function partOfAnswers(whole: TaskBatch, part: TaskBatch): number {
  if (whole.mask === undefined || part.mask === undefined) return part.inputs.size(1) / whole.inputs.size(1);
  return part.mask.sum().item() / whole.mask.sum().item();
}

interface Score {
  readonly loss: number;
  readonly accuracy: number;
  readonly answers: number;
}

function meanOf(scores: readonly Score[]): { readonly loss: number; readonly accuracy: number } {
  const total = scores.reduce((sum, { answers }) => sum + answers, 0);
  const mean = (what: "loss" | "accuracy"): number =>
    scores.reduce((sum, score) => sum + score[what] * score.answers, 0) / total;
  return { loss: mean("loss"), accuracy: mean("accuracy") };
}
