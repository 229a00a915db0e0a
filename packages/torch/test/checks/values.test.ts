// Checks of single values: what passes comes back, what does not is refused in one wording.
import {
  checkIndex,
  checkShape,
  choice,
  numberBetween,
  pathText,
  wholeNumber,
} from "@throughline/torch/checks";
import { describe, expect, test } from "vitest";

test("what is accepted comes back as it is", () => {
  expect(numberBetween("p", 0, 0, 1)).toBe(0);
  expect(numberBetween("p", 1, 0, 1)).toBe(1);
  expect(choice("mode", "mean", ["mean", "sum"])).toBe("mean");
  expect(choice("label", 0, [0, 1])).toBe(0);
  expect(pathText("path", "a/b")).toBe("a/b");
  expect(wholeNumber("size", 3, 1, 3)).toBe(3);
  for (const index of [0, 4]) checkIndex("set", index, 5);
  checkShape("x", [2, 3], ["batch", 3]);
  checkShape("x", [], []);
});

describe("what is not is refused: what was given, what is accepted", () => {
  test.each([
    [() => numberBetween("p", 1.5, 0, 1), "p is 1.5, accepted: a number from 0 to 1"],
    [() => numberBetween("p", Number.NaN, 0, 1), "p is NaN, accepted: a number from 0 to 1"],
    [() => choice("mode", "max", ["mean", "sum"]), 'mode is "max", accepted: "mean" or "sum"'],
    [() => choice("label", "0", [0, 1]), 'label is "0", accepted: 0 or 1'],
    [() => pathText("path", ""), 'path is "", accepted: a path'],
    [() => pathText("path", 3), "path is 3, accepted: a path"],
    [() => checkIndex("set", 5, 5), "set: index is 5, accepted: a whole number from 0 to 4"],
    [() => checkIndex("set", -1, 5), "set: index is -1, accepted: a whole number from 0 to 4"],
    [() => checkIndex("set", 0.5, 5), "set: index is 0.5, accepted: a whole number from 0 to 4"],
    [() => checkIndex("set", 0, 0), "set: index is 0, accepted: none, it is empty"],
    [() => checkShape("x", [2, 4], ["batch", 3]), "x is [2, 4], accepted: [batch, 3]"],
    [() => checkShape("x", [2], ["batch", 3]), "x is [2], accepted: [batch, 3]"],
  ] as const)("%#", (body, message) => {
    expect(body).toThrow(expect.objectContaining({ code: "torch/argument", message }));
  });
});
