import { wholeNumber } from "../checks/values.js";
import { call } from "../dispatch.js";
import { TorchError } from "../errors.js";
import { scope } from "../memory.js";
import { fromBytes } from "../tensor/base.js";
import { Sampler } from "./sampler.js";
import { chooseSeed, epochGenerator, type SeedOptions } from "./seed.js";

/** Options of `WeightedRandomSampler`. */
export interface WeightedRandomSamplerOptions extends SeedOptions {
  /** True if an index may come more than once in a pass. Default true. */
  readonly replacement?: boolean;
}

/**
 * `numSamples` indices, index i with probability wᵢ / Σw (`torch.utils.data.WeightedRandomSampler`): for classes of
 * unequal size, give each sample 1 / (size of its class).
 */
export class WeightedRandomSampler extends Sampler {
  readonly length: number;
  readonly #weights: Float64Array;
  readonly #replacement: boolean;

  /**
   * @param weights one for each sample, finite and not negative, not all zero; they need not sum to 1.
   * @throws TorchError `torch/argument` for other weights, or if without replacement fewer of them are positive than
   * samples are asked for.
   */
  constructor(weights: Iterable<number>, numSamples: number, options: WeightedRandomSamplerOptions = {}) {
    super();
    this.#weights = Float64Array.from(weights);
    this.#replacement = options.replacement ?? true;
    this.length = wholeNumber("WeightedRandomSampler: numSamples", numSamples);
    const bad = this.#weights.findIndex((weight) => !(weight >= 0 && weight < Infinity));
    if (bad >= 0) refuse(`weights[${bad}] is ${this.#weights[bad]}; give finite numbers of 0 or more`);
    const positive = this.#weights.reduce((count, weight) => count + Number(weight > 0), 0);
    const needed = this.#replacement ? Math.min(1, this.length) : this.length;
    if (positive < needed) {
      refuse(
        `${this.length} samples ${this.#replacement ? "with" : "without"} replacement need at least ` +
          `${needed} positive weights, there are ${positive}`,
      );
    }
    this.seed = chooseSeed("WeightedRandomSampler", options);
  }

  order(epoch: number): Iterable<number> {
    if (this.length === 0) return [];
    return scope(() => {
      const weights = fromBytes(this.#weights, [this.#weights.length], "float64");
      const generator = epochGenerator(this.seed ?? 0, epoch, "order");
      const drawn = call("aten::multinomial", weights, this.length, this.#replacement, generator);
      return Array.from(drawn.toTypedArray() as BigInt64Array, Number);
    });
  }
}

function refuse(reason: string): never {
  throw new TorchError("torch/argument", `WeightedRandomSampler: ${reason}`);
}
