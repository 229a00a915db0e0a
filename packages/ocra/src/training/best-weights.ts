// The weights with the lowest validation loss so far.
import { dispose, keep, type nn, scope, type Tensor } from "@throughline/torch";

interface BestState {
  readonly loss: number | null;
  readonly step: number;
  readonly weights: Readonly<Record<string, Tensor>>;
}

/** Part of a run's checkpoints, so that a resumed run knows its best weights. */
export class BestWeights {
  #loss: number | null = null;
  #step = 0;
  #weights: Readonly<Record<string, Tensor>> = {};

  /** The lowest loss; null before the first offer. */
  get loss(): number | null {
    return this.#loss;
  }

  /** Steps of training that the best weights have had. */
  get step(): number {
    return this.#step;
  }

  /** Copies the model's weights if `loss` is lower than all before; NaN never is. */
  offer(loss: number, step: number, model: nn.AnyModule): void {
    if (!(loss < (this.#loss ?? Number.POSITIVE_INFINITY))) return;
    this.#take({ loss, step, weights: model.stateDict() as Readonly<Record<string, Tensor>> });
  }

  /** Gives the best weights to a model; those it has if there was no offer. */
  give(model: nn.AnyModule): void {
    if (this.#loss !== null) model.loadStateDict(this.#weights as never);
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
