// Spaces of observations and actions, after Gymnasium's `spaces`: numbers and arrays.
import type { Random } from "@throughline/lab/random";
import { show } from "@throughline/torch/checks";
import { EnvError } from "./errors.js";
import { normal } from "./normal.js";

/** A set of values, from which one can draw. */
export interface Space<Value> {
  /** Size of each dimension of a value as an array; [] for a number, a text, and what holds other spaces. */
  readonly shape: readonly number[];
  /** Type of a value's numbers; "object" for texts and for what holds other spaces. */
  readonly dtype: BoxDType | "object";
  /** True if a value lies in the space. */
  contains(value: unknown): value is Value;
  /** A value drawn uniformly; from a bounded box, between its bounds. */
  sample(random: Random): Value;
  /** The space in words, for errors and cards, such as `Discrete(9)`. */
  toString(): string;
}

/** The whole numbers start … start + n − 1. */
export class Discrete implements Space<number> {
  readonly shape: readonly number[] = [];
  readonly dtype = "int64" as const;
  readonly n: number;
  /** The least of them. */
  readonly start: number;

  /** @throws EnvError `envs/option` unless n is a whole number of at least 1, and start a whole number */
  constructor(n: number, start = 0) {
    if (!Number.isSafeInteger(n) || n < 1)
      throw new EnvError("option", `Discrete: n is ${show(n)}, accepted: a whole number of at least 1`);
    if (!Number.isSafeInteger(start))
      throw new EnvError("option", `Discrete: start is ${show(start)}, accepted: a whole number`);
    this.n = n;
    this.start = start;
  }

  contains(value: unknown): value is number {
    return (
      Number.isSafeInteger(value) &&
      (value as number) >= this.start &&
      (value as number) < this.start + this.n
    );
  }

  sample(random: Random): number {
    return this.start + random.below(this.n);
  }

  toString(): string {
    return this.start === 0 ? `Discrete(${this.n})` : `Discrete(${this.n}, ${this.start})`;
  }
}

/** Classes of arrays by the type of their numbers. */
export const ARRAYS = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** Types of the numbers of a box. */
export type BoxDType = keyof typeof ARRAYS;

/** The values of a box: its numbers in row-major order. */
export type BoxValue<DType extends BoxDType> = InstanceType<(typeof ARRAYS)[DType]>;

/** One bound for all numbers, or one for each. */
export type Bound = number | readonly number[];

/**
 * Arrays of one shape whose numbers lie from `low` to `high`. Pictures are boxes of [height, width, 3] from 0 to 255, continuous
 * actions are boxes of float32.
 */
export class Box<DType extends BoxDType> implements Space<BoxValue<DType>> {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly low: Bound;
  readonly high: Bound;
  /** Numbers of a value. */
  readonly size: number;

  /**
   * @param low the least number, or the least one of each place in row-major order; −Infinity for none
   * @throws EnvError `envs/option` for a size that is no whole number of at least 1, bounds of another number, or low above high
   */
  constructor(low: Bound, high: Bound, shape: readonly number[], dtype: DType) {
    if (!shape.every((size) => Number.isSafeInteger(size) && size >= 1))
      throw new EnvError("option", `Box: the shape is ${show(shape)}, accepted: whole numbers of at least 1`);
    this.size = shape.reduce((a, b) => a * b, 1);
    for (const [name, bound] of Object.entries({ low, high })) {
      if (typeof bound === "number" || bound.length === this.size) continue;
      const accepted = `a number, or one for each of ${this.size} places`;
      throw new EnvError("option", `Box: ${name} has ${bound.length} numbers, accepted: ${accepted}`);
    }
    const places = typeof low === "number" && typeof high === "number" ? 1 : this.size;
    for (let i = 0; i < places; i++) {
      if (at(low, i) <= at(high, i)) continue;
      const accepted = `a number up to high, ${show(at(high, i))}`;
      throw new EnvError("option", `Box: low is ${show(at(low, i))}, accepted: ${accepted}`);
    }
    this.low = single(low);
    this.high = single(high);
    this.shape = shape;
    this.dtype = dtype;
  }

  contains(value: unknown): value is BoxValue<DType> {
    if (!(value instanceof ARRAYS[this.dtype]) || value.length !== this.size) return false;
    for (let i = 0; i < value.length; i++)
      if (!(value[i]! >= at(this.low, i) && value[i]! <= at(this.high, i))) return false;
    return true;
  }

  /**
   * Uniform between the bounds. Floating-point numbers without bounds are standard normal, those with one lie an exponential
   * number away from it, as in Gymnasium.
   */
  sample(random: Random): BoxValue<DType> {
    const value = new ARRAYS[this.dtype](this.size);
    const draw = this.dtype.startsWith("float") ? real : whole;
    for (let i = 0; i < value.length; i++) {
      const number = draw(random, at(this.low, i), at(this.high, i));
      value[i] = (
        value instanceof BigInt64Array || value instanceof BigUint64Array ? BigInt(number) : number
      ) as never;
    }
    return value as BoxValue<DType>;
  }

  toString(): string {
    const { low, high, shape, dtype } = this;
    return `Box(${boundText(low)}, ${boundText(high)}, [${shape.join(", ")}], ${dtype})`;
  }
}

/** One number where all are the same. */
function single(bound: Bound): Bound {
  return typeof bound !== "number" && bound.every((one) => one === bound[0]) ? bound[0]! : bound;
}

/** The bound of a place. */
function at(bound: Bound, place: number): number {
  return typeof bound === "number" ? bound : bound[place]!;
}

function boundText(bound: Bound): string {
  return typeof bound === "number" ? String(bound) : `${Math.min(...bound)}…${Math.max(...bound)}`;
}

function real(random: Random, low: number, high: number): number {
  if (Number.isFinite(low) && Number.isFinite(high)) return random.uniform(low, high);
  if (Number.isFinite(low)) return low - Math.log(1 - random.unit());
  return Number.isFinite(high) ? high + Math.log(1 - random.unit()) : normal(random);
}

/** Uniform; of more than 2⁵³ numbers, those around 0. */
function whole(random: Random, low: number, high: number): number {
  const least = Math.max(low, -(2 ** 52));
  return least + random.below(Math.min(high, 2 ** 52 - 1) - least + 1);
}
