// Trains a model of a task, and tests it.
import {
  amp,
  type distributed,
  type Generator,
  type nn,
  noGrad,
  optim,
  scope,
  type Tensor,
} from "@throughline/torch";
import { knownOptions, type OptionNames, positiveNumber, wholeNumber } from "@throughline/torch/checks";
import { CompletionScorer, type Scorer } from "../reasoning/scorer.js";
import type { JointBatch, SlotDraw } from "../slots/slot-attention.js";
import { backwardPart, joinMeans, jointOf } from "./joint.js";
import { countRight, lossOf, rightPictures, scoresOf, type TaskBatch, type TaskForm } from "./task-batch.js";
import type { TaskStream } from "./task-streams.js";

/** Options of `TaskTrainer`. */
export interface TaskTrainerOptions {
  readonly form: TaskForm;
  /** Step size of Adam. */
  readonly lr: number;
  /** Steps of linear warm-up. Default 0, as in the paper. */
  readonly warmup?: number;
  /** Number of steps over which half a period of a cosine takes the step size to 0. Default: it stays, as in the paper. */
  readonly decaySteps?: number;
  /** Draws the initial slots of models that have slots of their own. */
  readonly generator: Generator;
  /** Ranks that share each batch, for `stepTogether`. */
  readonly group?: distributed.ProcessGroup | undefined;
  /** Default `float32`. */
  readonly precision?: "float32" | "bfloat16";
  /** Device of the model. Default `cpu`. */
  readonly device?: string;
}

const names: OptionNames<TaskTrainerOptions> = {
  form: true,
  lr: true,
  warmup: true,
  decaySteps: true,
  generator: true,
  group: true,
  precision: true,
  device: true,
};

/** Mean loss and share of right answers. */
export interface TaskScore {
  readonly loss: number;
  /** NaN for steps of a model that compares no candidates while it learns. */
  readonly accuracy: number;
}

/** Adam with PyTorch's defaults, and a constant learning rate unless told otherwise. Source: paper §4.3.2, authors' code. */
export class TaskTrainer {
  readonly model: Scorer;
  readonly optimizer: optim.Adam;
  readonly #options: TaskTrainerOptions;
  readonly #share: optim.lrScheduler.RateFunction;

  /** @throws TorchError for unknown options, a step size that is not above 0, or steps that are no whole number */
  constructor(model: Scorer, options: TaskTrainerOptions) {
    knownOptions("TaskTrainer", names, options);
    positiveNumber("TaskTrainer: lr", options.lr);
    const warmup = wholeNumber("TaskTrainer: warmup", options.warmup ?? 0);
    this.model = model;
    this.#options = options;
    const warm = optim.lrScheduler.linearWarmup(warmup);
    const { decaySteps } = options;
    if (decaySteps !== undefined) wholeNumber("TaskTrainer: decaySteps", decaySteps, 1);
    const left = decaySteps === undefined ? () => 1 : optim.lrScheduler.cosineDecay(decaySteps);
    this.#share = (step) => warm(step) * left(step);
    this.optimizer = new optim.Adam([...(model as nn.AnyModule).parameters()], { lr: options.lr });
  }

  /** One step; what it found before it changed anything. @param step counts from 0 */
  step(batch: TaskBatch, step: number): TaskScore {
    const found = this.gradients(batch, step);
    this.update();
    return found;
  }

  /**
   * Same as `step`, for the ranks of `group`.
   * @param read makes this rank's share of the batch; it is run in a scope, in the trainer's precision
   * @param problems of all ranks together
   * @returns the score of the whole batch
   * @throws TorchError `torch/distributed`
   */
  async stepTogether(read: () => TaskBatch, step: number, problems: number): Promise<TaskScore> {
    const { group } = this.#options;
    const joint = jointOf(problems, group);
    const own = scope(() => this.gradients(this.mixed(read), step, joint));
    if (group === undefined || joint === undefined) {
      this.update();
      return own;
    }
    const parameters = (this.model as nn.AnyModule).parameters();
    const [loss, accuracy] = await joinMeans(group, parameters, joint, [own.loss, own.accuracy]);
    this.update();
    return { loss: loss!, accuracy: accuracy! };
  }

  /** Fills in gradients. */
  private gradients(batch: TaskBatch, step: number, joint?: JointBatch): TaskScore {
    const { form, lr, generator } = this.#options;
    const share = this.#share(step);
    for (const group of this.optimizer.paramGroups) group.lr = lr * share;
    this.model.train();
    return scope(() => {
      const { loss, scores } = this.learn(batch, { generator, joint });
      this.optimizer.zeroGrad();
      backwardPart(loss, joint);
      const right = scores === null ? Number.NaN : countRight(scores, batch.target, form);
      return { loss: loss.item(), accuracy: right / batch.target.numel };
    });
  }

  private update(): void {
    scope(() => this.optimizer.step());
  }

  /** Over all problems of a stream's next epoch. @param generator draws all initial slots of this evaluation */
  async evaluate({ loader, read }: TaskStream, generator: Generator): Promise<TaskScore> {
    const { form } = this.#options;
    let [loss, right, problems] = [0, 0, 0];
    for await (const raw of loader) {
      scope(() =>
        noGrad(() => {
          this.model.eval();
          const batch = this.mixed(() => read(raw, { generator }));
          const answer = this.answer(batch, { generator });
          const count = batch.target.numel;
          loss += count * answer.loss.item();
          right += countRight(answer.scores, batch.target, form);
          problems += count;
        }),
      );
    }
    return { loss: loss / problems, accuracy: right / problems };
  }

  private learn(batch: TaskBatch, draw: SlotDraw): { scores: Tensor | null; loss: Tensor } {
    const { model } = this;
    if (!(model instanceof CompletionScorer)) return this.answer(batch, draw);
    return { scores: null, loss: this.mixed(() => model.loss(rightPictures(batch), draw)) };
  }

  private answer(batch: TaskBatch, draw: SlotDraw): { scores: Tensor; loss: Tensor } {
    const { form } = this.#options;
    return this.mixed(() => {
      const scores = scoresOf(this.model, batch, form, draw);
      return { scores, loss: lossOf(this.model, scores, batch.target, form) };
    });
  }

  /** Runs `body` in the trainer's precision, such as the encoding of a batch. */
  mixed<T>(body: () => T): T {
    const { precision = "float32", device = "cpu" } = this.#options;
    return amp.autocast({ device, dtype: "bfloat16", enabled: precision === "bfloat16" }, body);
  }
}
