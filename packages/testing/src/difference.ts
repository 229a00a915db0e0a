// Distances between tensors, as numbers.
import { scope, type Tensor } from "@throughline/torch";
import { expect } from "vitest";

/** The largest |a − b|. @throws if the shapes differ. */
export function difference(a: Tensor, b: Tensor): number {
  expect(a.shape).toEqual(b.shape);
  return scope(() => a.detach().sub(b.detach()).abs().max().item());
}

/** The largest |a − reference|, relative to the largest |reference| (or 10⁻³⁰, where all are 0). @throws if the shapes differ. */
export function relativeDifference(a: Tensor, reference: Tensor): number {
  const largest = scope(() => reference.detach().abs().max().item());
  return difference(a, reference) / Math.max(largest, 1e-30);
}

/** Fails if a tensor is further than `tolerance` from the reference, relative to the reference's largest element. */
export function expectClose(a: Tensor, reference: Tensor, tolerance: number, what = ""): void {
  expect(relativeDifference(a, reference), what).toBeLessThanOrEqual(tolerance);
}
