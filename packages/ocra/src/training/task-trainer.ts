// Trains a model of a task, and tests it.
import { amp, type Generator, type nn, noGrad, optim, scope, type Tensor } from "@throughline/torch";
import { knownOptions, type OptionNames, positiveNumber, wholeNumber } from "@throughline/torch/checks";
import { CompletionScorer, type Scorer } from "../reasoning/scorer.js";
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
    const { form, lr, generator } = this.#options;
    const share = this.#share(step);
    for (const group of this.optimizer.paramGroups) group.lr = lr * share;
    this.model.train();
    return scope(() => {
      const { loss, scores } = this.learn(batch, generator);
      this.optimizer.zeroGrad();
      loss.backward();
      this.optimizer.step();
      const right = scores === null ? Number.NaN : countRight(scores, batch.target, form);
      return { loss: loss.item(), accuracy: right / batch.target.numel };
    });
  }

  /** Over all problems of a stream's next epoch. @param generator draws all initial slots of this evaluation */
  async evaluate({ loader, read }: TaskStream, generator: Generator): Promise<TaskScore> {
    const { form } = this.#options;
    let [loss, right, problems] = [0, 0, 0];
    for await (const raw of loader) {
      scope(() =>
        noGrad(() => {
          this.model.eval();
          const batch = this.mixed(() => read(raw, generator));
          const answer = this.answer(batch, generator);
          const count = batch.target.numel;
          loss += count * answer.loss.item();
          right += countRight(answer.scores, batch.target, form);
          problems += count;
        }),
      );
    }
    return { loss: loss / problems, accuracy: right / problems };
  }

  private learn(batch: TaskBatch, generator: Generator): { scores: Tensor | null; loss: Tensor } {
    const { model } = this;
    if (!(model instanceof CompletionScorer)) return this.answer(batch, generator);
    return { scores: null, loss: this.mixed(() => model.loss(rightPictures(batch), { generator })) };
  }

  private answer(batch: TaskBatch, generator: Generator): { scores: Tensor; loss: Tensor } {
    const { form } = this.#options;
    return this.mixed(() => {
      const scores = scoresOf(this.model, batch, form, { generator });
      return { scores, loss: lossOf(this.model, scores, batch.target, form) };
    });
  }

  /** Runs `body` in the trainer's precision, such as the encoding of a batch. */
  mixed<T>(body: () => T): T {
    const { precision = "float32", device = "cpu" } = this.#options;
    return amp.autocast({ device, dtype: "bfloat16", enabled: precision === "bfloat16" }, body);
  }
}
