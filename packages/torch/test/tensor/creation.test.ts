// Tensors from values, and the rules of their dtypes.
import * as torch from "@throughline/torch";
import {
  arange,
  type DType,
  fromTypedArray,
  full,
  ones,
  scope,
  type Tensor,
  TorchError,
  tensor,
} from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";

checkLeaks();

type Value = Parameters<typeof tensor>[0];

/** dtype, shape and elements at once. */
function facts(make: () => Tensor): [DType, number[], unknown] {
  return scope(() => {
    const x = make();
    return [x.dtype, x.shape, x.toArray()];
  });
}

describe("tensor", () => {
  const kinds: [string, Value, DType, number[], unknown][] = [
    ["a number", 1.5, "float32", [], 1.5],
    ["a whole number", 3, "float32", [], 3],
    ["numbers", [1, 2.5], "float32", [2], [1, 2.5]],
    ["nested numbers", [[[1], [2]]], "float32", [1, 2, 1], [[[1], [2]]]],
    ["a boolean", true, "bool", [], true],
    ["booleans", [[true, false]], "bool", [1, 2], [[true, false]]],
    ["bigints", [1n, -(2n ** 63n)], "int64", [2], [1, -(2n ** 63n)]],
    ["complex numbers", [{ re: 1, im: -2 }], "complex64", [1], [{ re: 1, im: -2 }]],
    ["nothing", [], "float32", [0], []],
    ["empty rows", [[], []], "float32", [2, 0], [[], []]],
    ["Float64Array", Float64Array.of(0.1), "float64", [1], [0.1]],
    ["BigInt64Array", BigInt64Array.of(5n), "int64", [1], [5]],
    ["Int32Array", Int32Array.of(-5), "int32", [1], [-5]],
    ["Int16Array", Int16Array.of(-5), "int16", [1], [-5]],
    ["Int8Array", Int8Array.of(-5), "int8", [1], [-5]],
    ["Uint8Array", Uint8Array.of(250), "uint8", [1], [250]],
    [
      "NaN and infinities",
      [Number.NaN, Number.NEGATIVE_INFINITY, -0],
      "float32",
      [3],
      [Number.NaN, Number.NEGATIVE_INFINITY, -0],
    ],
  ];
  test.each(kinds)("%s", (_, value, dtype, shape, elements) => {
    expect(facts(() => tensor(value))).toEqual([dtype, shape, elements]);
  });

  test.each(torch.dtypes)("numbers as %s and back", (dtype) => {
    const [kind, , elements] = facts(() =>
      tensor(
        [
          [1, 0],
          [1, 1],
        ],
        { dtype },
      ),
    );
    const one = { re: 1, im: 0 };
    const expected =
      dtype === "bool"
        ? [
            [true, false],
            [true, true],
          ]
        : [
            [1, 0],
            [1, 1],
          ];
    const complex = [
      [one, { re: 0, im: 0 }],
      [one, one],
    ];
    expect([kind, elements]).toEqual([dtype, dtype.startsWith("complex") ? complex : expected]);
  });

  test("dtype converts a typed array", () => {
    expect(facts(() => tensor(Float64Array.of(1.75, -1.75), { dtype: "int16" }))).toEqual([
      "int16",
      [2],
      [1, -1],
    ]);
  });

  test("half precision rounds as PyTorch does", () => {
    expect(facts(() => tensor([65519, 65520, 1e-8], { dtype: "float16" }))[2]).toEqual([
      65504,
      Number.POSITIVE_INFINITY,
      0,
    ]);
    expect(facts(() => tensor([1.00390625], { dtype: "bfloat16" }))[2]).toEqual([1]);
  });

  test("a bigint number survives where a number would not", () => {
    scope(() => {
      expect(tensor(2n ** 53n + 1n).itemBigInt()).toBe(2n ** 53n + 1n);
      expect(tensor([2 ** 53 - 1], { dtype: "int64" }).item()).toBe(2 ** 53 - 1);
    });
  });

  const refused: [string, unknown, object, RegExp][] = [
    [
      "ragged lists",
      [[1, 2], [3]],
      {},
      /^tensor: the lists are ragged: at \[1\] expected a list of 2, as before it, got a list of 1$/,
    ],
    ["a list among numbers", [1, [2]], {}, /at \[1\] expected one element, as before it, got a list of 1/],
    ["a number among lists", [[1], 2], {}, /at \[1\] expected a list of 1, as before it, got 2/],
    [
      "deep ragged lists",
      [
        [[1], [2]],
        [[3], [4, 5]],
      ],
      {},
      /at \[1\]\[1\] expected a list of 1/,
    ],
    ["numbers and booleans", [1, true], {}, /mixes numbers and booleans/],
    ["numbers and bigints", [1, 2n], {}, /mixes numbers and bigints/],
    ["numbers and complex numbers", [1, { re: 1, im: 1 }], {}, /mixes numbers and complex numbers/],
    ["a string", "1", {}, /"1" is not an element; accepted: numbers/],
    ["null", [null], {}, /null is not an element/],
    ["undefined", undefined, {}, /undefined is not an element/],
    ["an object", [{ re: 1 }], {}, /a Object is not an element/],
    [
      "a fraction as int64",
      [1.5],
      { dtype: "int64" },
      /^tensor: 1\.5 is not a whole number, as dtype int64 needs$/,
    ],
    ["NaN as int32", Number.NaN, { dtype: "int32" }, /NaN is not a whole number/],
    ["300 as uint8", [300], { dtype: "uint8" }, /^tensor: 300 does not fit uint8 \(0 to 255\)$/],
    ["2⁶³ as int64", 2n ** 63n, {}, /does not fit int64/],
    [
      "complex as float32",
      [{ re: 1, im: 0 }],
      { dtype: "float32" },
      /complex numbers do not fit dtype float32/,
    ],
    ["a dtype that is none", [1], { dtype: "float" }, /"float" is not a dtype; accepted: uint8, /],
    ["Uint32Array", Uint32Array.of(1), {}, /no dtype has the elements of a Uint32Array/],
    ["Float32Array rows in a list", [Float32Array.of(1)], {}, /a Float32Array is not an element/],
    ["a device that is none", [1], { device: "abacus" }, /abacus/],
  ];
  test.each(refused)("%s is refused", (_, value, options, text) => {
    scope(() => {
      expect(() => tensor(value as Value, options)).toThrow(TorchError);
      expect(() => tensor(value as Value, options)).toThrow(text);
    });
  });

  test("a tensor in a list is refused, and the error says what to use", () => {
    scope(() => {
      expect(() => tensor([ones([1])] as unknown as Value)).toThrow(
        /f32\[1\] is not an element.*stack\(\) and cat\(\)/,
      );
    });
  });

  test("a list without end is refused", () => {
    const endless: unknown[] = [];
    endless.push(endless);
    expect(() => tensor(endless as Value)).toThrow(/nested more than 64 deep/);
  });

  test("requiresGrad and device", () => {
    scope(() => {
      const x = tensor([1], { requiresGrad: true, device: "cpu", dtype: "float64" });
      expect([x.requiresGrad, x.isLeaf, x.device, x.dtype]).toEqual([true, true, "cpu", "float64"]);
      expect(() => tensor([1n], { requiresGrad: true })).toThrow(/floating point/);
    });
  });
});

describe("fromTypedArray", () => {
  test("copies, and takes a shape", () => {
    scope(() => {
      const data = Float32Array.of(1, 2, 3, 4);
      const x = fromTypedArray(data, [2, 2]);
      data[0] = 9;
      expect(x.toArray()).toEqual([
        [1, 2],
        [3, 4],
      ]);
    });
  });

  test.each(torch.dtypes)("gives %s back from toTypedArray", (dtype) => {
    scope(() => {
      const x = arange(4).to({ dtype });
      const y = fromTypedArray(x.toTypedArray(), [4], { dtype });
      expect([y.dtype, y.equal(x)]).toEqual([dtype, true]);
    });
  });

  test("refuses other element sizes and other shapes", () => {
    expect(() => fromTypedArray(Float32Array.of(1), [1], { dtype: "float64" })).toThrow(
      /a Float32Array does not hold elements of float64/,
    );
    expect(() => fromTypedArray(Float32Array.of(1, 2), [3])).toThrow(TorchError);
  });
});

describe("constants and ranges", () => {
  const made: [string, () => Tensor, DType, number[], unknown][] = [
    ["zeros", () => torch.zeros([2]), "float32", [2], [0, 0]],
    ["ones, no dimension", () => ones([]), "float32", [], 1],
    ["full of a whole number", () => full([2], 7), "float32", [2], [7, 7]],
    ["full of a boolean", () => full([1], true), "bool", [1], [true]],
    ["full of a bigint", () => full([1], 7n), "int64", [1], [7]],
    ["full of a complex number", () => full([1], { re: 1, im: 2 }), "complex64", [1], [{ re: 1, im: 2 }]],
    ["full with a dtype", () => full([1], 7, { dtype: "int8" }), "int8", [1], [7]],
    [
      "eye",
      () => torch.eye(2, 3),
      "float32",
      [2, 3],
      [
        [1, 0, 0],
        [0, 1, 0],
      ],
    ],
    [
      "eye with options",
      () => torch.eye(2, { dtype: "bool" }),
      "bool",
      [2, 2],
      [
        [true, false],
        [false, true],
      ],
    ],
    ["arange to an end", () => arange(3), "int64", [3], [0, 1, 2]],
    ["arange backwards", () => arange(3, 0, -2), "int64", [2], [3, 1]],
    ["arange of fractions", () => arange(0, 1, 0.25), "float32", [4], [0, 0.25, 0.5, 0.75]],
    ["arange with options", () => arange(1, 3, { dtype: "float64" }), "float64", [2], [1, 2]],
    ["arange of bigints", () => arange(2n), "int64", [2], [0, 1]],
    ["linspace", () => torch.linspace(0, 1, 3), "float32", [3], [0, 0.5, 1]],
    ["logspace", () => torch.logspace(0, 2, 3, { base: 2 }), "float32", [3], [1, 2, 4]],
    [
      "trilIndices",
      () => torch.trilIndices(2, 2),
      "int64",
      [2, 3],
      [
        [0, 1, 1],
        [0, 0, 1],
      ],
    ],
    ["triuIndices", () => torch.triuIndices(2, 2, { offset: 1 }), "int64", [2, 1], [[0], [1]]],
  ];
  test.each(made)("%s", (_, make, dtype, shape, elements) => {
    expect(facts(make)).toEqual([dtype, shape, elements]);
  });

  test("like another: shape, dtype and memory format are taken over, options come first", () => {
    scope(() => {
      const x = torch.zeros([2, 3, 2, 2], { dtype: "float64" }).contiguous({ memoryFormat: "channels_last" });
      const y = torch.onesLike(x, { requiresGrad: true });
      expect([y.dtype, y.shape, y.requiresGrad]).toEqual(["float64", [2, 3, 2, 2], true]);
      expect(y.isContiguous("channels_last")).toBe(true);
      expect(torch.fullLike(x, 2, { dtype: "int32" }).dtype).toBe("int32");
      expect(torch.emptyLike(x).strides).toEqual(x.strides);
      expect(torch.zerosLike(x).sum().item()).toBe(0);
    });
  });

  test("what cannot be made is refused with the operator's name", () => {
    expect(() => torch.zeros([-1])).toThrow(/^aten::zeros: .*must be non-negative/);
    expect(() => arange(0, 1, 0)).toThrow(/^aten::arange/);
    expect(() => torch.zeros([0.5])).toThrow(/argument 'size'/);
    expect(() => torch.normal(0, 1)).toThrow(/give the `shape` to fill/);
  });
});

describe("broadcastShapes", () => {
  test("follows NumPy's rule", () => {
    expect(torch.broadcastShapes([2, 1], [3], [])).toEqual([2, 3]);
    expect(torch.broadcastShapes([0, 1], [1, 4])).toEqual([0, 4]);
    expect(() => torch.broadcastShapes([2], [3])).toThrow(
      /^broadcastShapes: \[2\] and \[3\] do not broadcast$/,
    );
  });
});
