// Error bars, dimension, intervals and the series, each by itself.
import { entropyRate, kaplanYorke } from "@throughline/flossing";
import { Generator, randn } from "@throughline/torch";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { acrossMembers, blockedMean } from "../../dist/spectrum/blocking.js";
import { divisorUpTo, IntervalControl } from "../../dist/spectrum/interval.js";
import { Series } from "../../dist/spectrum/series.js";

/** Standard normal numbers. */
function noise(count: number, seed: number): Float64Array {
  using generator = Generator.create({ seed });
  using numbers = randn([count], { dtype: "float64", generator });
  return numbers.toTypedArray() as Float64Array;
}

/** x(t+1) = ρ x(t) + noise: its mean over T has variance (1/T) / (1 − ρ)², up to O(1/T²). */
function autoregressive(count: number, rho: number, seed: number): Float64Array {
  let x = 0;
  return noise(count, seed).map((value) => {
    x = rho * x + value;
    return x;
  });
}

const ones = (count: number): number[] => new Array<number>(count).fill(1);

describe("standard errors", () => {
  test.each([0, 0.5, 0.9, -0.5])("of an autoregressive series, ρ = %f, are those of theory", (rho) => {
    const count = 4096;
    const exact = 1 / Math.sqrt(count) / (1 - rho);
    const errors = Array.from(
      { length: 60 },
      (_, seed) => blockedMean(autoregressive(count, rho, seed), ones(count)).error,
    );
    const typical = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / 60);
    // Each has an error of about 15 %, their mean square of 2 %; blocks of 128 still feel ρ = 0.9 by 7 %.
    expect(Math.abs(typical / exact - 1)).toBeLessThan(0.15);
  });

  test("cover the truth as often as they should", () => {
    const count = 1000;
    const hits = Array.from({ length: 200 }, (_, seed) =>
      blockedMean(autoregressive(count, 0.6, 1000 + seed), ones(count)),
    ).filter(({ mean, error }) => Math.abs(mean) < 2 * error).length;
    expect(hits / 200).toBeGreaterThan(0.9); // 95 %, less the uncertainty of errors from 31 blocks
    expect(hits / 200).toBeLessThan(0.99);
  });

  test("records of different durations count by their durations", () => {
    const durations = Array.from({ length: 40 }, (_, i) => 1 + (i % 3));
    const { mean, error } = blockedMean(
      durations.map((time) => 0.7 * time),
      durations,
    );
    expect(mean).toBeCloseTo(0.7, 12);
    expect(error).toBeLessThan(1e-12);
  });

  test("of a single record cannot be told", () => {
    expect(blockedMean([1, 2], [1, 1])).toEqual({ mean: 1.5, error: Number.POSITIVE_INFINITY });
  });

  test("of several members: their scatter from 8 on, their own errors below", () => {
    const members = (count: number) => Array.from({ length: count }, (_, i) => ({ mean: i % 2, error: 0.1 }));
    expect(acrossMembers(members(4)).error).toBeCloseTo(0.1 / 2, 12);
    expect(acrossMembers(members(8)).error).toBeCloseTo(Math.sqrt((8 * 0.25) / 7 / 8), 12);
    const twins = Array.from({ length: 10 }, () => ({ mean: 1, error: 0.1 })); // ten times the same trajectory
    expect(acrossMembers(twins).error).toBe(0.1);
    expect(acrossMembers([{ mean: Number.NEGATIVE_INFINITY, error: 1 }]).mean).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe("Kaplan–Yorke dimension", () => {
  test.each([
    [[0.9056, 0, -14.5723], 2 + 0.9056 / 14.5723],
    [[-0.1, -1], 0],
    [[0, -1], 1],
    [[1, -0.5, -0.2, -0.4], 3 + 0.4 / 0.5],
    [[-14, 1, 0], 2 + 1 / 14],
    [[0.5, 0.1], 2],
    [[0.5, -0.5], 2],
    [[1, Number.NEGATIVE_INFINITY], 1],
    [[], 0],
  ])("of %j is %f", (exponents, expected) => {
    expect(kaplanYorke(exponents)).toBeCloseTo(expected, 12);
  });

  test("cannot be told while the sum of the known exponents is positive", () => {
    expect(kaplanYorke([0.5, -0.1], 5)).toBeNull();
    expect(kaplanYorke([0.5, -0.7], 5)).toBeCloseTo(1 + 5 / 7, 12);
  });

  test("is where the piecewise linear sum of the exponents crosses 0 (any spectrum)", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 8 }),
        (exponents) => {
          const dimension = kaplanYorke(exponents)!;
          const sorted = exponents.toSorted((a, b) => b - a);
          const whole = Math.floor(dimension);
          const at =
            sorted.slice(0, whole).reduce((sum, value) => sum + value, 0) +
            (dimension - whole) * (sorted[whole] ?? 0);
          if (sorted[0]! < 0) expect(dimension).toBe(0);
          else if (dimension < exponents.length) expect(Math.abs(at)).toBeLessThan(1e-9);
          else expect(at).toBeGreaterThanOrEqual(-1e-12);
        },
      ),
      { seed: 1 },
    );
  });
});

test("the entropy rate sums positive exponents", () => {
  expect(entropyRate([0.5, 0.25, 0, -3])).toBe(0.75);
  expect(entropyRate([-1, Number.NEGATIVE_INFINITY])).toBe(0);
});

describe("the interval", () => {
  const logs = (...spread: number[]): Float64Array =>
    Float64Array.from(spread.flatMap((value) => [value / 2, -value / 2]));
  test("doubles while there is room, and halves where vectors became too dependent", () => {
    const control = new IntervalControl("auto", Math.log(1e7));
    const seen = [control.current];
    for (let i = 0; i < 8; i++) {
      control.observe(logs(1.5 * control.current), 2, control.current, true); // 1.5 nats a step; the bound is 16
      seen.push(control.current);
    }
    expect(seen).toEqual([1, 2, 4, 8, 8, 8, 8, 8, 8]);
    expect(control.worst).toBe(12);
    expect(control.observe(logs(20), 2, 8, false)).toBe(false); // to be measured again, more finely
    expect(control.current).toBe(4);
    expect(control.observe(logs(0.1), 2, 4, false)).toBe(true); // it does not grow again while one measures
    expect(control.current).toBe(4);
    expect(control.worst).toBe(12);
  });

  test("stays where it was given", () => {
    const control = new IntervalControl(3, 1);
    expect(control.observe(logs(50), 2, 3, true)).toBe(true);
    expect(control.current).toBe(3);
    expect(control.worst).toBe(50);
  });

  test("divides what is left", () => {
    expect(divisorUpTo(12, 8)).toBe(6);
    expect(divisorUpTo(7, 4)).toBe(1);
    expect(divisorUpTo(3, 8)).toBe(3);
  });
});

test("a bounded series keeps sums and durations whatever it merges (any lengths)", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 10 }), (count, half) => {
      const series = new Series(2, 2 * half);
      for (let i = 0; i < count; i++) series.add(1, Float64Array.of(i, 1));
      expect([...series.total()]).toEqual([(count * (count - 1)) / 2, count]);
      expect(series.duration).toBe(count);
      expect(series.records.length).toBeLessThanOrEqual(2 * half);
      // All complete records are equally long, and each holds what belongs into it.
      const [length] = series.durations as [number];
      expect(series.durations.slice(0, -1).every((duration) => duration === length)).toBe(true);
      series.records.slice(0, -1).forEach((record, r) => {
        expect(record[0]).toBe(length * r * length + (length * (length - 1)) / 2);
      });
    }),
    { seed: 1 },
  );
});
