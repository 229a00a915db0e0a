import type { Tensor } from "@throughline/torch";
import { expect } from "vitest";

/** Compares elements to a relative tolerance; NaN equals NaN. */
export function expectClose(given: Tensor, wanted: Tensor, tolerance: number, what: string): void {
  expect(given.shape, what).toEqual(wanted.shape);
  const a = given.toArray() as unknown;
  const b = wanted.toArray() as unknown;
  const left = [a].flat(8) as number[];
  const right = [b].flat(8) as number[];
  left.forEach((value, i) => {
    const other = right[i]!;
    const same = Object.is(value, other) || Math.abs(value - other) <= tolerance * (1 + Math.abs(other));
    expect(same, `${what}, element ${i}: ${value}, PyTorch has ${other}`).toBe(true);
  });
}
