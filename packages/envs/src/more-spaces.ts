// Spaces of several numbers, of texts, and of other spaces, after Gymnasium's `spaces`.
import type { Random } from "@throughline/lab/random";
import { show } from "@throughline/torch/checks";
import { EnvError } from "./errors.js";
import type { Space } from "./spaces.js";

/** Several numbered choices at once: whole numbers from 0 to nvec − 1 each, as an Int32Array. */
export class MultiDiscrete implements Space<Int32Array> {
  readonly shape: readonly number[];
  readonly dtype = "int32" as const;
  /** Numbers of choices. */
  readonly nvec: readonly number[];
  /** The least number of each. */
  readonly start: readonly number[];

  /**
   * @param start default 0 for each
   * @param shape default [nvec.length]
   * @throws EnvError `envs/option` unless nvec are whole numbers of at least 1
   */
  constructor(
    nvec: readonly number[],
    start: readonly number[] = nvec.map(() => 0),
    shape: readonly number[] = [nvec.length],
  ) {
    if (nvec.length === 0 || !nvec.every((n) => Number.isSafeInteger(n) && n >= 1)) {
      const accepted = "whole numbers of at least 1";
      throw new EnvError("option", `MultiDiscrete: nvec is ${show(nvec)}, accepted: ${accepted}`);
    }
    this.nvec = nvec;
    this.start = start;
    this.shape = shape;
  }

  contains(value: unknown): value is Int32Array {
    if (!(value instanceof Int32Array) || value.length !== this.nvec.length) return false;
    return value.every((one, i) => one >= this.start[i]! && one < this.start[i]! + this.nvec[i]!);
  }

  sample(random: Random): Int32Array {
    return Int32Array.from(this.nvec, (n, i) => this.start[i]! + random.below(n));
  }

  toString(): string {
    return `MultiDiscrete([${this.nvec.join(", ")}])`;
  }
}

/** Several switches: 0 or 1 each, as a Uint8Array. */
export class MultiBinary implements Space<Uint8Array> {
  readonly shape: readonly number[];
  readonly dtype = "uint8" as const;
  readonly size: number;

  /** @throws EnvError `envs/option` unless the sizes are whole numbers of at least 1 */
  constructor(...shape: readonly number[]) {
    if (shape.length === 0 || !shape.every((n) => Number.isSafeInteger(n) && n >= 1)) {
      const accepted = "whole numbers of at least 1";
      throw new EnvError("option", `MultiBinary: the shape is ${show(shape)}, accepted: ${accepted}`);
    }
    this.shape = shape;
    this.size = shape.reduce((a, b) => a * b, 1);
  }

  contains(value: unknown): value is Uint8Array {
    return value instanceof Uint8Array && value.length === this.size && value.every((one) => one <= 1);
  }

  sample(random: Random): Uint8Array {
    return Uint8Array.from({ length: this.size }, () => random.below(2));
  }

  toString(): string {
    return `MultiBinary(${this.shape.join(", ")})`;
  }
}

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** Texts. */
export class Text implements Space<string> {
  readonly shape: readonly number[] = [];
  readonly dtype = "object" as const;
  readonly minLength: number;
  readonly maxLength: number;
  /** Characters that are accepted; undefined: any. */
  readonly charset: string | undefined;

  /** @param maxLength default: none */
  constructor(maxLength: number = Number.POSITIVE_INFINITY, minLength = 0, charset?: string) {
    this.maxLength = maxLength;
    this.minLength = minLength;
    this.charset = charset;
  }

  contains(value: unknown): value is string {
    if (typeof value !== "string") return false;
    const characters = [...value];
    if (characters.length < this.minLength || characters.length > this.maxLength) return false;
    return this.charset === undefined || characters.every((one) => this.charset!.includes(one));
  }

  /** Up to 32 characters more than the least; letters and digits where any are accepted. */
  sample(random: Random): string {
    const characters = [...(this.charset ?? LETTERS)];
    const longest = Math.min(this.maxLength, this.minLength + 32);
    const length = this.minLength + random.below(longest - this.minLength + 1);
    return Array.from({ length }, () => characters[random.below(characters.length)]!).join("");
  }

  toString(): string {
    return `Text(${this.minLength}, ${this.maxLength})`;
  }
}

/** Named values, each of its own space. */
export class Dict implements Space<Readonly<Record<string, unknown>>> {
  readonly shape: readonly number[] = [];
  readonly dtype = "object" as const;
  readonly spaces: Readonly<Record<string, Space<unknown>>>;

  constructor(spaces: Readonly<Record<string, Space<unknown>>>) {
    this.spaces = spaces;
  }

  contains(value: unknown): value is Readonly<Record<string, unknown>> {
    if (typeof value !== "object" || value === null) return false;
    const names = Object.keys(this.spaces);
    const parts = value as Readonly<Record<string, unknown>>;
    return (
      Object.keys(parts).length === names.length &&
      names.every((name) => Object.hasOwn(parts, name) && this.spaces[name]!.contains(parts[name]))
    );
  }

  sample(random: Random): Readonly<Record<string, unknown>> {
    return Object.fromEntries(Object.entries(this.spaces).map(([name, one]) => [name, one.sample(random)]));
  }

  toString(): string {
    return `Dict(${Object.entries(this.spaces)
      .map(([name, one]) => `${name}: ${one}`)
      .join(", ")})`;
  }
}

/** A list of values, each of its own space. */
export class Tuple implements Space<readonly unknown[]> {
  readonly shape: readonly number[] = [];
  readonly dtype = "object" as const;
  readonly spaces: readonly Space<unknown>[];

  constructor(spaces: readonly Space<unknown>[]) {
    this.spaces = spaces;
  }

  contains(value: unknown): value is readonly unknown[] {
    return (
      Array.isArray(value) &&
      value.length === this.spaces.length &&
      this.spaces.every((one, i) => one.contains(value[i]))
    );
  }

  sample(random: Random): readonly unknown[] {
    return this.spaces.map((one) => one.sample(random));
  }

  toString(): string {
    return `Tuple(${this.spaces.join(", ")})`;
  }
}
