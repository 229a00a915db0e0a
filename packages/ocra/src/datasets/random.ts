// Random numbers for contents that are made in JavaScript: a stream for any list of words, without a call of the engine.
import { type Generator, randint, scope } from "@throughline/torch";
import { OcraDataError } from "./errors.js";

/** 32 bits in which each bit depends on every bit of `h` (the finaliser of MurmurHash3). */
function scramble(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function words(key: readonly (number | string)[]): number[] {
  return key.flatMap((part) =>
    typeof part === "string"
      ? [part.length, ...Array.from(part, (character) => character.codePointAt(0)!)]
      : [part | 0, Math.floor(part / 2 ** 32) | 0],
  );
}

/**
 * A stream of random numbers: xoshiro128** (Blackman and Vigna 2018). Equal keys give equal streams; streams of different
 * keys are unrelated for all practical purposes.
 */
export class Random {
  readonly #state = new Uint32Array(4);

  /** @param key what the stream belongs to, such as a seed, a purpose and an index: whole numbers and texts. */
  constructor(...key: readonly (number | string)[]) {
    for (let lane = 0; lane < 4; lane++) {
      let h = 0x9e3779b9 + lane;
      for (const word of words(key)) h = scramble(Math.imul(h, 31) + word);
      this.#state[lane] = scramble(h + lane);
    }
    if (this.#state.every((word) => word === 0)) this.#state[0] = 1;
  }

  /** A stream that starts from a generator of the engine: one draw. */
  static from(generator: Generator): Random {
    return new Random(scope(() => randint(2 ** 48, [1], { generator }).item()));
  }

  /** 32 random bits. */
  bits(): number {
    const s = this.#state;
    const scrambled = Math.imul(s[1]!, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const shifted = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= shifted;
    s[3] = (s[3]! << 11) | (s[3]! >>> 21);
    return result;
  }

  /** Uniform on [0, 1), 53 bits. */
  unit(): number {
    return ((this.bits() >>> 5) * 2 ** 26 + (this.bits() >>> 6)) / 2 ** 53;
  }

  /** Uniform on [low, high). */
  uniform(low: number, high: number): number {
    return low + (high - low) * this.unit();
  }

  /** Uniform on 0 … n − 1, without bias. @param n 1 to 2⁵³ */
  below(n: number): number {
    if (!(n >= 1)) throw new OcraDataError("argument", `Random.below: n is ${n}; accepted: 1 to 2⁵³`);
    const [range, draw] =
      n <= 2 ** 32 ? [2 ** 32, () => this.bits()] : [2 ** 53, () => this.unit() * 2 ** 53];
    const limit = range - (range % n);
    for (;;) {
      const bits = draw();
      if (bits < limit) return bits % n;
    }
  }

  /** Puts the items into random order, in place; returns them. */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T {
    for (let last = items.length - 1; last > 0; last--) {
      const other = this.below(last + 1);
      [items[last], items[other]] = [items[other], items[last]];
    }
    return items;
  }

  /** `count` different numbers of 0 … n − 1, in random order. */
  sample(n: number, count: number): number[] {
    const chosen = new Set<number>();
    while (chosen.size < count) chosen.add(this.below(n));
    return [...chosen];
  }
}
