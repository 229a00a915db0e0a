// How long a gradient may be beside those before it: a multiple of their usual length, on every scale.

import { scoped } from "@throughline/testing/scoped";
import { ones, type Tensor } from "@throughline/torch";
import { describe, expect } from "vitest";
import { GradientBound } from "../../dist/floss/bound.js";

/** Two parameters whose gradients have this length together. */
function parameters(length: number): Tensor[] {
  return [3, 4].map((part) => {
    const parameter = ones([1], { dtype: "float64" }).requiresGrad_();
    parameter.grad = ones([1], { dtype: "float64" }).mul((part / 5) * length);
    return parameter;
  });
}

/** The lengths that gradients of these lengths are left with. */
function left(factor: number, lengths: readonly number[]): number[] {
  const bound = new GradientBound(factor);
  return lengths.map((length) => {
    const both = parameters(length);
    expect(bound.apply(both) / length).toBeCloseTo(1, 12);
    return Math.hypot(...both.map(({ grad }) => grad!.item()));
  });
}

describe("a gradient", () => {
  for (const scale of [1, 1e-12, 1e12]) {
    scoped(`is shortened to the multiple of the root mean square, at a scale of ${scale}`, () => {
      const lengths = [1, 1, 100, 1, 2].map((length) => scale * length);
      const found = left(3, lengths).map((length) => length / scale);
      [1, 1, 3, 1, 2].forEach((length, i) => void expect(found[i]).toBeCloseTo(length, 9));
    });
  }

  scoped("that is the first, or comes after none but zeros, stays as it is", () => {
    expect(left(3, [5])[0]).toBeCloseTo(5, 12);
    const bound = new GradientBound(3);
    for (let i = 0; i < 3; i++) expect(bound.apply(parameters(0))).toBe(0);
    const both = parameters(7);
    bound.apply(both);
    expect(both[0]!.grad!.item()).toBeCloseTo(4.2, 12);
  });

  scoped("of nothing is 0: parameters without gradients are passed over", () => {
    const bound = new GradientBound(3);
    expect(bound.apply([])).toBe(0);
    expect(bound.apply([ones([2]).requiresGrad_()])).toBe(0);
  });

  scoped("stays as it is with the factor 0", () => {
    expect(left(0, [1, 1000])[1]).toBeCloseTo(1000, 9);
  });

  scoped("that is no number is told, and is not remembered", () => {
    const bound = new GradientBound(3);
    bound.apply(parameters(1));
    const before = bound.stateDict();
    expect(bound.apply(parameters(Number.NaN))).toBeNaN();
    expect(bound.apply(parameters(Number.POSITIVE_INFINITY))).toBe(Number.POSITIVE_INFINITY);
    expect(bound.stateDict()).toEqual(before);
  });

  scoped("however long, raises the mean square by little once there have been many", () => {
    const bound = new GradientBound(3);
    for (let i = 0; i < 500; i++) bound.apply(parameters(1));
    bound.apply(parameters(1e6));
    const both = parameters(1e6);
    bound.apply(both);
    expect(Math.hypot(...both.map(({ grad }) => grad!.item()))).toBeLessThan(3.1);
  });
});
