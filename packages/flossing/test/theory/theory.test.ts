// Theories of random networks against each other, exact cases, and values computed elsewhere.
import {
  eulerSpectrum,
  levels,
  linearSpectrum,
  meanField,
  meanFieldSpectrum,
  randomMatrixSpectrum,
  triangleLaw,
} from "@throughline/flossing";
import { scope, type Tensor, tensor } from "@throughline/torch";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { average, quadratureFor, rootOf } from "../../dist/theory/gaussian.js";

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe("products of Gaussian matrices", () => {
  test("N = 8, to the digits of a table", () => {
    const table = [-0.0651, -0.1416, -0.2318, -0.3416, -0.4818, -0.6749, -0.9818, -1.6749];
    randomMatrixSpectrum(8).forEach((value, i) => {
      expect(value).toBeCloseTo(table[i]!, 4);
    });
  });

  test("N = 1: ⟨ln |x|⟩ of a normal number, −(γ + ln 2)/2", () => {
    expect(randomMatrixSpectrum(1)[0]).toBeCloseTo(-(0.5772156649015329 + Math.LN2) / 2, 12);
  });

  test("tend to the triangle law, and σ multiplies every factor", () => {
    const exact = randomMatrixSpectrum(400, 1.7);
    triangleLaw(levels(400), 1.7)
      .slice(0, 300)
      .forEach((value, i) => {
        expect(Math.abs(value - exact[i]!)).toBeLessThan(3e-3);
      });
    expect(exact[0]! - randomMatrixSpectrum(400)[0]!).toBeCloseTo(Math.log(1.7), 12);
  });
});

describe("logarithms of eigenvalues", () => {
  test("of a matrix with a complex pair", () => {
    scope(() => {
      const J = tensor([[0, -2, 0], [2, 0, 0], [1, 1, -0.5]], { dtype: "float64" }); // biome-ignore format: a matrix
      expect(linearSpectrum(J)).toBeClose([Math.LN2, Math.LN2, -Math.LN2]);
      // |1 − δ + δ(±2i)| and |1 − δ − δ/2|
      expect(eulerSpectrum(J, 0.2)).toBeClose([
        Math.log(Math.hypot(0.8, 0.4)),
        Math.log(Math.hypot(0.8, 0.4)),
        Math.log(0.7),
      ]);
      expect(linearSpectrum(tensor([[0]]))).toEqual([Number.NEGATIVE_INFINITY]);
    });
  });
  test("of something that is not square", () => {
    scope(() => {
      const flat: Tensor = tensor([[1, 2]]);
      expect(() => linearSpectrum(flat)).toThrow(/J is \[1,2\]; give a square matrix/);
    });
  });
});

describe("mean field", () => {
  // By adaptive quadrature and root finding of SciPy 1.16 (quad, brentq), to 12 digits.
  test.each([
    [
      1.5,
      0,
      0.7933540426067778,
      0.06521721191286911,
      -0.7143456650434543,
      [-0.01287712705777333, -0.4661733385674965, -1.7666240453885873],
    ],
    [
      2,
      0.5,
      2.4797104610985525,
      0.12038545773079991,
      -1.3122687638368622,
      [-0.00039926574685944516, -0.8038642765834949, -3.387135171326685],
    ],
    [
      1,
      1,
      1.4638508911029113,
      -0.45954857491223716,
      -1.5129397675738419,
      [-0.5564489917249573, -1.1525305643482762, -2.9972201932158136],
    ],
  ])("g = %f, noise %f", (gain, noise, variance, largest, average, curve) => {
    const found = meanField({ gain, noise });
    expect(found.variance).toBeCloseTo(variance, 9);
    expect(found.largest).toBeCloseTo(largest, 9);
    expect(found.mean).toBeCloseTo(average, 9);
    expect(meanFieldSpectrum({ gain, noise }, [0.1, 0.5, 0.9])).toBeClose(curve, { rtol: 0, atol: 1e-9 });
  });

  // Spec table: a simulation of N = 300 and the formula, at t = (i − ½)/300.
  test.each([
    [1.5, 0, [0.057, 0.023, -0.017, -0.155, -0.479, -1.044, -1.779, -3.136]],
    [2, 0, [0.151, 0.1, 0.044, -0.168, -0.689, -1.696, -3.005, -5.184]],
    [3, 0, [0.302, 0.219, 0.122, -0.275, -1.417, -3.526, -5.946, -9.636]],
    [1, 1, [-0.465, -0.505, -0.559, -0.737, -1.159, -1.944, -3.004, -4.834]],
  ])("g = %f, noise %f: simulated networks of 300 units", (gain, noise, simulated) => {
    const fractions = [1, 15, 30, 75, 150, 225, 270, 295].map((i) => (i - 0.5) / 300);
    meanFieldSpectrum({ gain, noise }, fractions).forEach((value, i) => {
      expect(Math.abs(value - simulated[i]!)).toBeLessThan(0.01 + 0.03 * Math.abs(simulated[i]!)); // one finite network
    });
  });

  test("the curve starts at λ₁ and has the mean exponent as its mean (any network)", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.2, max: 20, noNaN: true }),
        fc.double({ min: 0, max: 3, noNaN: true }),
        (gain, noise) => {
          const options = { gain, noise };
          const { largest, mean: average } = meanField(options);
          const curve = meanFieldSpectrum(options, levels(200));
          expect(meanFieldSpectrum(options, [1e-9])[0]).toBeCloseTo(largest, 5);
          // The midpoint rule misses O(1/N) at the logarithmic end.
          expect(Math.abs(mean(curve) - average)).toBeLessThan(2e-3 * (1 + Math.abs(average)));
          expect(curve.every((value, i) => i === 0 || value < curve[i - 1]!)).toBe(true);
        },
      ),
      { numRuns: 12, seed: 1 },
    );
  });

  test("below the onset of chaos activity dies out, and the triangle law is left", () => {
    expect(meanField({ gain: 0.9 })).toMatchObject({ variance: 0 });
    expect(meanField({ gain: 0.9 }).largest).toBeCloseTo(Math.log(0.9), 12);
    expect(meanFieldSpectrum({ gain: 0.9 }, levels(20))).toBeClose(triangleLaw(levels(20), 0.9));
  });

  test("what does not fit is refused", () => {
    expect(() => meanField({ gain: 0 })).toThrow(/gain is 0, accepted: a number above 0/);
    expect(() => meanField({ gain: 1, noise: Number.NaN })).toThrow(/noise is NaN/);
    expect(() => meanFieldSpectrum({ gain: 1 }, [1])).toThrow(
      /a fraction is 1; give numbers between 0 and 1/,
    );
    expect(() => triangleLaw([1])).toThrow(/a fraction is 1/);
    expect(() => levels(0)).toThrow(/size is 0/);
  });
});

describe("the numerics", () => {
  test("moments of a normal variable, and functions with poles near the axis", () => {
    const rule = quadratureFor(1);
    expect(average(rule, () => 1)).toBeCloseTo(1, 14);
    expect(average(rule, (z) => z ** 4)).toBeCloseTo(3, 12);
    // ⟨1/cosh²(s z)⟩ = ⟨tanh(s z) z⟩/s by Stein's identity.
    for (const s of [0.1, 2, 30, 500]) {
      const fine = quadratureFor(s);
      const left = average(fine, (z) => 1 / Math.cosh(s * z) ** 2);
      expect(left * s).toBeCloseTo(
        average(fine, (z) => Math.tanh(s * z) * z),
        10,
      );
    }
  });

  test("roots", () => {
    expect(rootOf((x) => x * x - 2, 0, 10)).toBeCloseTo(Math.SQRT2, 14);
    expect(rootOf((x) => Math.atan(x - 1e6), -1e9, 1e9)).toBeCloseTo(1e6, 8);
    expect(rootOf((x) => x, 0, 1)).toBe(0);
    expect(rootOf((x) => 1 - x, 0, 1)).toBe(1);
  });
});
