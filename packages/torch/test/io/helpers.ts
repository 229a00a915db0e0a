import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect } from "vitest";
import { type DType, dtypes, itemSize } from "../../src/dtype.js";
import { TorchError } from "../../src/errors.js";
import { refuser } from "../../src/files/refuse.js";
import type { RawTensor } from "../../src/io/raw.js";
import { type ByteSource, memorySource } from "../../src/io/source.js";

export const fixtureFolder: string = join(import.meta.dirname, "fixtures");

/** What `make.py` wrote down about one array. */
export interface Facts {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly hex: string;
}

export interface FixtureEntry {
  readonly sha256: string;
  readonly bytes: number;
  readonly refused?: string;
  readonly tensors?: Record<string, Facts>;
  readonly metadata?: Record<string, string>;
  readonly array?: Facts;
  readonly arrays?: Record<string, Facts>;
  readonly state?: Record<string, Facts>;
}

export const manifest: { recipe: string; files: Record<string, FixtureEntry> } = JSON.parse(
  readFileSync(join(fixtureFolder, "manifest.json"), "utf8"),
);

export function fixture(name: string): Uint8Array {
  return readFileSync(join(fixtureFolder, name));
}

export function source(bytes: Uint8Array, name = "file"): ByteSource {
  return memorySource(bytes, refuser("test", name));
}

export const refuse = refuser("test", "file");

export function facts({ dtype, shape, bytes }: RawTensor): Facts {
  return { dtype, shape: [...shape], hex: Buffer.from(bytes).toString("hex") };
}

/** `run` throws a TorchError with this code and a message that contains `text`. */
export function expectRefusal(run: () => unknown, code: string, text: string | RegExp): void {
  let caught: unknown;
  try {
    run();
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(TorchError);
  expect((caught as TorchError).code).toBe(code);
  if (typeof text === "string") expect((caught as TorchError).message).toContain(text);
  else expect((caught as TorchError).message).toMatch(text);
}

/** Any tensor of the given dtypes: rank 0 to 4, sizes 0 to 4, arbitrary bits. */
export function rawTensors(among: readonly DType[] = dtypes): fc.Arbitrary<RawTensor> {
  const shape = fc.array(fc.nat({ max: 4 }), { maxLength: 4 });
  return fc.tuple(fc.constantFrom(...among), shape).chain(([dtype, shape]) => {
    const length = shape.reduce((product, size) => product * size, itemSize(dtype));
    const byte = dtype === "bool" ? fc.nat({ max: 1 }) : fc.nat({ max: 255 });
    const content = fc.array(byte, { minLength: length, maxLength: length });
    return content.map((bytes) => ({ dtype, shape, bytes: Uint8Array.from(bytes) }));
  });
}

/** Milliseconds of processor time since a reading of `process.cpuUsage()`; unlike the clock's, other work does not count. */
export function millisecondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
