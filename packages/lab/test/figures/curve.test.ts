// Metrics as lines: by hand.
import { curve, type MetricRow, trailingMean } from "@throughline/lab";
import { expect, test } from "vitest";

const rows: MetricRow[] = [
  { loop: "floss", step: 0, time: 0, loss: 9 },
  { loop: "train", step: 0, time: 1, loss: 4 },
  { loop: "train", step: 9, time: 2, loss: 2, accuracy: 0.5 },
  { loop: "train", step: 19, time: 3, loss: "none" },
  { loop: "train", step: 29, time: 4, loss: 1 },
];

test("a row stands at the steps done: the first at 1, the last of 30 at 30", () => {
  expect(curve(rows, "train", "loss")).toEqual({ x: [1, 10, 30], y: [4, 2, 1] });
  expect(curve(rows, "train", "accuracy")).toEqual({ x: [10], y: [0.5] });
  expect(curve(rows, "floss", "loss")).toEqual({ x: [1], y: [9] });
  expect(curve(rows, "test", "loss")).toEqual({ x: [], y: [] });
});

test("a trailing mean is of the last values, of fewer at the beginning", () => {
  expect(trailingMean([1, 3, 5, 7, 0], 3)).toEqual([1, 2, 3, 5, 4]);
  expect(trailingMean([1, 3], 1)).toEqual([1, 3]);
});
