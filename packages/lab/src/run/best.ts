// The best weights of a model during training.
import { dispose, keep, type nn, scope, type Tensor } from "@throughline/torch";

interface BestState {
  /** Quantity to minimise: the value, or with the goal `max` its negative. */
  readonly loss: number | null;
  readonly step: number;
  readonly weights: Readonly<Record<string, Tensor>>;
}

/** Copy in memory of the weights with the best value so far. If tracked, it is part of checkpoints. */
export class BestWeights {
  readonly #sign: 1 | -1;
  #loss: number | null = null;
  #step = 0;
  #weights: Readonly<Record<string, Tensor>> = {};

  /** @param goal whether less is better, or more. Default `min` */
  constructor(goal: "min" | "max" = "min") {
    this.#sign = goal === "min" ? 1 : -1;
  }

  /** The best value; null before the first offer. */
  get value(): number | null {
    return this.#loss === null ? null : this.#sign * this.#loss;
  }

  /** Steps of training that the best weights have had. */
  get step(): number {
    return this.#step;
  }

  /** Copies the model's weights if `value` is better than all before; NaN never is. */
  offer(value: number, step: number, model: nn.AnyModule): void {
    const loss = this.#sign * value;
    if (!(loss < (this.#loss ?? Number.POSITIVE_INFINITY))) return;
    scope(() => {
      this.#take({ loss, step, weights: model.stateDict() as Readonly<Record<string, Tensor>> });
    });
  }

  /** Loads the best weights into a model; without an offer it keeps its own. */
  restore(model: nn.AnyModule): void {
    if (this.#loss !== null) model.loadStateDict(this.#weights);
  }

  stateDict(): BestState {
    return { loss: this.#loss, step: this.#step, weights: this.#weights };
  }

  loadStateDict(state: BestState): void {
    this.#take(state);
  }

  #take({ loss, step, weights }: BestState): void {
    const before = this.#weights;
    this.#weights = scope(() =>
      keep(
        Object.fromEntries(Object.entries(weights).map(([name, tensor]) => [name, tensor.detach().clone()])),
      ),
    );
    dispose(before);
    this.#loss = loss;
    this.#step = step;
  }
}
