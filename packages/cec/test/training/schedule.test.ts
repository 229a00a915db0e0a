// The learning rate of the paper.
import { describeShared } from "@throughline/testing/reference";
import { describe, expect, test } from "vitest";
import { learningRate } from "../../dist/training/schedule.js";

const mazes = { lr: 5e-4, lrEnd: 1e-5, warmup: 1000, total: 100_000 };

describe("learningRate", () => {
  test("rises evenly, has the full rate at the last step of warm-up and the one after, and ends where it began", () => {
    expect(learningRate(0, mazes)).toBe(1e-5);
    expect(learningRate(999, mazes)).toBeCloseTo(5e-4, 12);
    expect(learningRate(1000, mazes)).toBe(5e-4);
    const steps = [1, 2].map((step) => learningRate(step, mazes) - learningRate(step - 1, mazes));
    expect(steps[0]).toBeCloseTo(steps[1]!, 15);
    expect(learningRate(50_500, mazes)).toBeCloseTo((5e-4 + 1e-5) / 2, 12);
    for (const step of [100_000, 100_001, 1_000_000]) expect(learningRate(step, mazes)).toBe(1e-5);
  });

  test("without warm-up the cosine begins at once; with one step of it, that step has the smallest rate", () => {
    expect(learningRate(0, { ...mazes, warmup: 0 })).toBe(5e-4);
    expect(learningRate(0, { ...mazes, warmup: 1 })).toBe(1e-5);
    expect(learningRate(1, { ...mazes, warmup: 1 })).toBe(5e-4);
  });

  test("never rises after warm-up", () => {
    const rates = Array.from({ length: 500 }, (_, at) => learningRate(1000 + 200 * at, mazes));
    for (const [at, rate] of rates.slice(1).entries()) expect(rate).toBeLessThanOrEqual(rates[at]!);
  });
});

describeShared("cec/lr_schedule", (tensor) => {
  const robots = { lr: 1e-4, lrEnd: 1e-5, warmup: 0, total: 20_000 };
  test.each([
    ["outputs.dmlab", mazes],
    ["outputs.robomimic", robots],
  ])("%s is that of the released code, within float32", (name, options) => {
    const steps = Array.from(tensor("inputs.steps").toTypedArray() as Float32Array);
    const wanted = Array.from(tensor(name).toTypedArray() as Float32Array);
    expect(steps.length).toBeGreaterThan(10);
    for (const [at, step] of steps.entries())
      expect(Math.abs(learningRate(step, options) - wanted[at]!) / wanted[at]!).toBeLessThan(1e-6);
  });
});
