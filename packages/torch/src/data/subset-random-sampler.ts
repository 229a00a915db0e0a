import { wholeNumber } from "../checks/values.js";
import { scope } from "../memory.js";
import { Sampler } from "./sampler.js";
import { chooseSeed, epochGenerator, permutation, type SeedOptions } from "./seed.js";

/** The given indices in random order (`torch.utils.data.SubsetRandomSampler`). */
export class SubsetRandomSampler extends Sampler {
  readonly length: number;
  readonly #indices: readonly number[];

  constructor(indices: Iterable<number>, options: SeedOptions = {}) {
    super();
    this.#indices = Array.from(indices, (index, i) =>
      wholeNumber(`SubsetRandomSampler: indices[${i}]`, index),
    );
    this.length = this.#indices.length;
    this.seed = chooseSeed("SubsetRandomSampler", options);
  }

  order(epoch: number): Iterable<number> {
    const places = scope(() => permutation(this.length, epochGenerator(this.seed ?? 0, epoch, "order")));
    return Array.from(places, (place) => this.#indices[place]!);
  }
}
