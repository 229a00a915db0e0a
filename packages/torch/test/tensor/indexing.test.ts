// Indexing beyond the reference table: lists, views, derivatives, what is refused.
import {
  arange,
  grad,
  type Index,
  ones,
  randn,
  scope,
  slice,
  type Tensor,
  TorchError,
  tensor,
  zeros,
} from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";

checkLeaks();

const grid = (): Tensor => arange(24).reshape([2, 3, 4]);

describe("at", () => {
  const values: [string, Index[], unknown][] = [
    [
      "a list of numbers",
      ["...", [0, -1]],
      [
        [
          [0, 3],
          [4, 7],
          [8, 11],
        ],
        [
          [12, 15],
          [16, 19],
          [20, 23],
        ],
      ],
    ],
    [
      "a nested list",
      [[[0], [1]], [0, 2], 1],
      [
        [1, 9],
        [13, 21],
      ],
    ],
    ["a list of booleans", [0, [true, false, true], 0], [0, 8]],
    [
      "a mask over two dimensions, then a number",
      [
        [
          [true, false, false],
          [false, false, true],
        ],
        1,
      ],
      [1, 21],
    ],
    [
      "a mask over two dimensions, then a list",
      [
        [
          [true, false, false],
          [false, false, true],
        ],
        [3, 0],
      ],
      [3, 20],
    ],
    ["an empty list", [[], 0], []],
    [
      "lists apart from each other: their dimension comes first",
      [[0, 1], slice(0, 2), [0, 3]],
      [
        [0, 4],
        [15, 19],
      ],
    ],
    ["lists side by side: it stays in place", [0, [0, 1], [0, 3]], [0, 7]],
    ["a slice with a step", [1, 0, slice(null, null, 3)], [12, 15]],
    ["true and null", [true, null, 0, 0, 0], [[0]]],
    ["false", [0, 0, false], []],
  ];
  test.each(values)("%s", (_, indices, expected) => {
    scope(() =>
      expect(
        grid()
          .at(...indices)
          .toArray(),
      ).toEqual(expected),
    );
  });

  test("numbers and slices give a view, lists and masks a copy", () => {
    scope(() => {
      const x = grid();
      expect(x.at(1, slice(1), null).dataPointer).toBe(x.at(1, 1).dataPointer);
      expect(x.at().isSame(x)).toBe(false);
      x.at(0, 0).fill_(-1);
      expect(x.at(0, 0, 2).item()).toBe(-1);
      x.at([0]).fill_(7);
      expect(x.at(0, 0, 2).item()).toBe(-1);
    });
  });

  test("an index beyond float32's whole numbers is exact", () => {
    scope(() => {
      const x = zeros([2 ** 24 + 2], { dtype: "uint8" }).setAt_([2 ** 24 + 1], 9);
      expect(x.at([2 ** 24 + 1]).toArray()).toEqual([9]);
    });
  });

  test("the derivative of a repeated index is the sum", () => {
    scope(() => {
      const x = ones([3]).requiresGrad_();
      const [g] = grad(
        x
          .at([2, 2, 0])
          .mul(tensor([1, 2, 3]))
          .sum(),
        [x],
      );
      expect(g).toBeClose([3, 0, 3]);
    });
  });

  const refused: [string, () => Index[], RegExp][] = [
    ["too many", () => [0, 0, 0, 0], /^at: 4 indices for 3 dimensions$/],
    ["two ellipses", () => ["...", 0, "..."], /may stand only once/],
    ["out of range", () => [0, 3], /^at: index 3 is out of range for dimension 0 of size 3$/],
    ["negative out of range", () => [-3], /index -3 is out of range for dimension 0 of size 2/],
    ["a fraction", () => [0.5], /^at: 0\.5 is not an index; accepted: a whole number, slice\(\)/],
    ["NaN", () => [Number.NaN], /NaN is not an index/],
    ["a fraction in a list", () => [[0, 0.5]], /0\.5 is not a whole number/],
    ["a float tensor", () => [tensor([0, 1])], /a tensor of float32 is not an index/],
    ["a uint8 tensor", () => [tensor([0, 1], { dtype: "uint8" })], /a tensor of uint8 is not an index/],
    ["something else", () => [{} as Index], /a Object is not an index/],
    ["undefined", () => [undefined as unknown as Index], /undefined is not an index/],
    ["a list out of range", () => [[0, 2]], /index 2 is out of bounds/],
    [
      "a mask of the wrong size",
      () => [[true, false, true]],
      /does not match the shape of the indexed tensor/,
    ],
    [
      "lists that do not broadcast",
      () => [
        [0, 1],
        [0, 1, 2],
      ],
      /could not be broadcast together/,
    ],
  ];
  test.each(refused)("%s is refused", (_, indices, text) => {
    scope(() => {
      const x = grid();
      expect(() => x.at(...indices())).toThrow(TorchError);
      expect(() => x.at(...indices())).toThrow(text);
    });
  });

  test("a scalar has no index", () => {
    scope(() => expect(() => tensor(1).at(0)).toThrow(/1 indices for 0 dimensions/));
  });
});

describe("slice", () => {
  test.each([
    [[0, 5, 0], /the step must be positive, got 0/],
    [[5, 0, -1], /the step must be positive, got -1; use flip/],
    [[0.5], /0\.5 is not a whole number/],
    [[0, Number.POSITIVE_INFINITY], /Infinity is not a whole number/],
  ] as const)("%j is refused", (bounds, text) => {
    expect(() => slice(...(bounds as [number]))).toThrow(text);
  });
});

describe("setAt_", () => {
  test("returns the tensor itself and counts as a change in place", () => {
    scope(() => {
      const x = zeros([3]);
      const { version } = x;
      expect(x.setAt_([1], 5)).toBe(x);
      expect([x.toArray(), x.version - version]).toEqual([[0, 5, 0], 1]);
    });
  });

  test("a mask and a number", () => {
    scope(() => {
      const x = arange(5);
      expect(x.setAt_([x.gt(2)], 0).toArray()).toEqual([0, 1, 2, 0, 0]);
    });
  });

  test("values are cast to the tensor's dtype", () => {
    scope(() => {
      const x = zeros([3], { dtype: "int32" });
      expect(x.setAt_([[0, 2]], tensor([1.9, -1.9])).toArray()).toEqual([1, 0, -1]);
      expect(x.setAt_([slice(1)], tensor([2n, 3n])).toArray()).toEqual([1, 2, 3]);
    });
  });

  test("gradients reach the values, and what was overwritten gets none", () => {
    scope(() => {
      const x = ones([4]).requiresGrad_();
      const value = tensor([10, 20]).requiresGrad_();
      const [gx, gv] = grad(
        x
          .mul(3)
          .setAt_([[1, 3]], value.mul(2))
          .sum(),
        [x, value],
      );
      expect(gx).toBeClose([3, 0, 3, 0]);
      expect(gv).toBeClose([2, 2]);
    });
  });

  test("a value that does not broadcast, and a leaf that needs gradients, are refused", () => {
    scope(() => {
      expect(() => zeros([3]).setAt_([slice(0, 2)], ones([3]))).toThrow(/aten::copy_/);
      expect(() => zeros([3]).setAt_([[0, 1]], ones([3]))).toThrow(/aten::index_put_/);
      expect(() => zeros([3]).requiresGrad_().setAt_([0], 1)).toThrow(/leaf Variable that requires grad/);
      expect(() => zeros([3]).setAt_([3], 1)).toThrow(/out of range for dimension 0 of size 3/);
    });
  });

  test("nothing made on the way outlives the call", () => {
    const x = randn([3, 3]);
    x.setAt_([0, [0, 2]], 1).setAt_([slice(1), null, 1], 2);
    const y = x.at(0, [true, false, true]);
    expect(y.toArray()).toEqual([1, 1]);
    y.dispose();
    x.dispose();
  });
});

describe("going through a tensor", () => {
  test("gives the entries along its first dimension, which are views", () =>
    scope(() => {
      const x = tensor([
        [1, 2],
        [3, 4],
      ]);
      expect(Array.from(x, (row) => row.toArray())).toEqual([
        [1, 2],
        [3, 4],
      ]);
      const [first] = x;
      first?.fill_(9);
      expect(x.toArray()).toEqual([
        [9, 9],
        [3, 4],
      ]);
      expect([...ones([0, 3])]).toEqual([]);
    }));

  test("is refused without dimensions", () => {
    using x = tensor(3);
    expect(() => [...x]).toThrow("has no entries to go through; use item()");
  });
});
