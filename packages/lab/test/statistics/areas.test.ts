// Areas under curves: against all pairs of numbers, scikit-learn and NumPy.
import { rocAuc, trapezoidArea } from "@throughline/lab";
import { Random } from "@throughline/lab/random";
import { expect, test } from "vitest";

test("the area under the ROC is the share of pairs in the right order, ties half", () => {
  const random = new Random("auc");
  for (let trial = 0; trial < 20; trial++) {
    const numbers = () => Array.from({ length: 1 + random.below(12) }, () => random.below(6));
    const [high, low] = [numbers(), numbers()];
    const pairs = high.flatMap((a) => low.map((b) => (a > b ? 1 : a === b ? 0.5 : 0)));
    const share = pairs.reduce((sum: number, each) => sum + each, 0) / pairs.length;
    expect(rocAuc(high, low)).toBeCloseTo(share, 12);
  }
  // sklearn.metrics.roc_auc_score([1]*5 + [0]*4, [3, 1, 2, 2, 5, 2, 0, 1, 4])
  expect(rocAuc([3, 1, 2, 2, 5], [2, 0, 1, 4])).toBeCloseTo(0.675, 14);
  expect(rocAuc([], [1])).toBeNaN();
  expect(rocAuc([1, Number.NaN], [0])).toBeNaN();
});

test("the area under a learning curve is the trapezoid rule's", () => {
  // numpy.trapezoid([0.1, 0.5, 0.75, 0.8], [0, 10, 25, 100]) = 3 + 9.375 + 58.125
  expect(trapezoidArea({ x: [0, 10, 25, 100], y: [0.1, 0.5, 0.75, 0.8] })).toBeCloseTo(70.5, 12);
  expect(trapezoidArea({ x: [1, 1, 2], y: [0, 2, 4] })).toBe(3);
});

test("points that are no curve are refused", () => {
  expect(() => trapezoidArea({ x: [0], y: [1] })).toThrow("the area under a curve needs at least 2 values");
  expect(() => trapezoidArea({ x: [0, 1], y: [1, 2, 3] })).toThrow("a curve has 2 values of x and 3 of y");
  expect(() => trapezoidArea({ x: [0, 2, 1], y: [1, 2, 3] })).toThrow("goes back from x 2 to 1");
  expect(() => trapezoidArea({ x: [0, 1], y: [1, Number.NaN] })).toThrow("value 1 is NaN");
});
