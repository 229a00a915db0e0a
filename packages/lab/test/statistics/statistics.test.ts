import {
  bootstrapInterval,
  estimate,
  type Interval,
  interquartileMean,
  mean,
  median,
  quantile,
  quartiles,
  rateEstimate,
  standardDeviation,
  standardError,
  stratifiedBootstrapInterval,
  tInterval,
  wilsonInterval,
} from "@throughline/lab";
import { Random } from "@throughline/lab/random";
import { describe, expect, test } from "vitest";
import { normalQuantile, tQuantile } from "../../src/statistics/distributions.js";

const sample = [0.91, 0.87, 0.95, 0.79, 0.88, 0.93, 0.9];

/** Equal to 12 digits. */
function same(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)));
}

/** Ends within a twentieth of the interval's width: both bootstraps draw. */
function near({ low, high }: Interval, expectedLow: number, expectedHigh: number): void {
  const room = 0.05 * (expectedHigh - expectedLow);
  expect(Math.abs(low - expectedLow)).toBeLessThanOrEqual(room);
  expect(Math.abs(high - expectedHigh)).toBeLessThanOrEqual(room);
}

describe("descriptions", () => {
  // numpy 2: np.mean(v), np.std(v, ddof=1), np.std(v, ddof=1) / np.sqrt(7), np.quantile(v, [0, .1, .25, .5, .75, .9, 1])
  test("agree with NumPy", () => {
    same(mean(sample), 0.89);
    same(standardDeviation(sample), 0.051961524227066305);
    same(standardError(sample), 0.01963961012123931);
    const parts = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1];
    const expected = [0.79, 0.838, 0.875, 0.9, 0.92, 0.938, 0.95];
    for (const [i, part] of parts.entries()) same(quantile(sample, part), expected[i]!);
    expect(quartiles(sample).low).toBe(quantile(sample, 0.25));
    expect(median([1, 10, 2, 3])).toBe(2.5);
  });

  test("do not lose digits to large offsets", () => {
    same(standardDeviation([1e9 + 1, 1e9 + 2, 1e9 + 3]), 1);
    expect(mean([0.1, 0.1, 0.1])).toBe(0.1);
    same(standardDeviation([1e200, -1e200]) / 1e200, Math.SQRT2);
  });

  test("refuse what they cannot describe", () => {
    expect(() => mean([])).toThrow("the mean needs at least one value, and there are 0");
    expect(() => standardDeviation([1])).toThrow(
      "the standard deviation needs at least 2 values, and there is 1",
    );
    expect(() => standardError([1, Number.NaN])).toThrow(
      "the standard error needs finite values, and value 1 is NaN",
    );
    expect(() => quantile([1], 2)).toThrow("a quantile is 2; give a number from 0 to 1");
  });
});

describe("the interquartile mean", () => {
  test("of a multiple of four values is SciPy's trim_mean", () => {
    // scipy.stats.trim_mean(v, 0.25)
    same(interquartileMean([0.91, 0.87, 0.95, 0.79, 0.88, 0.93, 0.9, 0.5]), 0.89);
  });

  test("counts values on its edges by their part inside", () => {
    // By hand: 2¼ of nine values are left out at either end: (¾·5 + 7 + 9 + 20 + ¾·30) / 4½.
    same(interquartileMean([50, 1, 9, 5, 40, 7, 3, 30, 20]), 62.25 / 4.5);
    // 1¼ of five: (¾·2 + 3 + ¾·8) / 2½. ¾ of three, ½ of two, ¼ of one.
    same(interquartileMean([1, 2, 3, 8, 100]), 10.5 / 2.5);
    same(interquartileMean([1, 3, 11]), (1 / 4 + 3 + 11 / 4) / 1.5);
    expect(interquartileMean([1, 3])).toBe(2);
    expect(interquartileMean([7])).toBe(7);
  });

  test("refuses no values, and NaN", () => {
    expect(() => interquartileMean([])).toThrow("the interquartile mean needs at least one value");
    expect(() => interquartileMean([Number.NaN])).toThrow("needs finite values, and value 0 is NaN");
  });
});

describe("distributions", () => {
  // mpmath, 40 digits: bisection on betainc(v/2, 1/2, 0, v/(v+t²), regularized=True)
  test.each([
    [0.975, 1, 12.706204736174692],
    [0.975, 2, 4.302652729749462],
    [0.975, 4, 2.7764451051977934],
    [0.975, 9, 2.262157162798205],
    [0.975, 29, 2.045229642132704],
    [0.995, 4, 4.604094871349992],
    [0.9, 3, 1.6377443536962104],
    [0.975, 1000, 1.962339080826408],
    [0.6, 7, 0.2631668613520228],
    [0.9995, 2.5, 18.277893528131457],
  ])("t at %d with %d degrees of freedom", (p, freedom, expected) => {
    same(tQuantile(p, freedom), expected);
    same(tQuantile(1 - p, freedom), -tQuantile(1 - (1 - p), freedom));
  });

  // mpmath: sqrt(2) * erfinv(2p - 1)
  test.each([
    [0.975, 1.9599639845400538],
    [0.995, 2.5758293035489004],
    [0.9, 1.2815515655446006],
    [0.999999, 4.753424308817088],
    [1e-10, -6.361340902404057],
    [0.5, 0],
  ])("normal at %d", (p, expected) => {
    same(normalQuantile(p), expected);
  });
});

describe("intervals", () => {
  test("t: mean ± t·s/√n", () => {
    const { low, high } = tInterval(sample);
    // mpmath: t(0.975, 6) = 2.44691185114496971
    same(low, 0.89 - 2.4469118511449692 * 0.01963961012123931);
    same(high, 0.89 + 2.4469118511449692 * 0.01963961012123931);
    same(tInterval([1, 3], 0.5).high, 3);
  });

  // mpmath, from the closed form
  test.each([
    [0, 10, 0, 0.2775327998628892],
    [10, 10, 0.7224672001371109, 1],
    [8, 10, 0.4901624715366418, 0.9433178485456247],
    [45, 50, 0.7863976856252035, 0.9565242350681096],
    [1, 3, 0.06149194472039625, 0.7923403991979522],
    [170, 200, 0.7939442071583334, 0.89286406437758],
  ])("Wilson: %d of %d", (successes, trials, low, high) => {
    const interval = wilsonInterval(successes, trials);
    same(interval.low, low);
    same(interval.high, high);
  });

  test("bootstrap: near the t interval for many values, the same for the same seed", () => {
    const random = new Random("statistics", 3);
    const many = Array.from({ length: 200 }, () => random.unit() + random.unit() + random.unit());
    const [t, bootstrap] = [tInterval(many), bootstrapInterval(many, { resamples: 4000 })];
    expect(Math.abs(t.low - bootstrap.low)).toBeLessThan(0.1 * (t.high - t.low));
    expect(Math.abs(t.high - bootstrap.high)).toBeLessThan(0.1 * (t.high - t.low));
    expect(bootstrapInterval(sample, { resamples: 100 })).toEqual(
      bootstrapInterval(sample, { resamples: 100 }),
    );
    expect(bootstrapInterval(sample, { resamples: 100, seed: 1 })).not.toEqual(
      bootstrapInterval(sample, { resamples: 100, seed: 2 }),
    );
    expect(bootstrapInterval([1, 2, 9], { statistic: median, resamples: 200 })).toEqual({ low: 1, high: 9 });
  });

  // SciPy 1.17.1: stats.bootstrap(samples, statistic, n_resamples=400000, method="percentile"), which draws from each of
  // several samples by itself; the statistic np.mean of all of them, or stats.trim_mean(…, 0.25).
  test("bootstrap: SciPy's, of one sample and of strata", () => {
    const one = [0.91, 0.87, 0.95, 0.79, 0.88, 0.93, 0.9, 0.5];
    near(bootstrapInterval(one), 0.735, 0.91375);
    const strata = [
      [0.12, 0.31, 0.18, 0.25, 0.4],
      [0.81, 0.77, 0.92, 0.85, 0.7, 0.88],
      [5.1, 4.4, 4.9, 5.6],
    ];
    const overall = (drawn: readonly (readonly number[])[]) => mean(drawn.flat());
    near(stratifiedBootstrapInterval(strata, { statistic: overall }), 1.6286666666666667, 1.864);
    const fours = strata.map((values) => values.slice(0, 4));
    near(stratifiedBootstrapInterval(fours), 1.305, 1.4666666666666668);
  });

  test("refuse what they cannot hold", () => {
    expect(() => stratifiedBootstrapInterval([])).toThrow("needs at least one stratum");
    expect(() => stratifiedBootstrapInterval([[1, 2], [3]])).toThrow(
      "each stratum of a bootstrap interval needs at least 2 values, and there is 1",
    );
    expect(() => tInterval([1])).toThrow("a t interval needs at least 2 values, and there is 1");
    expect(() => tInterval([1, 2], 95)).toThrow(
      "the level of an interval is 95; give a number between 0 and 1, such as 0.95",
    );
    expect(() => wilsonInterval(3, 2)).toThrow(
      "a Wilson interval needs 0 ≤ successes ≤ trials, whole numbers; got 3 of 2",
    );
    expect(() => bootstrapInterval([1])).toThrow(
      "a bootstrap interval needs at least 2 values, and there is 1",
    );
  });
});

describe("estimates", () => {
  test("name their spread, and have none for one seed", () => {
    expect(estimate([])).toBeUndefined();
    expect(estimate([2])).toEqual({ value: 2, centre: "mean", seeds: 1 });
    const of = (name: NonNullable<Parameters<typeof estimate>[1]>) => estimate([1, 2, 3, 6], name)!;
    expect(of("standard deviation").spread!.high).toBeCloseTo(3 + standardDeviation([1, 2, 3, 6]), 12);
    expect(of("standard error").spread!.high).toBeCloseTo(3 + standardError([1, 2, 3, 6]), 12);
    expect(of("95 % t interval").spread).toEqual({ name: "95 % t interval", ...tInterval([1, 2, 3, 6]) });
    expect(of("95 % bootstrap interval").spread!.name).toBe("95 % bootstrap interval");
    expect(of("interquartile range")).toEqual({
      value: 2.5,
      centre: "median",
      seeds: 4,
      spread: { name: "interquartile range", low: 1.75, high: 3.75 },
    });
  });

  test("of rates pool the trials of all seeds", () => {
    expect(rateEstimate(8, 10, 2)).toEqual({
      value: 0.8,
      centre: "rate",
      seeds: 2,
      spread: { name: "95 % Wilson interval", ...wilsonInterval(8, 10) },
    });
  });
});
