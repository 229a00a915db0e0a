import { wholeNumber } from "../checks/values.js";
import { call } from "../dispatch.js";
import { TorchError } from "../errors.js";
import { scope } from "../memory.js";
import { Sampler } from "./sampler.js";
import { chooseSeed, epochGenerator, permutation, type SeedOptions } from "./seed.js";

/** Options of `RandomSampler`. */
export interface RandomSamplerOptions extends SeedOptions {
  /** Draw each index independently of the others. Default false: every index once before any comes again. */
  readonly replacement?: boolean;
  /** Number of indices in a pass. Default: as many as there are samples. */
  readonly numSamples?: number;
}

/**
 * All indices in random order, or `numSamples` of them (`torch.utils.data.RandomSampler`). Without replacement, more
 * samples than there are come as one permutation after another.
 */
export class RandomSampler extends Sampler {
  readonly length: number;
  readonly #size: number;
  readonly #replacement: boolean;

  /** @param source a dataset, or a number of samples. */
  constructor(source: number | { readonly length: number }, options: RandomSamplerOptions = {}) {
    super();
    this.#size = wholeNumber("RandomSampler: length", typeof source === "number" ? source : source.length);
    this.#replacement = options.replacement ?? false;
    this.length = wholeNumber("RandomSampler: numSamples", options.numSamples ?? this.#size);
    if (this.length > 0 && this.#size === 0) {
      throw new TorchError("torch/argument", `RandomSampler: ${this.length} samples of an empty dataset`);
    }
    this.seed = chooseSeed("RandomSampler", options);
  }

  order(epoch: number): Iterable<number> {
    return scope(() => {
      const generator = epochGenerator(this.seed ?? 0, epoch, "order");
      if (this.#replacement) {
        if (this.length === 0) return [];
        const drawn = call("aten::randint.generator", this.#size, [this.length], generator, "float64");
        return drawn.toTypedArray() as Float64Array;
      }
      const order = new Float64Array(this.length);
      for (let start = 0; start < this.length; start += this.#size) {
        order.set(permutation(this.#size, generator).subarray(0, this.length - start), start);
      }
      return order;
    });
  }
}
