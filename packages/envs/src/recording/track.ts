// Values of one form along an episode that is being played: whole chunks in compressed form, and the chunk that is not full.
import { show } from "@throughline/torch/checks";
import { EnvError } from "../errors.js";
import { CHUNK, packed } from "./chunks.js";
import { sizeOf, type TrackForm, type ValueArray, valuesOf } from "./forms.js";

/** State of a track between steps, for checkpoints. */
export interface TrackState {
  readonly chunks: readonly Uint8Array[];
  /** Values of the chunk that is not full. */
  readonly rest: ValueArray;
}

/** Values of one form along an episode. */
export class Track {
  readonly of: TrackForm;
  readonly #size: number;
  readonly #chunks: Uint8Array[] = [];
  readonly #open: ValueArray;
  /** Values in the open chunk. */
  #filled = 0;

  constructor(of: TrackForm) {
    this.of = of;
    this.#size = sizeOf(of.form);
    this.#open = valuesOf(of.form, CHUNK);
  }

  /** Number of values. */
  get length(): number {
    return this.#chunks.length * CHUNK + this.#filled;
  }

  /** Appends a value. @throws EnvError `envs/record` for one of another form */
  add(value: ArrayLike<number> | number): void {
    const { key, isState } = this.of;
    const values = numbersOf(
      value,
      this.#size,
      isState ? "a state" : key === "" ? "an observation" : `an observation's ${key}`,
    );
    if (this.#filled === CHUNK) {
      this.#chunks.push(packed(this.#open));
      this.#filled = 0;
    }
    this.#open.set(values, this.#filled * this.#size);
    this.#filled++;
  }

  /** All values, compressed chunk by chunk. */
  blocks(): Uint8Array[] {
    return [...this.#chunks, ...(this.#filled > 0 ? [packed(this.#rest())] : [])];
  }

  state(): TrackState {
    return { chunks: [...this.#chunks], rest: this.#rest() };
  }

  restore({ chunks, rest }: TrackState): void {
    this.#chunks.push(...chunks);
    this.#open.set(rest);
    this.#filled = rest.length / this.#size;
  }

  #rest(): ValueArray {
    return this.#open.slice(0, this.#filled * this.#size);
  }
}

/** The numbers of a value. @throws EnvError `envs/record` unless there are `size` of them */
export function numbersOf(value: ArrayLike<number> | number, size: number, what: string): ArrayLike<number> {
  const numbers = typeof value === "number" ? [value] : value;
  if (numbers?.length === size) return numbers;
  const given = numbers?.length === undefined ? show(value) : `of ${numbers.length} numbers`;
  throw new EnvError("record", `EpisodeWriter: ${what} is ${given}, accepted: ${size}`);
}
