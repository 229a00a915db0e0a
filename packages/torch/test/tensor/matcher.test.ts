// toBeClose, on which every other comparison rests.

import { compare, type Reference } from "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { scope, tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";

checkLeaks();

describe("toBeClose", () => {
  test("uses torch.testing's tolerances for each dtype", () => {
    scope(() => {
      const near = (dtype: "float32" | "float64" | "bfloat16", off: number): string | undefined =>
        compare(tensor([1 + off], { dtype }), tensor([1], { dtype }), {});
      expect(near("float32", 1.1e-5)).toBeUndefined();
      expect(near("float32", 1.3e-5)).toMatch(/1 of 1 elements differ \(rtol 0\.0000013, atol 0\.00001\)/);
      expect(near("float64", 1.9e-7)).toBeUndefined();
      expect(near("float64", 2.1e-7)).toMatch(/worst at \[0\]/);
      expect(near("bfloat16", 0.0156)).toBeUndefined();
    });
  });

  const different: [string, () => [unknown, Reference], RegExp][] = [
    [
      "dtype",
      () => [tensor([1]), tensor([1], { dtype: "float64" })],
      /^expected dtype float64, got float32$/,
    ],
    ["shape", () => [tensor([1]), tensor([[1]])], /^expected shape \[1,1\], got \[1\]$/],
    ["shape of a list", () => [tensor([1, 2]), [1, 2, 3]], /^expected shape \[3\], got \[2\]$/],
    [
      "one element",
      () => [
        tensor([
          [1, 2],
          [3, 4],
        ]),
        [
          [1, 2],
          [3, 5],
        ],
      ],
      /^1 of 4 elements differ .*worst at \[1,1\]: expected 5, got 4$/,
    ],
    ["NaN and a number", () => [tensor([Number.NaN]), [1]], /expected 1, got NaN/],
    [
      "infinities",
      () => [tensor([Number.POSITIVE_INFINITY]), [Number.NEGATIVE_INFINITY]],
      /expected -Infinity, got Infinity/,
    ],
    ["a number and infinity", () => [tensor([1]), [Number.POSITIVE_INFINITY]], /expected Infinity, got 1/],
    [
      "whole numbers by 1",
      () => [tensor([2n ** 60n]), tensor([2n ** 60n + 1n])],
      /1 of 1 elements differ \(rtol 0, atol 0\)/,
    ],
    [
      "imaginary parts",
      () => [tensor([{ re: 1, im: 2 }]), [{ re: 1, im: 3 }]],
      /worst at \[0,1\]: expected 3, got 2/,
    ],
  ];
  test.each(different)("tells different %s apart", (_, make, text) => {
    scope(() => {
      const [actual, expected] = make();
      expect(compare(actual, expected, {})).toMatch(text);
      expect(actual).not.toBeClose(expected);
    });
  });

  test("NaN equals NaN, and infinity infinity", () => {
    scope(() => {
      expect(tensor([Number.NaN, Number.POSITIVE_INFINITY])).toBeClose([
        Number.NaN,
        Number.POSITIVE_INFINITY,
      ]);
    });
  });

  test("a looser tolerance must give its reason", () => {
    scope(() => {
      expect(() => compare(tensor([1]), [1], { rtol: 1e-3 })).toThrow(/say why in `because`/);
      expect(tensor([1.001])).toBeClose([1], { rtol: 1e-2, because: "this test wants it" });
      expect(() => compare(tensor([1]), [1], { rtol: 1e-9, atol: 0 })).not.toThrow();
    });
  });
});
