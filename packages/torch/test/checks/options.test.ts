// The shared checks of options and values, and that they do not load the engine.
import { execFileSync } from "node:child_process";
import {
  checkOptions,
  flag,
  knownOptions,
  oneOf,
  positive,
  positiveNumber,
  type Rules,
  required,
  show,
  suggestion,
  whole,
  wholeNumber,
} from "@throughline/torch/checks";
import { describe, expect, test } from "vitest";

interface Pool {
  readonly size: number;
  readonly stride: number;
  readonly mode: "max" | "mean";
  readonly ceil: boolean;
  readonly scale: number;
}

const rules: Rules<Pool> = {
  size: required(whole(1, 0)),
  stride: whole(1, 2, 8),
  mode: oneOf(["max", "mean"], "max"),
  ceil: flag(false),
  scale: positive(1),
};

describe("checkOptions", () => {
  test("fills in defaults", () => {
    const expected = { size: 3, stride: 2, mode: "mean", ceil: false, scale: 1 };
    expect(checkOptions("Pool", rules, { size: 3, mode: "mean", stride: undefined })).toEqual(expected);
  });

  test.each([
    [{ size: 3, striide: 1 }, "Pool: there is no option striide; did you mean stride?"],
    [{ size: 1.5 }, "Pool: size is 1.5, accepted: a whole number of at least 1"],
    [{ size: 1, stride: 9 }, "Pool: stride is 9, accepted: a whole number from 1 to 8"],
    [{ size: 1, mode: "min" }, 'Pool: mode is "min", accepted: "max" or "mean"'],
    [{ size: 1, ceil: 1 }, "Pool: ceil is 1, accepted: true or false"],
    [{ size: 1, scale: Number.NaN }, "Pool: scale is NaN, accepted: a number above 0"],
    [undefined, "Pool: size is undefined, accepted: a whole number of at least 1"],
    [null, "Pool: the options are null, accepted: an object"],
    [[3], "Pool: the options are [3], accepted: an object"],
    [
      { size: 1, constructor: 3 },
      "Pool: there is no option constructor; there are size, stride, mode, ceil, scale",
    ],
  ])("refuses %j", (given, message) => {
    expect(() => checkOptions("Pool", rules, given as object)).toThrow(
      expect.objectContaining({ code: "torch/argument", message }),
    );
  });

  test("names every problem at once", () => {
    const given = { size: 0, stride: -1, sise: 2 };
    expect(() => checkOptions("Pool", rules, given)).toThrow(
      "Pool: there is no option sise; did you mean size?; size is 0, accepted: a whole number of at least 1; stride is -1",
    );
  });
});

test("knownOptions accepts the names of a type and no others", () => {
  const names = { size: true, stride: true } as const;
  expect(knownOptions<{ size?: number; stride?: number }>("Pool", names, { size: 2 })).toEqual({ size: 2 });
  expect(knownOptions("Pool", names, undefined)).toEqual({});
  expect(() => knownOptions("Pool", names, { steps: 2 } as object)).toThrow(
    "Pool: there is no option steps; there are size, stride",
  );
});

test("single values", () => {
  expect(wholeNumber("steps", 3, 1)).toBe(3);
  expect(() => wholeNumber("steps", -1, 1)).toThrow("steps is -1, accepted: a whole number of at least 1");
  expect(() => wholeNumber("k", 9, 1, 8)).toThrow("k is 9, accepted: a whole number from 1 to 8");
  expect(() => positiveNumber("dt", Number.POSITIVE_INFINITY)).toThrow(
    "dt is Infinity, accepted: a number above 0",
  );
});

test("a mistyped name finds the one that was meant", () => {
  expect(suggestion("weight_decya", ["lr", "weightDecay"])).toBe("; did you mean weightDecay?");
  expect(suggestion("learning-rate", ["lr", "weightDecay"])).toBe("; did you mean lr?");
});

test("values that cannot be read are shown all the same", () => {
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error("no");
      },
    },
  );
  expect(show(hostile)).toBe("an object that cannot be read");
  expect(show(Symbol("x"))).toBe("a symbol");
});

test("importing the checks does not load the engine", () => {
  const program = `await import("@throughline/torch/checks");
    const loaded = process.report.getReport().sharedObjects.filter((path) => path.endsWith(".node"));
    console.log(loaded.length);`;
  const out = execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  expect(out.trim()).toBe("0");
});
