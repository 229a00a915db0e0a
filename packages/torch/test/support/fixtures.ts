// This package's own reference data (test/fixtures), read through our own safetensors reader.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Complex, io, type Slice, slice, type Tensor } from "@throughline/torch";

/** One case of a fixture; see fixtures/README.md. */
export interface FixtureCase {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly args: Readonly<Record<string, unknown>>;
  readonly outputs: readonly (string | null)[];
  readonly [extra: string]: unknown;
}

/** A folder of fixtures: its cases, and its tensors by key. */
export interface Fixture<Case = FixtureCase> {
  readonly cases: Case[];
  /** A fresh tensor; keys ending in `:complex` come as complex tensors. */
  tensor(key: string): Tensor;
  /** An argument as our API takes it: tensors, slices, complex numbers and "inf" in place of their notation. */
  argument(value: unknown): unknown;
}

const folder = join(import.meta.dirname, "../fixtures");

/** Reads test/fixtures/<name>. */
export function loadFixture<Case = FixtureCase>(name: string): Fixture<Case> {
  // Python's json writes NaN and Infinity bare inside {"complex": […]}.
  const text = readFileSync(join(folder, name, "data.json"), "utf8");
  const cases = JSON.parse(text.replace(/(?<=[[,:] ?)-?(?:NaN|Infinity)(?=[\],}])/g, '"$&"')) as Case[];
  const path = join(folder, name, "data.safetensors");
  const tensor = existsSync(path) ? reader(path) : missing(path);
  return { cases, tensor, argument: (value) => decode(value, tensor) };
}

function missing(path: string): (key: string) => never {
  return () => {
    throw new Error(`${path} does not exist`);
  };
}

function reader(path: string): (key: string) => Tensor {
  const file = io.openSafetensors(path);
  return (key) => {
    const stored = file.get(key);
    if (!key.endsWith(":complex")) return stored;
    const complex = stored.viewAsComplex();
    stored.dispose();
    return complex;
  };
}

function decode(value: unknown, tensor: (key: string) => Tensor): unknown {
  if (typeof value === "string") {
    const number = /^(-?)(nan|inf|NaN|Infinity)$/.exec(value);
    if (number === null) return value;
    const size = number[2]!.toLowerCase() === "nan" ? Number.NaN : Number.POSITIVE_INFINITY;
    return number[1] === "-" ? -size : size;
  }
  if (Array.isArray(value)) return value.map((item) => decode(item, tensor));
  if (typeof value !== "object" || value === null) return value;
  if ("tensor" in value) return tensor(value.tensor as string);
  if ("slice" in value) return slice(...(value.slice as [number, number, number])) satisfies Slice;
  if ("complex" in value) {
    const [re, im] = decode(value.complex, tensor) as [number, number];
    return { re, im } satisfies Complex;
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decode(item, tensor)]));
}
