import { wholeNumber } from "../checks/values.js";
import { Sampler } from "./sampler.js";

/** Another sampler's indices, `batchSize` at a time (`torch.utils.data.BatchSampler`). */
export class BatchSampler extends Sampler<number[]> {
  readonly #sampler: Sampler;
  readonly #batchSize: number;
  readonly #dropLast: boolean;

  /** @param options `dropLast`: leave a last, smaller batch out. Default false. */
  constructor(sampler: Sampler, batchSize: number, options: { readonly dropLast?: boolean } = {}) {
    super();
    this.#sampler = sampler;
    this.#batchSize = wholeNumber("BatchSampler: batchSize", batchSize, 1);
    this.#dropLast = options.dropLast ?? false;
  }

  /** The order is the inner sampler's alone, and so is the seed. */
  override get seed(): number | null {
    return this.#sampler.seed;
  }
  override set seed(seed: number | null) {
    this.#sampler.seed = seed;
  }

  get length(): number {
    const batches = this.#sampler.length / this.#batchSize;
    return this.#dropLast ? Math.floor(batches) : Math.ceil(batches);
  }

  *order(epoch: number): Iterable<number[]> {
    let batch: number[] = [];
    for (const index of this.#sampler.order(epoch)) {
      batch.push(index);
      if (batch.length < this.#batchSize) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0 && !this.#dropLast) yield batch;
  }
}
