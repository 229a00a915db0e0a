import { nearest, suggestion } from "@throughline/lab";
import { expect, test } from "vitest";

test.each([
  ["stpes", "steps"],
  ["step", "steps"],
  ["learning-rate", "learningRate"],
  ["LEARNING_RATE", "learningRate"],
  ["learn", "learningRate"],
  ["model.hiden", "model.hidden"],
  ["zebra", undefined],
  ["x", undefined],
])("%s: %s", (typed, meant) => {
  expect(nearest(typed, ["steps", "learningRate", "model.hidden", "sizes", "seed"])).toBe(meant);
});

test("without a near one, all are listed", () => {
  expect(suggestion("zebra", ["run", "list"])).toBe("; there are run, list");
  expect(suggestion("zebra", [])).toBe("");
});
