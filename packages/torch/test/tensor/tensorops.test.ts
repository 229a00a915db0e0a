// Every operation of fixtures/tensorops against PyTorch: values, dtypes, shapes, and how dtypes are promoted.
import { type DType, isComplex, isFloatingPoint, ones, scope, Tensor, TorchError } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { type FixtureCase, loadFixture } from "../support/fixtures.js";
import { run } from "./pytorch-calls.js";

checkLeaks();

const { cases, tensor, argument } = loadFixture("tensorops");

/** Python computed these with float64 as the default dtype, which is always float32 here: creation is told so. */
const creators = /^torch\.(arange|linspace|logspace|eye|full|.*_window|fft\.r?fftfreq)$/;

function argumentsOf(entry: FixtureCase, expected: readonly Tensor[]): Record<string, unknown> {
  const args = argument(entry.args) as Record<string, unknown>;
  return creators.test(entry.op) && args.dtype === undefined ? { ...args, dtype: expected[0]!.dtype } : args;
}

/** What becomes of whole numbers by default: float32 here, float64 in the fixture. */
function withOurDefault(expected: DType, inputs: readonly DType[]): DType {
  if (inputs.length === 0 || inputs.some((dtype) => isFloatingPoint(dtype) || isComplex(dtype)))
    return expected;
  return expected === "float64" ? "float32" : expected === "complex128" ? "complex64" : expected;
}

/** Eigen- and singular vectors are unique up to a sign or phase, eigenvalues of general matrices up to their order. */
function canonical(results: readonly Tensor[], compare: unknown): Tensor[] {
  if (compare === undefined) return [...results];
  if (compare === "columns up to sign") {
    return results.map((item) =>
      item.ndim > 1 ? item.abs() : item.dtype.startsWith("c") ? byReal(item) : item,
    );
  }
  expect(compare).toBe("any order");
  return results.map(byReal);
}

function byReal(values: Tensor): Tensor {
  return values.at(values.real.mul(1e6).add(values.imag).argsort());
}

describe("operations", () => {
  const plain = cases.filter(({ op }) => !op.startsWith("promote"));
  test.each(plain.map((entry) => [`${entry.name} ${entry.op}`, entry] as const))("%s", (_, entry) => {
    scope(() => {
      const inputs = entry.inputs.map(tensor);
      const expected = entry.outputs.map((key) => tensor(key!));
      const args = argumentsOf(entry, expected);
      const actual = run(entry.op, inputs, args);
      if ("expect" in entry) {
        expect(actual.map((item) => (item instanceof Tensor ? item.item() : item))).toEqual(entry.expect);
        return;
      }
      expect(actual.length).toBe(expected.length);
      const given = canonical(actual as Tensor[], entry.compare);
      const kinds = [...inputs, ...Object.values(args).filter((arg) => arg instanceof Tensor)].map(
        (operand) => operand.dtype,
      );
      canonical(expected, entry.compare).forEach((reference, i) => {
        expect(given[i]).toBeClose(reference.to(withOurDefault(reference.dtype, kinds)));
      });
    });
  });
});

interface PromotionCase extends FixtureCase {
  readonly args: {
    readonly op: string;
    readonly pair: "tensor,tensor" | "tensor,0-d" | "tensor,number";
    readonly dtypes: readonly DType[];
    readonly numbers: readonly unknown[] | null;
    readonly default_dtype: "float32" | "float64";
    readonly dim?: number;
  };
  readonly expect: readonly unknown[];
}

/** The dtype of a call's result, or "error" if it is refused. */
function dtypeOf(op: string, inputs: Tensor[], rest: Record<string, unknown> = {}): DType | "error" {
  try {
    return (run(op, inputs, rest)[0] as Tensor).dtype;
  } catch (error) {
    expect(error).toBeInstanceOf(TorchError);
    return "error";
  }
}

describe("promotion of dtypes", () => {
  const tables = cases.filter(({ op }) => op.startsWith("promote")) as unknown as PromotionCase[];
  test.each(tables.map((entry) => [entry.name, entry] as const))("%s", (_, entry) => {
    const { op, pair, dtypes, default_dtype, dim } = entry.args;
    const local = (expected: unknown, ...kinds: DType[]): unknown => {
      if (expected === "complex32" || expected === "error") return "error"; // complex32 has no name here
      return default_dtype === "float32" ? expected : withOurDefault(expected as DType, kinds);
    };
    scope(() => {
      const one = new Map(dtypes.map((dtype) => [dtype, ones([2], { dtype })]));
      if (entry.op === "promote_unary") {
        const found = dtypes.map((dtype) => dtypeOf(op, [one.get(dtype)!], dim === undefined ? {} : { dim }));
        expect(found).toEqual(entry.expect);
        return;
      }
      const table = entry.expect as unknown[][];
      if (pair === "tensor,number") {
        const numbers = argument(entry.args.numbers) as Tensor[];
        const found = dtypes.map((row) => numbers.map((number) => dtypeOf(op, [one.get(row)!, number])));
        expect(found).toEqual(table.map((line, r) => line.map((cell) => local(cell, dtypes[r]!))));
        return;
      }
      const second = (dtype: DType): Tensor =>
        pair === "tensor,0-d" ? one.get(dtype)!.at(0) : one.get(dtype)!;
      const found = dtypes.map((row) => dtypes.map((column) => dtypeOf(op, [one.get(row)!, second(column)])));
      expect(found).toEqual(
        table.map((line, r) => line.map((cell, c) => local(cell, dtypes[r]!, dtypes[c]!))),
      );
    });
  });
});
