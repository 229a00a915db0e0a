// A corridor with a goal somewhere in it and a floor that slips: an environment in a few lines, which breaks what it is told to.
import type { ContractEnvironment, ContractStep } from "@throughline/testing/contracts/environments";
import { rand } from "@throughline/torch";

/** Ways to break the contract. */
export type Break =
  | "space"
  | "reward"
  | "counts resets"
  | "ignores the seed"
  | "ignores the number"
  | "carries on"
  | "shares"
  | "Math.random"
  | "libtorch"
  | "never ends"
  | "early cut"
  | "steps before reset"
  | "steps after the end"
  | "steps after close"
  | "takes anything"
  | "moves when refused"
  | "takes any seed"
  | "draws a step"
  | "flickers";

/** 32 bits of whole numbers: FNV-1a. */
function mixed(...words: readonly number[]): number {
  let hash = 0x811c9dc5;
  for (const word of words) {
    hash = Math.imul(hash ^ word, 0x01000193);
    hash ^= hash >>> 13;
  }
  return hash >>> 0;
}

let shared = 0;

/** A corridor; actions are 0, back, and 1, on. The observation is the place and the goal. */
export class Corridor implements ContractEnvironment {
  readonly spec = { id: "Corridor-v0", horizon: 12 };
  readonly observationSpace = {
    contains: (value: unknown): boolean =>
      value instanceof Float32Array && value.length === 2 && value.every((one) => one >= -99 && one <= 99),
  };
  readonly actionSpace = { contains: (value: unknown): boolean => value === 0 || value === 1 };
  readonly #breaks: Break | undefined;
  #seed = 0;
  #episode = -1;
  #resets = 0;
  #carried = 0;
  #time = 0;
  #place = 0;
  #drawn = 0;
  #state: "new" | "running" | "ended" | "closed" = "new";

  constructor(breaks?: Break) {
    this.#breaks = breaks;
  }

  reset({ seed, options }: { seed?: number; options?: { episode?: number } } = {}): {
    observation: Float32Array;
    info: object;
  } {
    if (this.#state === "closed") throw new Error("closed");
    if (seed !== undefined && !(Number.isSafeInteger(seed) && seed >= 0) && !this.#is("takes any seed"))
      throw new Error(`the seed ${seed}`);
    if (seed !== undefined) [this.#seed, this.#episode] = [seed, -1];
    const asked = this.#is("ignores the number") ? undefined : options?.episode;
    this.#episode = asked ?? this.#episode + 1;
    this.#resets += 1;
    this.#time = 0;
    this.#place = 0;
    this.#state = "running";
    return { observation: this.#look(), info: {} };
  }

  step(action: number): ContractStep {
    this.#checkState();
    const isWrong = !this.actionSpace.contains(action);
    if (isWrong && this.#is("moves when refused")) this.#place += 1;
    if (isWrong && !this.#is("takes anything")) throw new Error(`the action ${action}`);
    this.#time += 1;
    this.#carried += 1;
    const slips = this.#draw(this.#time) % 4 === 0;
    this.#place += slips ? 0 : action === 1 ? 1 : -1;
    if (this.#is("shares")) this.#place = shared += this.#place > 0 ? 1 : 0;
    const terminated = this.#place >= this.#goal() && !this.#is("never ends");
    const limit = this.#is("early cut") ? 3 : this.spec.horizon;
    const truncated = !terminated && this.#time >= limit && !this.#is("never ends");
    if (terminated || truncated) this.#state = "ended";
    const reward = this.#is("reward") ? Number.NaN : terminated ? 1 : -0.1;
    return { observation: this.#look(), reward, terminated, truncated, info: {} };
  }

  render(): { width: number; height: number; pixels: Uint8Array } {
    if (this.#is("draws a step")) this.#place += 1;
    if (this.#is("flickers")) this.#drawn += 1;
    return {
      width: 2,
      height: 1,
      pixels: Uint8Array.of(this.#place + 50, this.#drawn, 0, this.#goal(), 0, 0),
    };
  }

  close(): void {
    this.#state = "closed";
  }

  #is(what: Break): boolean {
    return this.#breaks === what;
  }

  #checkState(): void {
    const excuse = {
      new: "steps before reset",
      running: undefined,
      ended: "steps after the end",
      closed: "steps after close",
    } as const;
    const wanted = excuse[this.#state];
    if (this.#state !== "running" && !(wanted !== undefined && this.#is(wanted)))
      throw new Error(this.#state);
  }

  #draw(at: number): number {
    const seed = this.#is("ignores the seed") ? 0 : this.#seed;
    const episode = this.#is("ignores the seed") ? 0 : this.#episode;
    const more = this.#is("counts resets")
      ? this.#resets
      : this.#is("carries on")
        ? this.#carried - this.#time
        : 0;
    const chance = this.#is("Math.random")
      ? Math.floor(1000 * Math.random())
      : this.#is("libtorch")
        ? this.#tensor()
        : 0;
    return mixed(seed, episode, at, more, chance);
  }

  #tensor(): number {
    using drawn = rand([]);
    return Math.floor(0 * drawn.item());
  }

  #goal(): number {
    return 4 + (this.#draw(0) % 6);
  }

  #look(): Float32Array {
    if (this.#is("shares") && this.#time === 0) shared = 0;
    return Float32Array.of(this.#is("space") ? 1000 : this.#place, this.#goal());
  }
}
