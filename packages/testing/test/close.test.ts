// The matcher for numbers, its words, and distances.
import { compare } from "@throughline/testing/close";
import { difference, expectClose, relativeDifference } from "@throughline/testing/difference";
import { checkLeaks } from "@throughline/testing/leaks";
import { complex, scope, tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";

checkLeaks();

/** What is wrong, in words; undefined if both are close. */
const said = (...given: Parameters<typeof compare>): string | undefined => scope(() => compare(...given));

describe("numbers are close within torch.testing's tolerances", () => {
  // torch.testing.assert_close: float16 1e-3, bfloat16 1.6e-2, float32 1.3e-6 (atol 1e-5), float64 1e-7 (atol 1e-7), relative.
  test.each([
    ["float16", 100, 100.0625, 100.125],
    ["bfloat16", 100, 101.5, 102],
    ["float32", 100, 100.0001, 100.0002],
    ["float64", 100, 100.00001, 100.0000102],
    ["float32", 0, 0.00000999, 0.0000102],
    ["float64", 0, 0.999e-7, 1.01e-7],
  ] as const)("%s: %d is close to %d, and not to %d", (dtype, expected, near, far) => {
    scope(() => {
      expect(compare(tensor([near], { dtype }), [expected], {})).toBeUndefined();
      expect(compare(tensor([far], { dtype }), [expected], {})).toMatch(/^1 of 1 elements differ/);
    });
  });

  test("whole numbers and bools must be equal, also beyond 2⁵³", () => {
    scope(() => {
      expect(tensor([1n, 2n ** 60n])).toBeClose([1n, 2n ** 60n]);
      expect(compare(tensor([2n ** 60n]), [2n ** 60n + 1n], {})).toMatch(/^1 of 1 elements differ/);
      expect(tensor([true, false])).toBeClose([true, false]);
      expect(compare(tensor([true]), [false], {})).toMatch(/expected 0, got 1$/);
    });
  });

  test("NaN is close to NaN only, an infinity to itself only", () => {
    const [nan, inf] = [Number.NaN, Number.POSITIVE_INFINITY];
    expect([nan, inf, -inf]).toBeClose([nan, inf, -inf]);
    expect(said([nan], [1], {})).toMatch(/expected 1, got NaN/);
    expect(said([inf], [1], {})).toMatch(/got Infinity/);
    expect(said([-inf], [inf], {})).toMatch(/expected Infinity, got -Infinity/);
    expect(said([1e308], [inf], {})).toMatch(/expected Infinity/);
  });

  test("complex numbers are compared by parts", () => {
    scope(() => {
      const z = complex(tensor([1, 2]), tensor([3, 4]));
      const right = [
        { re: 1, im: 3 },
        { re: 2, im: 4 },
      ];
      expect(z).toBeClose(right);
      expect(compare(z, [right[0]!, { re: 2, im: 5 }], {})).toMatch(/worst at \[1,1\]: expected 5, got 4/);
    });
  });
});

describe("what is said", () => {
  test("shapes and dtypes that differ", () => {
    scope(() => {
      expect(compare(tensor([[1, 2]]), [1, 2], {})).toBe("expected shape [2], got [1,2]");
      expect(compare(tensor([1]), tensor([1], { dtype: "float64" }), {})).toBe(
        "expected dtype float64, got float32",
      );
      expect(compare(3, [3], {})).toBe("expected shape [1], got []");
    });
  });

  test("how many differ, the tolerances, why they are loose, and where it is worst", () => {
    const actual = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    const expected = [
      [1, 2.5, 3],
      [4, 5, 9],
    ];
    expect(said(actual, expected, {})).toBe(
      "2 of 6 elements differ (rtol 1e-7, atol 1e-7); worst at [1,2]: expected 9, got 6",
    );
    expect(said(actual, expected, { atol: 1, because: "rounded" })).toBe(
      "1 of 6 elements differ (rtol 1e-7, atol 1: rounded); worst at [1,2]: expected 9, got 6",
    );
    expect(said(actual, expected, { atol: 3, because: "rounded" })).toBeUndefined();
  });

  test("the worst is the one furthest beyond what is allowed to it, not the one that is furthest away", () => {
    const because = "of the test";
    expect(said([1001, 0.5], [1000, 0], { rtol: 0.0009, atol: 0, because })).toMatch(/worst at \[1\]/);
  });

  test("a tolerance looser than the dtype's needs a reason; a tighter one does not", () => {
    expect(() => said([1], [1], { rtol: 1e-3 })).toThrow(
      "toBeClose: rtol 0.001, atol 1e-7 are looser than float64's; say why in `because`",
    );
    expect(() => said([1], [1], { atol: 1e-3 })).toThrow(/looser than float64's/);
    expect(said([1], [1], { rtol: 0, atol: 0 })).toBeUndefined();
  });

  test("through expect, both ways", () => {
    expect(() => expect([1]).toBeClose([2])).toThrow(/1 of 1 elements differ/);
    expect(() => expect([1]).not.toBeClose([1])).toThrow("expected the tensors to differ");
    expect([1]).not.toBeClose([2]);
  });
});

test("distances are the largest of all elements, absolute and relative to the reference", () => {
  scope(() => {
    const [a, b] = [tensor([1, -3, 5]), tensor([1, -4, 5.5])];
    expect(difference(a, b)).toBe(1);
    expect(relativeDifference(a, b)).toBeCloseTo(1 / 5.5, 6);
    expect(relativeDifference(tensor([1e-31]), tensor([0]))).toBeCloseTo(0.1, 6);
    expect(() => difference(a, tensor([1]))).toThrow();
    expectClose(a, b, 0.19);
    expect(() => expectClose(a, b, 0.18, "both")).toThrow(/^both/);
  });
});
