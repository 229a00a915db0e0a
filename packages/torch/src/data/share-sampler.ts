import { type Place, shareOf } from "../distributed/share.js";
import { Sampler } from "./sampler.js";

/** One rank's share of each batch of another sampler: the shares of all ranks together are that batch. */
export class ShareSampler extends Sampler<number[]> {
  readonly #batches: Sampler<number[]>;
  readonly #place: Place;

  constructor(batches: Sampler<number[]>, place: Place) {
    super();
    this.#batches = batches;
    this.#place = place;
  }

  /** The order is the other sampler's alone, and so is the seed. */
  override get seed(): number | null {
    return this.#batches.seed;
  }
  override set seed(seed: number | null) {
    this.#batches.seed = seed;
  }

  get length(): number {
    return this.#batches.length;
  }

  *order(epoch: number): Iterable<number[]> {
    for (const batch of this.#batches.order(epoch)) {
      const { start, count } = shareOf(batch.length, this.#place);
      yield batch.slice(start, start + count);
    }
  }
}
