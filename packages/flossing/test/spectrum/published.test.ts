// Exponents that others have measured. Tolerances are 4 standard errors of ours, plus half a unit of their last digit, and
// those errors must be small.
import {
  flow,
  henon,
  lorenz,
  lorenz96,
  lyapunovSpectrum,
  map,
  rossler,
  type Spectrum,
  standardMap,
} from "@throughline/flossing";
import { checkLeaks } from "@throughline/testing/leaks";
import { stack, type Tensor, tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";

checkLeaks();

const double = { dtype: "float64" } as const;

function expectPublished(spectrum: Spectrum, values: readonly number[], digit: number, error: number): void {
  values.forEach((value, i) => {
    expect(spectrum.standardErrors[i], `error of exponent ${i + 1}`).toBeLessThan(error);
    const off = Math.abs(spectrum.exponents[i]! - value);
    expect(off, `exponent ${i + 1}: ${spectrum.exponents[i]}`).toBeLessThan(
      4 * spectrum.standardErrors[i]! + digit / 2,
    );
  });
  expect(spectrum.verdict).toMatch(/^converged/);
  expect(spectrum.notes).toEqual([]);
}

describe("maps", () => {
  test("Hénon: 0.4192, −1.6232, dimension 1.258 (Sprott 2003)", () => {
    const spectrum = lyapunovSpectrum(henon(), { steps: 4000, batch: 200 });
    expectPublished(spectrum, [0.4192, -1.6232], 1e-4, 6e-4);
    expect(spectrum.kaplanYorke).toBeCloseTo(1.258, 2);
    expect(spectrum.entropyRate).toBe(spectrum.exponents[0]);
  });

  test("the standard map far from integrable: ln(K/2) up to O(1/K²) (Chirikov 1979)", () => {
    for (const K of [30, 100]) {
      const spectrum = lyapunovSpectrum(standardMap({ K }), { steps: 1000, batch: 100 });
      expectPublished(spectrum, [Math.log(K / 2), -Math.log(K / 2)], 4 / K ** 2, 3e-3);
    }
  });

  test("Ikeda's map of the plane, u = 0.9: sum 2 ln u exactly; 0.507, −0.718", () => {
    const ikeda = map({
      dimension: 2,
      initial: (batch) =>
        tensor([[0.1, 0.1]], double).add(
          tensor(
            Array.from({ length: batch }, (_, i) => [i / 100, 0]),
            double,
          ),
        ),
      step: (state) => {
        const [x, y] = state.unbind(1) as [Tensor, Tensor];
        const angle = x.square().add(y.square()).add(1).reciprocal().mul(-6).add(0.4);
        const [c, s] = [angle.cos().mul(0.9), angle.sin().mul(0.9)];
        return stack([x.mul(c).sub(y.mul(s)).add(1), x.mul(s).add(y.mul(c))], 1);
      },
    });
    const spectrum = lyapunovSpectrum(ikeda, { steps: 3000, transient: 300, batch: 30 });
    expectPublished(spectrum, [0.507, -0.718], 1e-3, 3e-3);
    expect(spectrum.exponents[0]! + spectrum.exponents[1]!).toBeCloseTo(2 * Math.log(0.9), 10);
  });
});

describe("flows", () => {
  test("Lorenz: 0.9056, 0, −14.5723, dimension 2.062 (Sprott 2003)", () => {
    const spectrum = lyapunovSpectrum(lorenz({ rtol: 1e-7 }), {
      duration: 40,
      transient: 5,
      alignment: 5,
      batch: 16,
    });
    expectPublished(spectrum, [0.9056, 0, -14.5723], 1e-4, 2e-2);
    expect(spectrum.kaplanYorke).toBeCloseTo(2.062, 2);
  });

  test("Lorenz with 16, 45.92, 4: 2.16, 0, −32.4 bits (Wolf et al. 1985)", () => {
    const system = lorenz({ sigma: 16, rho: 45.92, beta: 4, rtol: 1e-7 });
    const spectrum = lyapunovSpectrum(system, { duration: 20, transient: 3, alignment: 3, batch: 30 });
    expectPublished(spectrum, [2.16 * Math.LN2, 0, -32.4 * Math.LN2], 0.1 * Math.LN2, 3e-2);
  });

  test("Rössler: 0.0714, 0, −5.3943 (Sprott 2003)", () => {
    const spectrum = lyapunovSpectrum(rossler({ rtol: 1e-6, dt: 0.5 }), {
      duration: 150,
      transient: 40,
      alignment: 10,
      batch: 40,
    });
    expectPublished(spectrum, [0.0714, 0, -5.3943], 1e-4, 2.5e-2);
  });

  test("Lorenz 1996, 40 sites, F = 8: dimension 27.1, 12 or 13 positive exponents and a 0 (Lorenz and Emanuel 1998)", () => {
    const spectrum = lyapunovSpectrum(lorenz96({ rtol: 1e-6 }), {
      duration: 20,
      transient: 10,
      alignment: 10,
      batch: 4,
    });
    const positive = spectrum.exponents.filter((value) => value > 0).length;
    expect(positive).toBeGreaterThanOrEqual(12);
    expect(positive).toBeLessThanOrEqual(14);
    expect(Math.abs(spectrum.kaplanYorke! - 27.1)).toBeLessThan(0.4);
    expect(Math.abs(spectrum.exponents[0]! - (Math.LN2 / 2.1) * 5)).toBeLessThan(
      4 * spectrum.standardErrors[0]!,
    ); // doubling in 2.1 days, 5 days a unit
    expect(spectrum.exponents.reduce((a, b) => a + b) / 40).toBeCloseTo(-1, 5);
  });

  test("a limit cycle, van der Pol: 0 and −1.0595 (μ = 1)", () => {
    const period = 6.6632868593;
    const oscillator = flow({
      dimension: 2,
      dt: period / 100,
      derivative: (state) => {
        const [x, y] = state.unbind(1) as [Tensor, Tensor];
        return stack([y, x.square().rsub(1).mul(y).sub(x)], 1);
      },
    });
    // Over ten whole periods there is no boundary term.
    const { exponents } = lyapunovSpectrum(oscillator, {
      duration: 10 * period,
      transient: 20,
      alignment: 20,
    });
    expect(exponents[0]).toBeCloseTo(0, 5);
    expect(exponents[1]).toBeCloseTo(-1.0595, 3);
  });
});
