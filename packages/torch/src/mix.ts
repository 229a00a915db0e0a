// Bits of seeds, mixed: pure functions of whole numbers. Importing this does not load the engine.

/** 32 bits in which each bit depends on every bit of `h`: the finaliser of MurmurHash3 (Appleby), a bijection. */
export function fmix32(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** 32 bits that depend on `start` and on every word and its place. @param words whole numbers; their lowest 32 bits count */
export function mixWords(start: number, words: Iterable<number>): number {
  let h = start;
  for (const word of words) h = fmix32(Math.imul(h, 31) + (word | 0));
  return h;
}

/** Lower and upper 32 bits of a whole number from −2⁵³ to 2⁵³. */
export function wordsOf(value: number): [low: number, high: number] {
  return [value | 0, Math.floor(value / 2 ** 32) | 0];
}
