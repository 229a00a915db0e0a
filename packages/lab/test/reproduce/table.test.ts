import { compare, type Estimate, estimate } from "@throughline/lab";
import { describe, expect, test } from "vitest";
import { estimateText, rowTexts } from "../../src/reproduce/words.js";

const ours = estimate([0.97, 0.98, 0.99], "95 % t interval")!;

describe("verdicts", () => {
  test("by the tolerance, which says why it is that", () => {
    const tolerance = { within: 0.02, because: "read off the plot" };
    const row = compare({ quantity: "accuracy", paper: 0.995, ours, tolerance });
    expect(row.difference).toBeCloseTo(-0.015, 12);
    expect(row.verdict).toEqual({ result: "agrees", reason: "within ±0.0200 (read off the plot)" });
    expect(compare({ quantity: "accuracy", paper: 0.9, ours, tolerance }).verdict).toEqual({
      result: "differs",
      reason: "beyond ±0.0200 (read off the plot)",
    });
  });

  test("by an interval without one", () => {
    const at = (paper: number) => compare({ quantity: "accuracy", paper, ours }).verdict;
    expect(at(0.99)).toEqual({ result: "agrees", reason: "the paper's value is inside our 95 % t interval" });
    expect(at(0.5)).toEqual({
      result: "differs",
      reason: "the paper's value is outside our 95 % t interval",
    });
  });

  test("are withheld where nothing can be judged", () => {
    const reason = (paper: number | string, measured: Estimate | undefined) => {
      const { verdict, difference } = compare({ quantity: "accuracy", paper, ours: measured });
      expect(verdict.result).toBe("not judged");
      return [verdict.reason, difference];
    };
    expect(reason("read from memory: about 0.98", ours)).toEqual([
      "the paper's value is not a number",
      undefined,
    ]);
    expect(reason(1, undefined)).toEqual(["no finished run", undefined]);
    expect(reason(1, estimate([1.5]))).toEqual(["one seed and no tolerance", 0.5]);
    expect(reason(1, estimate([1, 2]))).toEqual(["no tolerance", 0.5]);
  });
});

test("refuses rows that say nothing", () => {
  expect(() => compare({ quantity: " ", paper: 1, ours })).toThrow(
    "a row of a table has no quantity; name what was measured",
  );
  expect(() => compare({ quantity: "a", paper: Number.NaN, ours })).toThrow(
    "a: the paper's value is NaN; give a finite number, or words",
  );
  expect(() => compare({ quantity: "a", paper: 1, ours, tolerance: { within: -1, because: "" } })).toThrow(
    "a: the tolerance is -1; give 0 or more",
  );
});

describe("texts", () => {
  test("the spread decides the digits, and is named", () => {
    expect(estimateText(estimate([0.971, 0.982, 0.996])!)).toBe("0.983 ± 0.013 (mean, standard deviation)");
    expect(estimateText(estimate([120, 150, 180], "95 % t interval")!)).toBe(
      "150 [75, 225] (mean, 95 % t interval)",
    );
    expect(estimateText(estimate([1, 2, 3], "interquartile range")!)).toBe(
      "2.00 [1.50, 2.50] (median, interquartile range)",
    );
    expect(estimateText(estimate([-0.5])!)).toBe("−0.5000 (one seed, no spread)");
    expect(estimateText(estimate([2, 2])!)).toBe("2.000 ± 0 (mean, standard deviation)");
    expect(estimateText(estimate([1e-6, 3e-6])!)).toBe("2×10⁻⁶ ± 1.414×10⁻⁶ (mean, standard deviation)");
  });

  test("of a row stand under their headings", () => {
    const row = compare({ quantity: "delay solved", unit: "steps", paper: 80, ours: estimate([90, 100]) });
    expect(rowTexts(row)).toEqual([
      "delay solved",
      "steps",
      "80",
      "95.0 ± 7.1 (mean, standard deviation)",
      "2",
      "+15.0",
      "not judged: no tolerance",
    ]);
    // 98.3 − 78.81 in binary is 19.489999999999995.
    const apart = compare({ quantity: "a", paper: 98.3 - 78.81, ours: estimate([-1.5]) });
    expect(rowTexts(apart).slice(2, 6)).toEqual(["19.49", "−1.500 (one seed, no spread)", "1", "−20.99"]);
    const none = compare({ quantity: "a", paper: "read from memory: 1", ours: undefined });
    expect(rowTexts(none)).toEqual([
      "a",
      "–",
      "read from memory: 1",
      "–",
      "0",
      "–",
      "not judged: no finished run",
    ]);
  });
});
