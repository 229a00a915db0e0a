// Independent streams of random numbers from one seed.
import { notAccepted } from "@throughline/torch/checks";

const mask = (1n << 64n) - 1n;

/** Steele, Lea and Flood's mixing function (SplitMix64). */
function mix(value: bigint): bigint {
  let z = (value + 0x9e3779b97f4a7c15n) & mask;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask;
  return z ^ (z >> 31n);
}

/** The seed of stream number `index` of `seed`; numbers of different streams have nothing in common. */
export function streamSeed(seed: number, index: number): bigint {
  if (!Number.isSafeInteger(seed)) throw notAccepted("seed", seed, "a whole number");
  return mix(mix(BigInt.asUintN(64, BigInt(seed))) + BigInt(index)) >> 1n;
}
