// Every failure is a TorchError that names the operator and shows what it was given.

import { caught as caughtAny } from "@throughline/testing/caught";
import { checkLeaks } from "@throughline/testing/leaks";
import {
  type DType,
  fromTypedArray,
  linalg,
  ones,
  scope,
  stack,
  Tensor,
  TorchError,
  tensor,
  zeros,
} from "@throughline/torch";
import { describe, expect, test } from "vitest";
import { call, findOperator } from "../../dist/dispatch.js";

checkLeaks();

function caught(body: () => unknown): TorchError {
  const error = caughtAny(() => scope(body));
  expect(error).toBeInstanceOf(TorchError);
  return error as TorchError;
}

describe("texts", () => {
  const cases: [string, () => unknown, string, RegExp][] = [
    [
      "shapes that do not fit",
      () => ones([2, 3]).matmul(ones([2, 3])),
      "aten::matmul",
      /^aten::matmul: mat1 and mat2 shapes cannot be multiplied \(2x3 and 2x3\); given self: f32\[2,3\], other: f32\[2,3\]$/,
    ],
    [
      "shapes that do not broadcast",
      () => ones([2]).add(ones([3])),
      "aten::add.Tensor",
      /must match the size.*given self: f32\[2\], other: f32\[3\]/,
    ],
    [
      "dtypes that do not fit",
      () => ones([2, 2]).mm(ones([2, 2], { dtype: "float64" })),
      "aten::mm",
      /given self: f32\[2,2\], mat2: f64\[2,2\]/,
    ],
    [
      "a dimension out of range",
      () => ones([2]).sum({ dim: 3 }),
      "aten::sum.dim_IntList",
      /Dimension out of range/,
    ],
    [
      "a fraction for a dimension",
      () => ones([2]).softmax(0.5),
      "aten::softmax.int",
      /argument 'dim': expected a whole number/,
    ],
    ["NaN for a size", () => zeros([Number.NaN]), "aten::zeros", /argument 'size': expected/],
    ["infinity for a size", () => zeros([Number.POSITIVE_INFINITY]), "aten::zeros", /argument 'size'/],
    [
      "a string for a number",
      () => ones([1]).add("1" as unknown as number),
      "aten::add.Scalar",
      /argument 'other': expected a number, bigint, boolean or \{re, im\}/,
    ],
    [
      "a symbol",
      () => ones([1]).mul(Symbol("x") as unknown as number),
      "aten::mul.Scalar",
      /argument 'other'/,
    ],
    [
      "a function",
      () => ones([1]).mul((() => 1) as unknown as number),
      "aten::mul.Scalar",
      /argument 'other'/,
    ],
    [
      "a number for a list of tensors",
      () => stack(3 as unknown as Tensor[]),
      "aten::stack",
      /argument 'tensors': expected a list of Tensors, got 3/,
    ],
    [
      "a number in a list of tensors",
      () => stack([1 as unknown as Tensor]),
      "aten::stack",
      /argument 'tensors': expected a list of Tensors, got 1/,
    ],
    [
      "null for a tensor",
      () => ones([1]).matmul(null as unknown as Tensor),
      "aten::matmul",
      /argument 'other'/,
    ],
    [
      "no tensor",
      () => ones([1]).matmul(undefined as unknown as Tensor),
      "aten::matmul",
      /argument 'other' is missing: expected a Tensor/,
    ],
    [
      "a dtype that is none",
      () => ones([1]).to({ dtype: "float" as DType }),
      "aten::to.dtype",
      /"float" is not a dtype; accepted: uint8, int8/,
    ],
    ["a device that is none", () => ones([1]).to("abacus"), "aten::to.device", /abacus/],
    [
      "a memory format that is none",
      () => ones([1]).contiguous({ memoryFormat: "last" as "channels_last" }),
      "aten::contiguous",
      /argument 'memory_format': expected a memory format \(contiguous_format, .*got "last"/,
    ],
    [
      "a string for a boolean",
      () => ones([1]).sum({ dim: 0, keepdim: "yes" as unknown as boolean }),
      "aten::sum.dim_IntList",
      /argument 'keepdim': expected a boolean/,
    ],
    ["a singular matrix", () => linalg.inv(zeros([2, 2])), "aten::linalg_inv", /singular/],
    [
      "a matrix that is not positive definite",
      () => linalg.cholesky(zeros([2, 2])),
      "aten::linalg_cholesky",
      /not positive-definite/,
    ],
    [
      "an index out of range",
      () => ones([2]).gather(0, tensor([5n])),
      "aten::gather",
      /index 5 is out of bounds/,
    ],
    [
      "item of several elements",
      () => ones([2]).item(),
      "item",
      /a Tensor with 2 elements cannot be converted to Scalar/,
    ],
    [
      "a size that is none",
      () => ones([2]).size(1),
      "Tensor.size",
      /^size: dimension 1 of a tensor with 1 dimensions$/,
    ],
    ["a view that is none", () => ones([2, 3]).t().view([6]), "aten::view", /view size is not compatible/],
  ];
  test.each(cases)("%s", (_, body, op, text) => {
    const error = caught(body);
    expect(error.message).toMatch(text);
    expect(error.op ?? "").toBe(op);
    expect(error.code).toMatch(/^torch\//);
    expect(error.message).not.toMatch(/Exception raised|c10::|\.cpp/);
  });
});

describe("codes", () => {
  test.each([
    ["torch/argument", () => ones([1]).add("1" as unknown as number)],
    ["torch/op", () => ones([2]).add(ones([3]))],
    ["torch/unknown-operator", () => call("aten::no_such_thing")],
    ["torch/index", () => ones([2]).at(2)],
    [
      "torch/disposed",
      () => {
        const x = ones([1]);
        x.dispose();
        return x.add(1);
      },
    ],
  ])("%s", (code, body) => {
    expect(caught(body).code).toBe(code);
  });
});

describe("call", () => {
  test("an unknown operator is named", () => {
    expect(() => call("aten::no_such_thing")).toThrow(/libtorch has no operator aten::no_such_thing/);
    expect(() => findOperator("nonsense")).toThrow(TorchError);
    expect(() => findOperator("")).toThrow(TorchError);
  });

  test("too many arguments are refused, too few named", () => {
    expect(() => call("aten::zeros")).toThrow(/^aten::zeros: argument 'size' is missing/);
    scope(() => {
      expect(() => call("aten::relu", ones([1]), 1, 2)).toThrow(/takes at most 1 arguments, got 3/);
    });
  });

  test("the cause is kept", () => {
    const error = caught(() => ones([2]).add(ones([3])));
    expect(error.cause).toBeInstanceOf(Error);
    expect(error.name).toBe("TorchError");
  });

  test("an in-place operator returns the very tensor it was given", () => {
    scope(() => {
      const x = zeros([2]);
      expect(x.add_(1).mul_(2)).toBe(x);
      expect(x).toBeInstanceOf(Tensor);
      expect(x.toArray()).toEqual([2, 2]);
    });
  });
});

describe("options", () => {
  test("a dimension given by its place, as in PyTorch, is refused rather than overlooked", () => {
    scope(() => {
      const x = ones([2, 3]) as unknown as Record<"sum" | "max" | "sort", (dim: unknown) => unknown>;
      expect(() => x.sum(1)).toThrow("sum: expected options such as { dim: 1 }, got 1");
      expect(() => x.max([0])).toThrow("max: expected options such as { dim: 1 }, got [0]");
      expect(() => x.sort(null)).toThrow("sort: expected options such as { dim: 1 }, got null");
    });
  });
});

describe("buffers", () => {
  test("a buffer that was transferred away is refused", () => {
    const data = Float32Array.of(1, 2);
    structuredClone(data, { transfer: [data.buffer] });
    expect(() => fromTypedArray(data, [2])).toThrow(/the buffer holds 0 \(was it transferred away\?\)/);
  });

  test("a part of a buffer is read as that part", () => {
    scope(() => {
      const data = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
      expect(tensor(data).toArray()).toEqual([2, 3]);
    });
  });
});
