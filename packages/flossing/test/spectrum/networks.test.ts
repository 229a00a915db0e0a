// Spectra of large random networks against mean-field theory, free probability and exact identities.
import {
  levels,
  lyapunovSpectrum,
  meanField,
  meanFieldSpectrum,
  randomMatrixProduct,
  randomMatrixSpectrum,
  scsNetwork,
  tanhNetwork,
  triangleLaw,
} from "@throughline/flossing";
import { checkLeaks } from "@throughline/testing/leaks";
import { dispose } from "@throughline/torch";
import { describe, expect, test } from "vitest";

checkLeaks();

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe("x(t+1) = J tanh x(t) + ξ(t)", () => {
  test.each([
    [1.5, 0, -0.7143],
    [2, 0, -1.149],
    [3, 0, -2.2728],
    [1, 1, -1.5129],
    [2, 0.5, -1.3123],
  ])("g = %f, noise %f: the whole curve", (gain, noise, meanExponent) => {
    const size = 200;
    const system = tanhNetwork({ size, gain, noise });
    const { exponents } = lyapunovSpectrum(system, { steps: 150, transient: 100, alignment: 100 });
    dispose(system);
    const theory = meanFieldSpectrum({ gain, noise }, levels(size));
    expect(mean(theory)).toBeCloseTo(meanExponent, 2);
    // A single network of 200 units: its variance Δ, and all that follows, is off by a few per cent.
    expect(Math.abs(mean(exponents) - meanExponent)).toBeLessThan(0.04 * Math.abs(meanExponent));
    exponents.slice(0, -5).forEach((value, i) => {
      expect(Math.abs(value - theory[i]!), `exponent ${i + 1}`).toBeLessThan(
        0.05 + 0.05 * Math.abs(theory[i]!),
      );
    });
    expect(Math.abs(exponents[0]! - meanField({ gain, noise }).largest)).toBeLessThan(0.03);
  });

  test("at g = 0.8 without noise activity dies out, and the triangle law is left", () => {
    const size = 150;
    const system = tanhNetwork({ size, gain: 0.8 });
    const { exponents } = lyapunovSpectrum(system, { steps: 200, transient: 100, alignment: 300, k: 130 });
    dispose(system);
    const law = triangleLaw(levels(size), 0.8);
    // ln |eigenvalues| of one J: the circular law, up to O(1/√N) at its edges.
    exponents.forEach((value, i) => {
      expect(Math.abs(value - law[i]!), `exponent ${i + 1}`).toBeLessThan(0.12);
    });
  });
});

test("products of Gaussian matrices: the first k exponents of many", () => {
  const { exponents, standardErrors } = lyapunovSpectrum(randomMatrixProduct({ size: 100 }), {
    steps: 400,
    k: 12,
    batch: 1,
  });
  const exact = randomMatrixSpectrum(100);
  exponents.forEach((value, i) => {
    expect(standardErrors[i]).toBeLessThan(0.01);
    expect(Math.abs(value - exact[i]!)).toBeLessThan(4.5 * standardErrors[i]!);
  });
});

describe("the network of Sompolinsky, Crisanti and Sommers", () => {
  const measure = (options: { method: "rk4" | "euler"; stepSize: number }) => {
    const system = scsNetwork({ size: 60, gain: 4, seed: 1, ...options });
    const spectrum = lyapunovSpectrum(system, { duration: 100, transient: 20, alignment: 20 });
    dispose(system);
    return spectrum;
  };

  test("the mean exponent is −1 and the spectrum is symmetric about it", () => {
    const { exponents, kaplanYorke } = measure({ method: "rk4", stepSize: 0.1 });
    expect(Math.abs(mean(exponents) + 1)).toBeLessThan(1e-5); // exact but for steps of order 4
    // Symmetric for long times (Engelken, Wolf and Abbott 2020); here within sampling error.
    exponents.forEach((value, i) => {
      expect(Math.abs(value + exponents.at(-1 - i)! + 2), `exponents ${i + 1} and ${60 - i}`).toBeLessThan(
        0.15,
      );
    });
    expect(exponents[0]).toBeGreaterThan(0.05); // chaos, above its onset at g = 1
    expect(kaplanYorke).toBeGreaterThan(1);
    expect(kaplanYorke).toBeLessThan(10); // of far fewer than 60 dimensions
  });

  test("Euler steps of 0.1, as published, shift the mean by O(dt)", () => {
    const [coarse, fine] = [0.1, 0.05].map(
      (stepSize) => mean(measure({ method: "euler", stepSize }).exponents) + 1,
    );
    expect(coarse).toBeCloseTo(-0.054, 2);
    expect(coarse! / fine!).toBeCloseTo(2, 0);
  });
});
