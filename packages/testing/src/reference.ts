// Reference data in safetensors files: blocks of tests that are skipped, visibly, where there is no such file.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { io, scope, type Tensor } from "@throughline/torch";
import { describe, expect } from "vitest";
import { difference } from "./difference.js";

/** The shared data's folder: ../shared next to the checkout; another split of the same structure can be named instead. */
export const sharedFixtures: string =
  process.env.THROUGHLINE_FIXTURES ?? join(import.meta.dirname, "../../../../shared/fixtures/open");

/** A describe block that needs files; skipped, with the missing file in its title, where one is missing. */
export function describeWith(title: string, paths: readonly string[], body: () => void): void {
  const missing = paths.find((path) => !existsSync(path));
  const reason = missing === undefined ? "" : ` (no ${missing} on this machine)`;
  describe.skipIf(missing !== undefined)(`${title}${reason}`, body);
}

/** A describe block over `<name>.safetensors` of the shared data, such as `torchops/qr`. */
export function describeShared(
  name: string,
  body: (tensor: (key: string) => Tensor, keys: readonly string[]) => void,
): void {
  const path = join(sharedFixtures, `${name}.safetensors`);
  describeWith(`shared ${name}`, [path], () => {
    if (!existsSync(path)) return body(absent(path), []);
    const file = io.openSafetensors(path);
    body((key) => file.get(key), file.names);
  });
}

/** A file of reference data. */
export interface Reference {
  /** Formula of the file's weights if it does not hold them. */
  readonly formula: string;
  readonly keys: readonly string[];
  /** Dtype that tensors are read as and the model is to compute in. */
  readonly dtype: "float32" | "float64";
  /** A fresh tensor. */
  tensor(key: string): Tensor;
  /** The tensors whose keys start with `prefix`, without it. */
  group(prefix: string): Record<string, Tensor>;
  /**
   * Compares with the tensor of a key: within 4 times (in float32, where the processor rounds too, 16 times) the difference
   * that float32 itself makes there, as the README of its folder gives it for every tensor, plus 2 · 10⁻⁶ of the largest
   * element, plus 10⁻⁷ (sums of numbers near 1 that cancel). Gradients are compared in float64 only: in float32 it is the
   * processor's rounding that decides how far those of deep nets are.
   */
  check(key: string, actual: Tensor | null): void;
}

/** A describe block over `<name>.safetensors` of the shared data, or of a path, in float32 and in float64. */
export function describeReference(name: string, body: (reference: Reference) => void): void {
  const path = resolve(sharedFixtures, name);
  const file = `${path}.safetensors`;
  for (const dtype of ["float32", "float64"] as const) {
    describeWith(`reference ${name} in ${dtype}`, [file], () =>
      body(existsSync(file) ? open(path, dtype) : nothing(file)),
    );
  }
}

function absent(path: string): () => never {
  return () => {
    throw new Error(`${path} does not exist`);
  };
}

function nothing(path: string): Reference {
  const fail = absent(path);
  return { formula: "", keys: [], dtype: "float32", tensor: fail, group: fail, check: fail };
}

function open(path: string, dtype: Reference["dtype"]): Reference {
  const file = io.openSafetensors(`${path}.safetensors`);
  const floors = noiseFloors(path);
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
  return { formula: `${path}.formula.json`, keys: file.names, dtype, tensor, group, check };
}

/** The last column of the tables in a file's section of the README beside it: how far float32 is from float64. */
function noiseFloors(path: string): Map<string, number> {
  const readme = join(dirname(path), "README.md");
  if (!existsSync(readme)) return new Map();
  const title = `\`${path.slice(dirname(path).length + 1)}.safetensors\``;
  const sections = readFileSync(readme, "utf8").split(/^## /m);
  const section = sections.find((part) => part.startsWith(title)) ?? "";
  const rows = section.matchAll(/^\| `([^`]+)` \|.*\| ([-+.e\d]+) \|$/gm);
  return new Map(Array.from(rows, ([, key, floor]) => [key!, Number(floor)]));
}
