// Where the randomness of an epoch and of a sample comes from: seeds that are pure functions of (seed, epoch, index).

import { wholeNumber } from "../checks/values.js";
import { call } from "../dispatch.js";
import { scope } from "../memory.js";
import { Generator } from "../random.js";

/** Where a loader or a sampler takes its seed from. */
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

/** What a stream of random numbers is for; different uses of one seed must not meet. */
const purposes = { order: 1, sample: 2, stream: 3 } as const;

type Purpose = keyof typeof purposes;

/** 32 bits in which each bit depends on every bit of `h` (the finaliser of MurmurHash3: a bijection). */
function scramble(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The seed (32 bits, all that the Mersenne Twister takes) of one epoch's order, samples or stream. */
export function epochSeed(seed: number, epoch: number, purpose: Purpose): number {
  let h: number = purposes[purpose];
  for (const word of [seed, Math.floor(seed / 2 ** 32), epoch, Math.floor(epoch / 2 ** 32)]) {
    h = scramble(Math.imul(h, 31) + (word | 0));
  }
  return h;
}

/** The seed of sample `index`, given its epoch's: within an epoch no two of up to 2³² samples share one. */
export function sampleSeed(epoch: number, index: number): number {
  return scramble(epoch + Math.imul(index | 0, 0x9e3779b1));
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
