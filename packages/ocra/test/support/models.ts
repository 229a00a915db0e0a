// What tests of models share: seeds, leaks, and the reference data computed with the authors' own code.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { io, liveTensors, manualSeed, scope, type Tensor } from "@throughline/torch";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

/** Fails each test of the file after which more or fewer tensors live. */
export function checkLeaks(): void {
  let before = 0;
  beforeEach(() => {
    before = liveTensors();
  });
  afterEach(() => {
    expect(liveTensors(), "tensors alive after the test").toBe(before);
  });
}

/** A test whose tensors die with it, and whose random numbers are always the same. */
export const scoped = (name: string, body: () => void): void => {
  test(name, () => {
    scope(() => {
      manualSeed(1);
      body();
    });
  });
};

/** The largest |a − b|. @throws if the shapes differ. */
export function difference(a: Tensor, b: Tensor): number {
  expect(a.shape).toEqual(b.shape);
  return scope(() => a.detach().sub(b.detach()).abs().max().item());
}

/** Whether `a` is within `tolerance` times the largest |b| of `b`. */
export function expectClose(a: Tensor, b: Tensor, tolerance: number, what = ""): void {
  const largest = scope(() => b.detach().abs().max().item());
  expect(difference(a, b), what).toBeLessThanOrEqual(tolerance * largest);
}

/** A file of reference data. */
export interface Reference {
  /** Where the file's weights are described if it does not hold them. */
  readonly formula: string;
  readonly keys: readonly string[];
  /** What tensors are read as, and what the model is to compute in. */
  readonly dtype: "float32" | "float64";
  /** A fresh tensor. */
  tensor(key: string): Tensor;
  /** The tensors whose keys start with `prefix`, without it. */
  group(prefix: string): Record<string, Tensor>;
  /**
   * Compares with the tensor of a key: within 4 times (in float32, where the processor rounds too, 16 times) the difference that float32 itself makes there, as its README gives
   * it for every tensor, plus 2 · 10⁻⁶ of the largest element, plus 10⁻⁷ (sums of numbers near 1 that cancel). Gradients are
   * compared in float64 only: in float32 it is the processor's rounding that decides how far those of deep nets are.
   */
  check(key: string, actual: Tensor | null): void;
}

// ../shared next to the checkout; another split of the same structure can be named instead.
const root =
  process.env.THROUGHLINE_FIXTURES ?? join(import.meta.dirname, "../../../../../shared/fixtures/open");

/**
 * A describe block over one file of the reference data, in float32 and in float64; skipped, visibly, where there is none.
 */
export function describeReference(folder: string, name: string, body: (reference: Reference) => void): void {
  const path = join(root, folder, `${name}.safetensors`);
  const present = existsSync(path);
  for (const dtype of ["float32", "float64"] as const) {
    const title = `reference ${folder}/${name} in ${dtype}${present ? "" : ` (no ${path} on this machine)`}`;
    describe.skipIf(!present)(title, () => body(present ? open(folder, name, path, dtype) : absent(path)));
  }
}

function absent(path: string): Reference {
  const fail = (): never => {
    throw new Error(`${path} does not exist`);
  };
  return { formula: "", keys: [], dtype: "float32", tensor: fail, group: fail, check: fail };
}

function open(folder: string, name: string, path: string, dtype: Reference["dtype"]): Reference {
  const file = io.openSafetensors(path);
  const floors = noiseFloors(readFileSync(join(root, folder, "README.md"), "utf8"), name);
  const tensor = (key: string): Tensor => file.get(key).to(dtype);
  const group = (prefix: string): Record<string, Tensor> =>
    Object.fromEntries(
      file.names
        .filter((key) => key.startsWith(prefix))
        .map((key) => [key.slice(prefix.length), tensor(key)]),
    );
  const check = (key: string, actual: Tensor | null): void =>
    scope(() => {
      if (key.startsWith("grads.") && dtype === "float32") return;
      if (actual !== null) expect(actual.dtype, key).toBe(dtype);
      const expected = tensor(key);
      const largest = expected.abs().max().item();
      const floor = floors.get(key) ?? 0;
      if (actual === null) {
        expect(largest, `${key} has no gradient here`).toBe(0);
        return;
      }
      expect(difference(actual.reshape(expected.shape), expected), key).toBeLessThanOrEqual(
        (dtype === "float64" ? 4 : 16) * floor + 2e-6 * largest + 1e-7,
      );
    });
  const formula = join(root, folder, `${name}.formula.json`);
  return { formula, keys: file.names, dtype, tensor, group, check };
}

/** The last column of the tables in a file's section: how far float32 is from float64. */
function noiseFloors(readme: string, name: string): Map<string, number> {
  const section = readme.split(/^## /m).find((part) => part.startsWith(`\`${name}.safetensors\``)) ?? "";
  const rows = section.matchAll(/^\| `([^`]+)` \|.*\| ([-+.e\d]+) \|$/gm);
  return new Map(Array.from(rows, ([, key, floor]) => [key!, Number(floor)]));
}
