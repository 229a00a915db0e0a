import { knownOptions, type OptionNames } from "../checks/options.js";
import { wholeNumber } from "../checks/values.js";
import { Generator } from "../random.js";
import { Sampler } from "./sampler.js";
import { permutation } from "./seed.js";

/** Options of `DistributedSampler`. */
export interface DistributedSamplerOptions {
  /** Number of ranks, which share the samples. */
  readonly numReplicas: number;
  /** Number of this rank, from 0. */
  readonly rank: number;
  /** A new random order each epoch. Default true. */
  readonly shuffle?: boolean;
  /** The same on all ranks. Default 0. */
  readonly seed?: number;
  /** Leave samples out, so that all ranks have as many. Default false: the first come twice. */
  readonly dropLast?: boolean;
}

const names: OptionNames<DistributedSamplerOptions> = {
  numReplicas: true,
  rank: true,
  shuffle: true,
  seed: true,
  dropLast: true,
};

/**
 * Every `numReplicas`-th index, beginning with `rank` (`torch.utils.data.distributed.DistributedSampler`, with the same indices):
 * of the permutation that PyTorch draws from the seed plus the epoch. Epochs follow each other by themselves; there is no `setEpoch`.
 */
export class DistributedSampler extends Sampler {
  readonly length: number;
  readonly #samples: number;
  readonly #replicas: number;
  readonly #rank: number;
  readonly #shuffles: boolean;

  /** @param source a dataset, or a number of samples. */
  constructor(source: number | { readonly length: number }, options: DistributedSamplerOptions) {
    super();
    const {
      numReplicas,
      rank,
      shuffle = true,
      seed = 0,
      dropLast = false,
    } = knownOptions("DistributedSampler", names, options);
    const given = typeof source === "number" ? source : source.length;
    this.#samples = wholeNumber("DistributedSampler: length", given, 1);
    this.#replicas = wholeNumber("DistributedSampler: numReplicas", numReplicas, 1);
    this.#rank = wholeNumber("DistributedSampler: rank", rank, 0, numReplicas - 1);
    this.#shuffles = shuffle;
    this.seed = wholeNumber("DistributedSampler: seed", seed);
    const each = this.#samples / numReplicas;
    this.length =
      dropLast && !Number.isInteger(each)
        ? Math.ceil((this.#samples - numReplicas) / numReplicas)
        : Math.ceil(each);
  }

  *order(epoch: number): Iterable<number> {
    const order = this.#shuffles ? this.#permutation(epoch) : undefined;
    for (let at = 0; at < this.length; at++) {
      // Past the end, the order begins again.
      const place = (at * this.#replicas + this.#rank) % this.#samples;
      yield order === undefined ? place : order[place]!;
    }
  }

  #permutation(epoch: number): Float64Array {
    const generator = Generator.create({ seed: (this.seed ?? 0) + epoch });
    try {
      return permutation(this.#samples, generator);
    } finally {
      generator.dispose();
    }
  }
}
