// The order of a pass: what every sampler shares.
import { Cursor, stateNumber } from "./cursor.js";

/** State of a sampler; JSON. */
export interface SamplerState {
  /** Seed of its randomness; null if it has none. */
  readonly seed: number | null;
  readonly epoch: number;
  /** Number of items of that epoch that have been given out. */
  readonly position: number;
}

/**
 * An order in which to visit samples. Each pass is a pure function of (seed, epoch): iterating gives epoch 0, then 1
 * and so on; `order` gives any one.
 *
 * @typeParam T an index, or a list of indices for a sampler of batches.
 */
export abstract class Sampler<T = number> implements Iterable<T> {
  readonly #cursor = new Cursor();
  #seed: number | null = null;

  /** Number of items in one pass. */
  abstract readonly length: number;
  /** The items of pass `epoch`. Always the same for the same `seed` and `epoch`. */
  abstract order(epoch: number): Iterable<T>;

  /** Seed of the randomness; null without randomness. */
  get seed(): number | null {
    return this.#seed;
  }
  set seed(seed: number | null) {
    this.#seed = seed;
  }

  *[Symbol.iterator](): Iterator<T> {
    let place = this.#cursor.begin();
    const { epoch } = place;
    for (const item of skip(this.order(epoch), place.position)) {
      place = this.#cursor.advance(place);
      yield item;
    }
    this.#cursor.finish(epoch);
  }

  /** State of this sampler; taken in the middle of a pass, it includes what is still to come. */
  state(): SamplerState {
    return { seed: this.seed, ...this.#cursor.position };
  }

  /**
   * Makes the next pass continue from `state`, with the same items as the sampler that it was taken from.
   * @throws TorchError `data/state` if it is not a sampler's state.
   */
  restore(state: SamplerState): void {
    const what = this.constructor.name;
    const place = {
      epoch: stateNumber(what, state, "epoch"),
      position: stateNumber(what, state, "position"),
    };
    this.seed = state.seed === null ? null : stateNumber(what, state, "seed");
    this.#cursor.restore(place);
  }
}

/** The items after the first `count`. */
export function* skip<T>(items: Iterable<T>, count: number): Generator<T, void> {
  let left = count;
  for (const item of items) {
    if (left > 0) left--;
    else yield item;
  }
}
