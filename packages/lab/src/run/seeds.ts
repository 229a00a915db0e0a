// Seeds by name: what one part of an experiment draws never depends on what another has drawn.
import { createHash } from "node:crypto";

/** The seed of the stream `name`: the first 8 bytes of SHA-256 of `<seed>/<name>`, little-endian, without the highest bit. */
export function seed63(seed: number, name: string): bigint {
  return createHash("sha256").update(`${seed}/${name}`).digest().readBigUInt64LE(0) & 0x7fff_ffff_ffff_ffffn;
}

/** As `seed63`, the lower 32 bits. */
export function seed32(seed: number, name: string): number {
  return Number(seed63(seed, name) & 0xffff_ffffn);
}
