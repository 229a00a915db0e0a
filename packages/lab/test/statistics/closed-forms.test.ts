// Statistics against closed forms, against SciPy on samples that both can make, and against all resamples counted.
import {
  bootstrapInterval,
  interquartileMean,
  mean,
  median,
  quantile,
  quartiles,
  rateEstimate,
  rocAuc,
  standardDeviation,
  standardError,
  stratifiedBootstrapInterval,
  tInterval,
  trapezoidArea,
  wilsonInterval,
} from "@throughline/lab";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalQuantile, tQuantile } from "../../src/statistics/distributions.js";

/** Numbers on [0, 1) of a linear congruential generator, which Python has as well: s ← (1664525 s + 1013904223) mod 2³². */
function congruential(count: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}

/** `numpy.round(20 u − 5, 3)`. */
const sampleOf = (count: number, seed: number): number[] =>
  congruential(count, seed).map((u) => Math.round((20 * u - 5) * 1000) / 1000);

/** Equal to 12 digits. */
const same = (actual: number, expected: number): void =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)));

// Python 3, NumPy 2.4.6, SciPy 1.17.1, with v as `sampleOf` makes it: v.mean(), v.std(ddof=1), stats.sem(v),
// [np.quantile(v, p) for p in (.05, .3, .5, .8)], stats.t.interval(0.9, n - 1, loc=v.mean(), scale=stats.sem(v)).
const described = [
  {
    ...{ count: 2, seed: 1, mean: 1.057, deviation: 1.87807561083147, error: 1.3279999999999998 },
    quantiles: [-0.13820000000000002, 0.5257999999999998, 1.057, 1.8538000000000001],
    t: [-7.327662011488458, 9.441662011488448],
  },
  {
    ...{ count: 5, seed: 2, mean: 4.3786000000000005, deviation: 5.180558975631876, error: 2.31681640619191 },
    quantiles: [-1.0294, 0.6293999999999997, 4.199, 9.4396],
    t: [-0.5604976100490839, 9.31769761004908],
  },
  {
    ...{ count: 8, seed: 3, mean: 6.78575, deviation: 4.7997050430208725, error: 1.6969519918076643 },
    quantiles: [0.7687499999999999, 3.0944000000000003, 6.875500000000001, 11.6106],
    t: [3.5707410624563267, 10.000758937543672],
  },
  {
    ...{
      count: 33,
      seed: 4,
      mean: 4.597636363636364,
      deviation: 4.8254385216409466,
      error: 0.8400010268055839,
    },
    quantiles: [-3.7862, 2.0328, 5.68, 8.753200000000001],
    t: [3.174768075699622, 6.0205046515731055],
  },
  {
    ...{ count: 100, seed: 5, mean: 4.39143, deviation: 5.8709147313625065, error: 0.5870914731362507 },
    quantiles: [-3.4412499999999997, -0.16230000000000006, 4.102, 10.714200000000002],
    t: [3.416628510231582, 5.366231489768417],
  },
];

describe("samples are described as NumPy and SciPy describe them", () => {
  test.each(described)("$count values", ({ count, seed, quantiles, t, ...expected }) => {
    const values = sampleOf(count, seed);
    same(mean(values), expected.mean);
    same(standardDeviation(values), expected.deviation);
    same(standardError(values), expected.error);
    for (const [i, p] of [0.05, 0.3, 0.5, 0.8].entries()) same(quantile(values, p), quantiles[i]!);
    const { low, high } = tInterval(values, 0.9);
    same(low, t[0]!);
    same(high, t[1]!);
  });

  test("the interquartile mean is SciPy's trim_mean(v, 0.25) of multiples of four", () => {
    same(interquartileMean(sampleOf(8, 3)), 6.77475);
    same(interquartileMean(sampleOf(100, 5)), 3.9118800000000005);
  });
});

/** Never −0, which `Object.is` tells from 0. */
const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value + 0);
const sample = fc.array(finite, { minLength: 1, maxLength: 40 });
/** Room for rounding of numbers up to a million. */
const room = 1e-7;

describe("laws of descriptions", () => {
  test("order does not matter, and shifting and stretching a sample does the same to what is in its middle", () => {
    fc.assert(
      fc.property(sample, finite, fc.double({ min: 0.01, max: 100, noNaN: true }), (values, shift, scale) => {
        for (const centre of [mean, median, interquartileMean]) {
          const here = centre(values);
          expect(Math.abs(centre(values.toReversed()) - here)).toBeLessThanOrEqual(room);
          const moved = centre(values.map((value) => scale * value + shift));
          expect(Math.abs(moved - (scale * here + shift))).toBeLessThanOrEqual(room * (1 + scale));
        }
      }),
    );
  });

  test("the interquartile mean lies between the quartiles' neighbours, and repeating each value does not change it", () => {
    fc.assert(
      fc.property(sample, fc.integer({ min: 2, max: 5 }), (values, times) => {
        const centre = interquartileMean(values);
        const repeated = interquartileMean(values.flatMap((value) => new Array<number>(times).fill(value)));
        expect(Math.abs(repeated - centre)).toBeLessThanOrEqual(room);
        expect(centre).toBeGreaterThanOrEqual(Math.min(...values) - room);
        expect(centre).toBeLessThanOrEqual(Math.max(...values) + room);
      }),
    );
  });

  test("the interquartile mean is the integral of the quantile step function over its middle half, doubled", () => {
    fc.assert(
      fc.property(sample, (values) => {
        // Value number i of n fills the part i/n to (i + 1)/n; 4 n divides all edges.
        const sorted = values.toSorted((a, b) => a - b);
        const parts = 4 * sorted.length;
        let sum = 0;
        for (let part = parts / 4; part < (3 * parts) / 4; part++) sum += sorted[Math.floor(part / 4)]!;
        expect(Math.abs(interquartileMean(values) - (2 * sum) / parts)).toBeLessThanOrEqual(room);
      }),
    );
  });

  test("quantiles rise with the part, from the least value to the greatest", () => {
    const part = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(sample, part, part, (values, a, b) => {
        expect(quantile(values, Math.min(a, b))).toBeLessThanOrEqual(quantile(values, Math.max(a, b)) + room);
        expect(quantile(values, 0)).toBe(Math.min(...values));
        expect(quantile(values, 1)).toBe(Math.max(...values));
        const { low, high } = quartiles(values);
        expect([low, high]).toEqual([quantile(values, 0.25), quantile(values, 0.75)]);
      }),
    );
  });

  test("of two values: mean (a + b)/2, deviation |a − b|/√2, error |a − b|/2", () => {
    fc.assert(
      fc.property(finite, finite, (a, b) => {
        expect(Math.abs(mean([a, b]) - (a + b) / 2)).toBeLessThanOrEqual(room);
        expect(Math.abs(standardDeviation([a, b]) - Math.abs(a - b) / Math.SQRT2)).toBeLessThanOrEqual(room);
        expect(Math.abs(standardError([a, b]) - Math.abs(a - b) / 2)).toBeLessThanOrEqual(room);
      }),
    );
  });
});

describe("quantiles of distributions", () => {
  test("Student's t with 1, 2 and 4 degrees of freedom has closed forms", () => {
    for (const p of [0.51, 0.6, 0.75, 0.9, 0.975, 0.999]) {
      // Cauchy; α = 4 p (1 − p), t₂ = (2p − 1) √(2/α); t₄ = 2 √(q − 1) with q = cos(arccos(√α)/3)/√α.
      const alpha = 4 * p * (1 - p);
      const q = Math.cos(Math.acos(Math.sqrt(alpha)) / 3) / Math.sqrt(alpha);
      expect(Math.abs(tQuantile(p, 1) / Math.tan(Math.PI * (p - 0.5)) - 1)).toBeLessThan(1e-11);
      expect(Math.abs(tQuantile(p, 2) / ((2 * p - 1) * Math.sqrt(2 / alpha)) - 1)).toBeLessThan(1e-11);
      expect(Math.abs(tQuantile(p, 4) / (2 * Math.sqrt(q - 1)) - 1)).toBeLessThan(1e-9);
    }
  });

  // SciPy 1.17.1: stats.t.ppf(p, df)
  test.each([
    [0.51, 1.5, 0.0293553462550805],
    [0.51, 30, 0.025278783971765764],
    [0.7, 5, 0.5594296444693603],
    [0.7, 10000, 0.524417228345467],
    [0.95, 1.5, 3.70518082009675],
    [0.95, 30, 1.697260886593957],
    [0.9999, 1.5, 242.26409884652412],
    [0.9999, 10000, 3.7203958691176684],
  ])("t at %d with %d degrees of freedom is SciPy's", (p, freedom, expected) => {
    // SciPy's own root finding is good to about 1e-11 here.
    expect(Math.abs(tQuantile(p, freedom) / expected - 1)).toBeLessThan(1e-10);
  });

  // SciPy 1.17.1: stats.norm.ppf(p)
  test.each([
    [1e-300, -37.0470962993612],
    [1e-12, -7.034483825301131],
    [0.01, -2.3263478740408408],
    [0.3, -0.5244005127080409],
    [0.7, 0.5244005127080407],
  ])("normal at %d is SciPy's", (p, expected) => {
    expect(Math.abs(normalQuantile(p) / expected - 1)).toBeLessThan(1e-12);
  });

  test("ends are infinite, and what is no probability gives NaN", () => {
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
    expect([tQuantile(0, 3), tQuantile(1, 3)]).toEqual([-Infinity, Infinity]);
    for (const wrong of [-0.1, 1.1, Number.NaN]) expect(normalQuantile(wrong)).toBeNaN();
    for (const freedom of [0, -1, Number.NaN]) expect(tQuantile(0.5, freedom)).toBeNaN();
    expect([normalQuantile(0.5), tQuantile(0.5, 3)]).toEqual([0, 0]);
  });

  test("t tends to the normal distribution, from outside", () => {
    const values = [1, 3, 10, 100, 1e4, 1e8].map((freedom) => tQuantile(0.975, freedom));
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    expect(values.at(-1)! - normalQuantile(0.975)).toBeLessThan(1e-7);
    expect(values.at(-1)!).toBeGreaterThanOrEqual(normalQuantile(0.975));
  });
});

describe("Wilson's interval", () => {
  // SciPy 1.17.1: stats.binomtest(k, n).proportion_ci(level, method="wilson")
  test.each([
    [0, 1, 0.95, 0, 0.7934506856227626],
    [1, 1, 0.95, 0.20654931437723745, 1],
    [3, 7, 0.9, 0.18644319036395607, 0.7105229089864071],
    [50, 100, 0.99, 0.37527962504483986, 0.6247203749551602],
    [999, 1000, 0.95, 0.9943574414020421, 0.9998234536293739],
    [123, 456, 0.5, 0.25595290829212763, 0.2839797701764068],
  ])("of %d of %d at %d is SciPy's", (successes, trials, level, low, high) => {
    const interval = wilsonInterval(successes, trials, level);
    same(interval.low, low);
    same(interval.high, high);
  });

  const counts = fc
    .integer({ min: 1, max: 2000 })
    .chain((trials) => fc.tuple(fc.integer({ min: 0, max: trials }), fc.constant(trials)));

  test("ends solve |p − k/n| = z √(p (1 − p)/n), which the interval is made from", () => {
    fc.assert(
      fc.property(counts, fc.double({ min: 0.05, max: 0.999, noNaN: true }), ([successes, trials], level) => {
        const { low, high } = wilsonInterval(successes, trials, level);
        const z = normalQuantile(0.5 + level / 2);
        for (const end of [low, high]) {
          const left = (end - successes / trials) ** 2;
          expect(Math.abs(left - (z * z * end * (1 - end)) / trials)).toBeLessThan(1e-12);
        }
        expect(low).toBeLessThanOrEqual(successes / trials);
        expect(high).toBeGreaterThanOrEqual(successes / trials);
      }),
    );
  });

  test("of failures mirrors that of successes, and a higher level is wider", () => {
    fc.assert(
      fc.property(counts, ([successes, trials]) => {
        const [one, other] = [wilsonInterval(successes, trials), wilsonInterval(trials - successes, trials)];
        same(one.low, 1 - other.high);
        const wide = wilsonInterval(successes, trials, 0.99);
        expect(wide.low).toBeLessThanOrEqual(one.low);
        expect(wide.high).toBeGreaterThanOrEqual(one.high);
        expect(rateEstimate(successes, trials, 3)).toMatchObject({ value: successes / trials, seeds: 3 });
      }),
    );
  });
});

describe("the bootstrap", () => {
  // The mean of a resample of k ones and n − k zeros is Binomial(n, k/n)/n: SciPy 1.17.1, stats.binom.ppf(q, n, k/n)/n for q in
  // (.1, .9). The share of resamples below each end differs enough from q that 10,000 of them do not miss it.
  test.each([
    [10, 3, 0.1, 0.5],
    [20, 10, 0.35, 0.65],
  ])("of %d values of which %d are 1 has the binomial's ends", (count, ones, low, high) => {
    const values = Array.from({ length: count }, (_, i) => (i < ones ? 1 : 0));
    const interval = bootstrapInterval(values, { level: 0.8 });
    same(interval.low, low);
    same(interval.high, high);
  });

  test("of three values has the ends of all 27 resamples, counted", () => {
    const values = [1, 4, 13];
    const all = values.flatMap((a) => values.flatMap((b) => values.map((c) => (a + b + c) / 3)));
    // A fifth of 27 resamples lies below a mean of 3 (4 below, 3 of it), a fifth above one of 9 (4 above, 3 of it).
    const below = (mean_: number) => all.filter((each) => each < mean_).length;
    expect([below(3), below(4), below(9), below(10)]).toEqual([4, 7, 20, 23]);
    expect(bootstrapInterval(values, { level: 0.6 })).toEqual({ low: 3, high: 9 });
  });

  test("draws each stratum by itself: strata without spread give an interval without width", () => {
    const flat = [
      [1, 1, 1],
      [5, 5],
    ];
    expect(stratifiedBootstrapInterval(flat, { statistic: (drawn) => mean(drawn.flat()) })).toEqual({
      ...{ low: mean(flat.flat()), high: mean(flat.flat()) },
    });
    const { low, high } = bootstrapInterval(flat.flat());
    expect(high - low).toBeGreaterThan(1);
  });

  test("keeps the number of values of each stratum", () => {
    const sizes = new Set<string>();
    const strata = [
      [1, 2],
      [3, 4, 5],
      [6, 7, 8, 9],
    ];
    stratifiedBootstrapInterval(strata, {
      resamples: 20,
      statistic: (drawn) => {
        sizes.add(drawn.map(({ length }) => length).join());
        for (const [i, values] of drawn.entries())
          expect(values.every((value) => strata[i]!.includes(value))).toBe(true);
        return 0;
      },
    });
    expect([...sizes]).toEqual(["2,3,4"]);
  });
});

describe("areas", () => {
  test("under a curve: NumPy's trapezoid", () => {
    // NumPy 2.4.6: x = np.sort(np.round(lcg(12, 9) * 10, 2)); y = np.round(lcg(12, 10), 3); np.trapezoid(y, x)
    const x = congruential(12, 9).map((u) => Math.round(1000 * u) / 100);
    const y = congruential(12, 10).map((u) => Math.round(1000 * u) / 1000);
    same(trapezoidArea({ x: x.toSorted((a, b) => a - b), y }), 4.852755);
  });

  test("of straight lines are exact, and add up over parts", () => {
    const xs = fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 20 });
    fc.assert(
      fc.property(xs, fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }), (some, slope, at) => {
        const x = some.toSorted((a, b) => a - b);
        const y = x.map((value) => slope * value + at);
        const [first, last] = [x[0]!, x.at(-1)!];
        const whole = (slope * (last ** 2 - first ** 2)) / 2 + at * (last - first);
        expect(Math.abs(trapezoidArea({ x, y }) - whole)).toBeLessThan(1e-6);
        const part = (from: number, to: number) =>
          trapezoidArea({ x: x.slice(from, to), y: y.slice(from, to) });
        expect(Math.abs(part(0, 2) + part(1, x.length) - whole)).toBeLessThan(1e-6);
      }),
    );
  });

  test("under the ROC: SciPy's Mann–Whitney U, and 1 minus that of the classes exchanged", () => {
    // SciPy 1.17.1: a = np.round(lcg(15, 11) * 4); b = np.round(lcg(10, 12) * 4); mannwhitneyu(a, b).statistic / 150
    const [a, b] = [congruential(15, 11), congruential(10, 12)].map((u) => u.map((x) => Math.round(4 * x)));
    same(rocAuc(a!, b!), 0.48333333333333334);
    const scores = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(scores, scores, (high, low) => {
        same(rocAuc(high, low), 1 - rocAuc(low, high));
        const squeezed = (values: readonly number[]) => values.map((value) => Math.atan(value));
        same(rocAuc(squeezed(high), squeezed(low)), rocAuc(high, low));
      }),
    );
    expect(rocAuc([Infinity], [1])).toBe(1);
    expect(rocAuc([2, 3], [0, 1])).toBe(1);
  });
});
