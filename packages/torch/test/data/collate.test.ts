import { data, dispose, scope, type Tensor, tensor, zeros } from "@throughline/torch";
import { describe, expect, expectTypeOf, test } from "vitest";
import { checkLeaks, freeze } from "./helpers.js";

checkLeaks();

const { collate } = data;
const same = (made: unknown, wanted: unknown) => scope(() => expect(freeze(made)).toEqual(freeze(wanted)));

describe("kinds", () => {
  test.each<[string, unknown[], () => unknown]>([
    ["numbers become float32", [1, 2.5], () => tensor([1, 2.5])],
    ["bigints become int64", [1n, -(2n ** 60n)], () => tensor([1n, -(2n ** 60n)])],
    ["booleans become bool", [true, false], () => tensor([true, false])],
    ["strings stay strings", ["a", "b"], () => ["a", "b"]],
    [
      "Float32Array",
      [Float32Array.of(1, 2), Float32Array.of(3, 4)],
      () =>
        tensor([
          [1, 2],
          [3, 4],
        ]),
    ],
    [
      "Float64Array",
      [Float64Array.of(1), Float64Array.of(3)],
      () => tensor([[1], [3]], { dtype: "float64" }),
    ],
    ["BigInt64Array", [BigInt64Array.of(1n)], () => tensor([[1n]])],
    ["Uint8ClampedArray", [Uint8ClampedArray.of(300)], () => tensor([[255]], { dtype: "uint8" })],
    ["Buffer", [Buffer.from("hi")], () => tensor([[104, 105]], { dtype: "uint8" })],
    ["Int8Array", [Int8Array.of(-3)], () => tensor([[-3]], { dtype: "int8" })],
    ["uint16 widens to int32", [Uint16Array.of(65535)], () => tensor([[65535]], { dtype: "int32" })],
    [
      "uint32 widens to int64",
      [Uint32Array.of(2 ** 32 - 1)],
      () => tensor([[2 ** 32 - 1]], { dtype: "int64" }),
    ],
    [
      "part of a buffer",
      [new Int16Array(4).fill(7).subarray(1, 3)],
      () => tensor([[7, 7]], { dtype: "int16" }),
    ],
    ["arrays of no length", [new Float32Array(0), new Float32Array(0)], () => zeros([2, 0])],
    [
      "pairs",
      [
        [1, "a"],
        [2, "b"],
      ],
      () => [tensor([1, 2]), ["a", "b"]],
    ],
    [
      "nested",
      [{ a: [{ b: 1 }, true] }, { a: [{ b: 2 }, false] }],
      () => ({ a: [{ b: tensor([1, 2]) }, tensor([true, false])] }),
    ],
    [
      "keys in another order",
      [
        { a: 1, b: 2 },
        { b: 3, a: 4 },
      ],
      () => ({ a: tensor([1, 4]), b: tensor([2, 3]) }),
    ],
  ])("%s", (_, samples, wanted) => {
    scope(() => same(collate(samples), wanted()));
  });

  test("tensors are stacked and keep their dtype", () => {
    scope(() =>
      same(
        collate([tensor([1n, 2n]), tensor([3n, 4n])]),
        tensor([
          [1n, 2n],
          [3n, 4n],
        ]),
      ),
    );
    scope(() => same(collate([tensor(1), tensor(2)]), tensor([1, 2])));
  });

  test("types follow the samples'", () => {
    const batch = collate([{ x: 1, name: "a", pair: [true, 1n] as const }]);
    expectTypeOf(batch).toEqualTypeOf<{ x: Tensor; name: string[]; pair: [Tensor, Tensor] }>();
    dispose(batch);
  });
});

describe("refusals say where, which samples and how they differ", () => {
  test.each<[string, () => unknown[], string]>([
    [
      "shapes",
      () => [{ x: [1, zeros([2])] }, { x: [1, zeros([2])] }, { x: [1, zeros([3])] }],
      "collate: at x[1]: sample 9 has f32[3], sample 7 has f32[2]; samples of a batch must be alike: give a collate",
    ],
    [
      "dtypes",
      () => [zeros([2]), zeros([2], { dtype: "float64" })],
      "collate: sample 8 has f64[2], sample 7 has f32[2]",
    ],
    [
      "lengths",
      () => [Float32Array.of(1), Float32Array.of(1, 2)],
      "sample 8 has a Float32Array of 2, sample 7 has a Float32Array of 1",
    ],
    ["array kinds", () => [Float32Array.of(1), Int8Array.of(1)], "sample 8 has a Int8Array of 1"],
    [
      "arrays",
      () => [{ a: [1] }, { a: [1, 2] }],
      "at a: sample 8 has an array of 2, sample 7 has an array of 1",
    ],
    [
      "keys",
      () => [{ a: 1 }, { b: 1 }],
      "sample 8 has an object with keys b, sample 7 has an object with keys a",
    ],
    ["kinds", () => [1, "one"], 'sample 8 has the string "one", sample 7 has the number 1'],
    ["later null", () => [1, null], "sample 8 has null, sample 7 has the number 1"],
    ["null", () => [null], "sample 7 has null, which the default collate function cannot join"],
    ["undefined", () => [[undefined]], "at [0]: sample 7 has undefined, which the default collate function"],
    [
      "class",
      () => [{ when: new Date(0) }],
      "at when: sample 7 has a Date, which the default collate function",
    ],
    ["DataView", () => [new DataView(new ArrayBuffer(2))], "sample 7 has a DataView"],
    ["nothing", () => [], "collate: there are no samples to join"],
  ])("%s", (_, samples, text) => {
    scope(() => expect(() => collate(samples(), [7, 8, 9])).toThrow(text));
  });
});
