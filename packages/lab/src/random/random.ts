// Random numbers for what is made in JavaScript: a stream for any list of words, without a call of the engine.
import { show } from "@throughline/torch/checks";
import { fmix32, mixWords, wordsOf } from "@throughline/torch/mix";
import { LabError } from "../errors.js";

/** Four words of 32 bits, not all 0. */
export type RandomState = readonly [number, number, number, number];

/**
 * A stream of random numbers: xoshiro128** (Blackman and Vigna 2021), period 2¹²⁸ − 1. Equal keys give equal streams; streams
 * of different keys are unrelated for all practical purposes. It can be part of checkpoints.
 * @example new Random("mazes", seed, episode).below(4)
 */
export class Random {
  readonly #state = new Uint32Array(4);

  /** @param key the stream's name, such as a purpose, a seed and an index: whole numbers to ±2⁵³, and texts. */
  constructor(...key: readonly (number | string)[]) {
    const words = key.flatMap(wordsOfPart);
    for (let lane = 0; lane < 4; lane++) {
      this.#state[lane] = fmix32(mixWords(0x9e3779b9 + lane, words) + lane);
    }
    if (this.#state.every((word) => word === 0)) this.#state[0] = 1;
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

  /** Uniform on 0 … n − 1, without bias. @throws LabError lab/random unless n is a whole number from 1 to 2⁵³ */
  below(n: number): number {
    if (!(Number.isInteger(n) && n >= 1 && n <= 2 ** 53)) throw refuse("below: n", n, "from 1 to 2⁵³");
    const range = n <= 2 ** 32 ? 2 ** 32 : 2 ** 53;
    const limit = range - (range % n);
    for (;;) {
      const drawn = n <= 2 ** 32 ? this.bits() : this.unit() * 2 ** 53;
      if (drawn < limit) return drawn % n;
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

  /** `count` different numbers of 0 … n − 1, in random order. @throws LabError lab/random for more than n */
  sample(n: number, count: number): number[] {
    if (!(Number.isInteger(count) && count >= 0 && count <= n))
      throw refuse("sample: count", count, `from 0 to ${n}`);
    const chosen = new Set<number>();
    while (chosen.size < count) chosen.add(this.below(n));
    return [...chosen];
  }

  /** State of the stream, for `restore`. */
  stateDict(): RandomState {
    return [...this.#state] as [number, number, number, number];
  }

  /** Restores a state. @throws LabError lab/random unless it is four words, not all 0 */
  loadStateDict(state: RandomState): void {
    const isState = Array.isArray(state) && state.length === 4 && state.every((word) => word >>> 0 === word);
    if (!isState || state.every((word) => word === 0)) {
      throw new LabError(
        "lab/random",
        `Random: the state is ${show(state)}, accepted: four words of 32 bits, not all 0`,
      );
    }
    this.#state.set(state);
  }
}

function wordsOfPart(part: number | string): number[] {
  if (typeof part === "number") return wordsOf(part);
  return [part.length, ...Array.from(part, (character) => character.codePointAt(0)!)];
}

function refuse(what: string, value: number, range: string): LabError {
  return new LabError("lab/random", `Random.${what} is ${show(value)}, accepted: a whole number ${range}`);
}
