// Seeds of the randomness of an epoch and of a sample: seeds that are pure functions of (seed, epoch, index).

import { wholeNumber } from "../checks/values.js";
import { call } from "../dispatch.js";
import { scope } from "../memory.js";
import { fmix32, mixWords, wordsOf } from "../mix.js";
import { Generator } from "../random.js";

/** Source of a loader's or a sampler's seed. */
export interface SeedOptions {
  /** A whole number below 2⁵³. Default: drawn from `generator`. */
  readonly seed?: number;
  /** Asked once, when the sampler or loader is made. Default: PyTorch's default one, so `manualSeed` governs it. */
  readonly generator?: Generator;
}

/** The seed that the options name, or a new one drawn from the generator. */
export function chooseSeed(what: string, { seed, generator }: SeedOptions): number {
  if (seed !== undefined) return wholeNumber(`${what}: seed`, seed);
  return scope(() => {
    const source = generator ?? Generator.default();
    return call("aten::randint.low_generator", 0, 2 ** 53 - 1, [], source, "int64").item();
  });
}

/** Purpose of a stream of random numbers; different uses of one seed must not meet. */
const purposes = { order: 1, sample: 2, stream: 3 } as const;

type Purpose = keyof typeof purposes;

/** The seed (32 bits, all that the Mersenne Twister takes) of one epoch's order, samples or stream. */
export function epochSeed(seed: number, epoch: number, purpose: Purpose): number {
  return mixWords(purposes[purpose], [...wordsOf(seed), ...wordsOf(epoch)]);
}

/** The seed of sample `index`, given its epoch's: within an epoch no two of up to 2³² samples share one. */
export function sampleSeed(epoch: number, index: number): number {
  return fmix32(epoch + Math.imul(index | 0, 0x9e3779b1));
}

/** A generator for one epoch; the caller's scope, or the caller, releases it. */
export function epochGenerator(seed: number, epoch: number, purpose: Purpose): Generator {
  return Generator.create({ seed: epochSeed(seed, epoch, purpose) });
}

/** A permutation of 0 … length − 1. */
export function permutation(length: number, generator: Generator): Float64Array {
  // float64 holds every index exactly and saves the way through bigint; the draws do not depend on the dtype.
  return scope(
    () => call("aten::randperm.generator", length, generator, "float64").toTypedArray() as Float64Array,
  );
}
