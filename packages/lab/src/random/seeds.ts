// Seeds by name: the random numbers of one part of an experiment do not depend on those of another.
import { createHash } from "node:crypto";
import { show } from "@throughline/torch/checks";
import { LabError } from "../errors.js";

/** The seed of the stream `name`: the first 8 bytes of SHA-256 of `<seed>/<name>`, little-endian, without the highest bit. */
export function seed63(seed: number, name: string): bigint {
  return createHash("sha256").update(`${seed}/${name}`).digest().readBigUInt64LE(0) & 0x7fff_ffff_ffff_ffffn;
}

/** Same as `seed63`, the lower 32 bits. */
export function seed32(seed: number, name: string): number {
  return Number(seed63(seed, name) & 0xffff_ffffn);
}

/**
 * The seed (63 bits) of stream number `index` of `seed`, for many numbered streams: two rounds of SplitMix64.
 * @param seed any whole number, as `index`
 * @throws LabError lab/random if either is no whole number
 */
export function streamSeed(seed: number, index: number): bigint {
  return splitMix64(splitMix64(whole("seed", seed)) + whole("index", index)) >> 1n;
}

function whole(name: string, value: number): bigint {
  if (Number.isSafeInteger(value)) return BigInt(value);
  throw new LabError("lab/random", `streamSeed: ${name} is ${show(value)}, accepted: a whole number`);
}

/** One output of SplitMix64 (Steele et al. 2014) from a state; a bijection of 64 bits. */
export function splitMix64(state: bigint): bigint {
  let z = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}
