// The same work on other devices than the CPU.
import { devices, Tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "./close.js";

/** The accelerators there are, such as `cuda:0`. */
export const accelerators: readonly string[] = devices().slice(1);

/**
 * Every device besides the CPU: `meta`, whose tensors have shapes and no numbers, so that it finds whatever is made on the CPU by
 * mistake on any machine; then the accelerators there are.
 */
export const otherDevices: readonly string[] = ["meta", ...accelerators];

/** A value with every tensor in it, also in lists and objects, on another device. */
export function movedTo<T>(device: string, value: T): T {
  if (value instanceof Tensor) return value.to({ device }) as T;
  if (Array.isArray(value)) return value.map((item) => movedTo(device, item)) as T;
  if (value === null || typeof value !== "object" || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, movedTo(device, item)])) as T;
}

/** How close results of an accelerator must be to the CPU's. */
export interface Closeness {
  readonly rtol?: number;
  readonly atol?: number;
}

/** Expects the same shapes and dtypes on `device` and, unless it is `meta`, the same numbers. */
export function expectSameOn(
  device: string,
  given: readonly Tensor[],
  wanted: readonly Tensor[],
  { rtol = 1e-3, atol = 1e-4 }: Closeness = {},
): void {
  expect(given).toHaveLength(wanted.length);
  for (const [i, output] of given.entries()) {
    const right = wanted[i]!;
    expect(output.device, "device").toBe(device);
    expect([output.shape, output.dtype]).toEqual([right.shape, right.dtype]);
    if (device === "meta") continue;
    expect(output.to({ device: "cpu" })).toBeClose(right, { rtol, atol, because: "another device rounds" });
  }
}

/** libtorch without Python has no rule for the shapes of many operators, and some read numbers; a test of `meta` ends at the first of these. */
const NO_SHAPES =
  /no fake impl or Meta kernel registered|convolution_overrideable not implemented|Cannot copy out of meta tensor/;

/** Runs `body`. @returns the operator that libtorch has no shapes for, if that is why `body` failed on `meta` */
export function withoutShapes(device: string, body: () => void): string | undefined {
  try {
    body();
  } catch (error) {
    const { message } = error as Error;
    if (device !== "meta" || !NO_SHAPES.test(message)) throw error;
    return message.split(": ", 2).join(": ");
  }
  return undefined;
}

/** A test for each device besides the CPU; what cannot be tested here is skipped and says why. */
export function describeDevices(name: string, body: (device: string) => void): void {
  describe(name, () => {
    for (const device of otherDevices)
      test(`on ${device}`, ({ skip }) => {
        const missing = withoutShapes(device, () => body(device));
        if (missing !== undefined) skip(`libtorch has no shapes on meta for ${missing}`);
      });
    if (accelerators.length === 0) test.skip("on an accelerator: there is none here", () => {});
  });
}
