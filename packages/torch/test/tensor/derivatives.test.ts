// The derivative of every hand-written method and function against central differences in float64.

import { checkLeaks } from "@throughline/testing/leaks";
import { gradcheck, gradgradcheck, scope, Tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import * as creation from "../../dist/creation.js";
import * as fft from "../../dist/fft.js";
import * as joining from "../../dist/joining.js";
import * as linalg from "../../dist/linalg.js";
import { functions, notDifferentiable as noFunctions } from "./derivative-functions.js";
import { Inputs } from "./derivative-inputs.js";
import { type MethodCall, methods, notDifferentiable as noMethods } from "./derivative-table.js";

checkLeaks();

function namesOf(prototype: object): string[] {
  const own = Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor");
  const parent = Object.getPrototypeOf(prototype) as object;
  return parent === Object.prototype ? own : [...own, ...namesOf(parent)];
}

const members = [...new Set(namesOf(Tensor.prototype))];
const inPlace = members.filter(
  (name) => name.endsWith("_") && name.slice(0, -1) in methods && !(name in methods) && !(name in noMethods),
);

/** Every tensor in a result. */
function flatten(result: unknown): Tensor[] {
  if (result instanceof Tensor) return [result];
  if (typeof result !== "object" || result === null) return [];
  return Object.values(result).flatMap(flatten);
}

function apply(name: string, { args }: MethodCall, self: Tensor, others: Tensor[]): Tensor[] {
  const member = (self as unknown as Record<string, unknown>)[name];
  return flatten(typeof member === "function" ? member.apply(self, args?.(...others) ?? others) : member);
}

type Run = (...tensors: Tensor[]) => Tensor[];

function check(inputs: (make: Inputs) => Tensor[], run: Run, checker: typeof gradcheck = gradcheck): void {
  scope(() => {
    const report = checker(run, inputs(new Inputs()));
    expect(report.deviation).toBeLessThanOrEqual(1);
  });
}

describe("methods", () => {
  const table = Object.entries(methods).flatMap(([name, calls]) =>
    calls.map((call, i) => [name, i, call] as const),
  );
  test.each(table)("%s (%i)", (name, _, call) => {
    const copies = name.endsWith("_");
    check(call.inputs, (self, ...others) => apply(name, call, copies ? self!.clone() : self!, others));
  });
});

describe("methods in place", () => {
  const realOnly = ["abs_"]; // the modulus of a complex tensor is real and does not fit into it
  const table = inPlace.flatMap((name) =>
    methods[name.slice(0, -1)]!.map((call, i) => [name, i, call] as const),
  );
  test.each(table)("%s (%i)", (name, _, call) => {
    check(call.inputs, (self, ...others) => {
      if (realOnly.includes(name) && self!.dtype === "complex128") return [self!];
      const copy = self!.clone();
      const result = apply(name, call, copy, others);
      expect(result[0]).toBe(copy);
      return result;
    });
  });
});

describe.each(["torch", "linalg", "fft"] as const)("functions of %s", (space) => {
  const table = Object.entries(functions[space]).flatMap(([name, calls]) =>
    calls.map((call, i) => [name, i, call] as const),
  );
  test.each(table)("%s (%i)", (_name, _, { inputs, run }) => {
    check(inputs, (...tensors) => flatten(run(...tensors)));
  });
});

describe("second derivatives", () => {
  const chosen = [
    "exp",
    "tanh",
    "mul",
    "div",
    "pow",
    "softmax",
    "logsumexp",
    "matmul",
    "var",
    "norm",
    "at",
    "scatterAdd",
  ];
  test.each(chosen)("%s", (name) => {
    const call = methods[name]![0]!;
    check(call.inputs, (self, ...others) => apply(name, call, self!, others), gradgradcheck);
  });

  test.each(["qr", "eigh", "solve", "slogdet", "cholesky"])("linalg.%s", (name) => {
    const { inputs, run } = functions.linalg[name]![0]!;
    check(inputs, (...tensors) => flatten(run(...tensors)), gradgradcheck);
  });
});

describe("the tables are complete", () => {
  const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort();

  test("every member of Tensor is checked, or listed with a reason", () => {
    const covered = [...Object.keys(methods), ...inPlace, ...Object.keys(noMethods)];
    expect(sorted(covered)).toEqual(sorted(members));
  });

  test("every function is checked, or listed with a reason", () => {
    const exported = [creation, joining, linalg, fft].flatMap((module) => Object.keys(module));
    const covered = [
      ...Object.values(functions).flatMap((table) => Object.keys(table)),
      ...Object.keys(noFunctions),
    ];
    expect(sorted(covered)).toEqual(sorted(exported));
  });

  test("nothing is in both lists", () => {
    expect(Object.keys(methods).filter((name) => name in noMethods)).toEqual([]);
  });
});
