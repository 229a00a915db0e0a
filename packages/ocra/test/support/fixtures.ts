// Reference values of our own, made by fixtures/make.py: in float64, with parameters and inputs that follow a formula.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { difference, relativeDifference } from "@throughline/testing/difference";
import { fromTypedArray, io, type nn, noGrad, scope, type Tensor } from "@throughline/torch";
import { expect } from "vitest";

const folder = join(import.meta.dirname, "../fixtures");
const file = io.openSafetensors(join(folder, "data.safetensors"));

/** What the recipe says of itself. */
export const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as {
  readonly recipe: string;
  readonly seed: number;
  readonly torch: string;
  readonly numpy: string;
  readonly sha256: Readonly<Record<string, string>>;
};

/** SHA-256 of each data file of the folder, by name. */
export function hashes(): Record<string, string> {
  const data = readdirSync(folder).filter((name) => name !== "manifest.json" && name !== manifest.recipe);
  return Object.fromEntries(
    data.map((name) => [
      name,
      createHash("sha256")
        .update(readFileSync(join(folder, name)))
        .digest("hex"),
    ]),
  );
}

/** FNV-1a of the text, with the seed mixed in. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash ^ manifest.seed) >>> 0;
}

/** Numbers from −1 to below 1, a function of the name and the place; bit for bit those of the recipe. float64. */
export function numbers(name: string, shape: readonly number[]): Tensor {
  const salt = hashOf(name);
  const count = shape.reduce((product, size) => product * size, 1);
  const values = Float64Array.from({ length: count }, (_, at) => {
    let x = (Math.imul(at, 0x9e3779b1) + salt) >>> 0;
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d) >>> 0;
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b) >>> 0;
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1;
  });
  return fromTypedArray(values, [...shape]);
}

/** The stored tensor of a key such as `attention/z`. */
export function stored(key: string): Tensor {
  return file.get(key);
}

/** Keys of the file that start with `prefix`. */
export function keysOf(prefix: string): string[] {
  return file.names.filter((key) => key.startsWith(prefix));
}

/** An input of a case, as a leaf that gradients reach. */
export function inputOf(name: string, key: string, shape: readonly number[]): Tensor {
  return numbers(`${name}/inputs.${key}`, shape).requiresGrad_();
}

/** What parameters are asked of. */
type AnyModule = nn.AnyModule;

/** In float64, the module's parameters and running statistics become the case's. */
export function fill<M extends AnyModule>(module: M, name: string): M {
  module.to({ dtype: "float64" });
  scope(() =>
    noGrad(() => {
      for (const [key, value] of Object.entries(module.stateDict())) {
        if (value.dtype === "float64") value.copy_(parameterOf(`${name}/${key}`, key, value.shape));
      }
    }),
  );
  return module;
}

function parameterOf(name: string, key: string, shape: readonly number[]): Tensor {
  const u = numbers(name, shape);
  const rest = shape.slice(1).reduce((product, size) => product * size, 1);
  if (shape.length > 1) return u.mul(Math.sqrt(3 / rest));
  const scales = ["weight", "gamma", "confidence_gain", "running_var"].includes(key.split(".").at(-1)!);
  return scales ? u.mul(0.25).add(1) : u.mul(0.25);
}

/** A loss that every number of some outputs has a part in. */
export function weighted(name: string, outputs: Readonly<Record<string, Tensor>>): Tensor {
  return Object.entries(outputs)
    .map(([key, value]) => value.mul(numbers(`${name}/cotangent.${key}`, value.shape)).sum())
    .reduce((sum, part) => sum.add(part));
}

/** What float64 may lose where thousands of numbers are added in another order. */
const TOLERANCE = 1e-10;

/** Compares with the stored tensor of `<name>/<key>`: shape, dtype, and each number relative to the largest. */
export function check(name: string, key: string, actual: Tensor): void {
  const reference = stored(`${name}/${key}`);
  expect(actual.dtype, key).toBe("float64");
  expect(relativeDifference(actual, reference), `${name}: ${key}`).toBeLessThan(TOLERANCE);
}

/**
 * After `backward`: the loss, and of every parameter's gradient its norm and its sum weighted by numbers of its own. The
 * recipe and the module must have the same parameters, by name.
 */
export function checkGradients(name: string, module: AnyModule, loss: Tensor): void {
  check(name, "loss", loss.detach());
  const learned = [...module.namedParameters()];
  const names = keysOf(`${name}/grads.`).map((key) => key.slice(`${name}/grads.`.length));
  expect(learned.map(([key]) => key).sort()).toEqual(names.sort());
  // A gradient that is 0 but for rounding is compared on the scale of the others.
  const largest = Math.max(...names.map((key) => stored(`${name}/grads.${key}`).at(1).item()));
  for (const [key, { grad, shape }] of learned) {
    const [sum, norm] = stored(`${name}/grads.${key}`).toArray() as [number, number];
    const found = [0, 0];
    if (grad !== null) {
      found[0] = grad
        .mul(numbers(`${name}/probe.${key}`, shape))
        .sum()
        .item();
      found[1] = grad.square().sum().sqrt().item();
    }
    const room = TOLERANCE * Math.max(norm, 1e-3 * largest) * Math.max(1, Math.sqrt(grad?.numel ?? 1));
    expect(Math.abs(found[0]! - sum), `${name}: ${key}, weighted sum`).toBeLessThan(room + 1e-30);
    expect(Math.abs(found[1]! - norm), `${name}: ${key}, norm`).toBeLessThan(room + 1e-30);
  }
}

/** Compares an input's gradient with the stored one, on the scale of the case's largest: some are 0 but for rounding. */
export function checkInputGradient(name: string, key: string, input: Tensor): void {
  const all = keysOf(`${name}/inputs.grads.`).map((each) => stored(each).abs().max().item());
  expect(input.grad, `${name}: gradient to ${key}`).not.toBeNull();
  const far = difference(input.grad!, stored(`${name}/inputs.grads.${key}`));
  expect(far / Math.max(...all), `${name}: gradient to ${key}`).toBeLessThan(TOLERANCE);
}
