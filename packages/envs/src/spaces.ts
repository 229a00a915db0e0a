// Spaces of observations and actions, after Gymnasium's `spaces`.
import type { Random } from "@throughline/lab/random";
import { show } from "@throughline/torch/checks";
import { EnvError } from "./errors.js";

/** A set of values, from which one can draw. */
export interface Space<Value> {
  /** Size of each dimension of a value as an array; [] for a number. */
  readonly shape: readonly number[];
  readonly dtype: "uint8" | "int64" | "float32";
  /** True if a value lies in the space. */
  contains(value: unknown): value is Value;
  /** A value drawn uniformly; from a bounded box, between its bounds. */
  sample(random: Random): Value;
  /** The space in words, for errors and cards, such as `Discrete(9)`. */
  toString(): string;
}

/** The whole numbers 0 … n − 1. */
export class Discrete implements Space<number> {
  readonly shape: readonly number[] = [];
  readonly dtype = "int64" as const;
  readonly n: number;

  /** @throws EnvError `envs/option` unless n is a whole number of at least 1 */
  constructor(n: number) {
    if (!Number.isSafeInteger(n) || n < 1)
      throw new EnvError("option", `Discrete: n is ${show(n)}, accepted: a whole number of at least 1`);
    this.n = n;
  }

  contains(value: unknown): value is number {
    return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < this.n;
  }

  sample(random: Random): number {
    return random.below(this.n);
  }

  toString(): string {
    return `Discrete(${this.n})`;
  }
}

const arrays = { uint8: Uint8Array, float32: Float32Array } as const;

/** The values of a box: its numbers in row-major order. */
export type BoxValue<DType extends "uint8" | "float32"> = InstanceType<(typeof arrays)[DType]>;

/** Arrays of one shape whose numbers lie from `low` to `high`. Pictures are boxes of [height, width, 3] from 0 to 255. */
export class Box<DType extends "uint8" | "float32"> implements Space<BoxValue<DType>> {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly low: number;
  readonly high: number;

  /** @throws EnvError `envs/option` for a size that is no whole number of at least 1, or low above high */
  constructor(low: number, high: number, shape: readonly number[], dtype: DType) {
    if (!shape.every((size) => Number.isSafeInteger(size) && size >= 1))
      throw new EnvError("option", `Box: the shape is ${show(shape)}, accepted: whole numbers of at least 1`);
    if (!(low <= high))
      throw new EnvError("option", `Box: low is ${show(low)}, accepted: a number up to high, ${show(high)}`);
    this.low = low;
    this.high = high;
    this.shape = shape;
    this.dtype = dtype;
  }

  contains(value: unknown): value is BoxValue<DType> {
    return (
      value instanceof arrays[this.dtype] &&
      value.length === this.shape.reduce((a, b) => a * b, 1) &&
      value.every((number) => number >= this.low && number <= this.high)
    );
  }

  /** Uniform between the bounds; standard normal where a bound is infinite. */
  sample(random: Random): BoxValue<DType> {
    const value = new arrays[this.dtype](this.shape.reduce((a, b) => a * b, 1));
    const isBounded = Number.isFinite(this.low) && Number.isFinite(this.high);
    for (let i = 0; i < value.length; i++) {
      if (this.dtype === "uint8") value[i] = this.low + random.below(this.high - this.low + 1);
      else value[i] = isBounded ? random.uniform(this.low, this.high) : normal(random);
    }
    return value as BoxValue<DType>;
  }

  toString(): string {
    return `Box(${this.low}, ${this.high}, [${this.shape.join(", ")}], ${this.dtype})`;
  }
}

/** A standard normal number (Box and Muller 1958). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit());
}
