// Exponents of products of random matrices.
import { scope, tensor } from "@throughline/torch";
import { positiveNumber, wholeNumber } from "@throughline/torch/checks";
import { givenNumbers } from "../arguments.js";
import { refuse } from "../systems/refuse.js";

/**
 * Exponents of the product of independent N × N matrices with entries from N(0, σ²/N), exactly:
 * λᵢ = ½ [ln(2σ²/N) + ψ((N − i + 1)/2)], i = 1 … N, ψ the digamma function, in nats per factor (Newman 1986).
 * @param sigma Default 1.
 */
export function randomMatrixSpectrum(size: number, sigma: number = 1): number[] {
  const n = wholeNumber("randomMatrixSpectrum: size", size, 1);
  positiveNumber("randomMatrixSpectrum: sigma", sigma);
  const halves = Array.from({ length: n }, (_, i) => (n - i) / 2);
  const digammas = scope(() => tensor(halves, { dtype: "float64" }).digamma().toArray() as number[]);
  return digammas.map((digamma) => 0.5 * (Math.log((2 * sigma * sigma) / n) + digamma));
}

/**
 * The same for N → ∞: λ(t) = ½ ln(σ²(1 − t)) at t = i/N in [0, 1), the triangle law. For finite N take t = (i − ½)/N, which
 * `levels` gives.
 */
export function triangleLaw(fractions: readonly number[], sigma: number = 1): number[] {
  positiveNumber("triangleLaw: sigma", sigma);
  return givenNumbers("triangleLaw: fractions", fractions).map((t) => {
    if (t >= 0 && t < 1) return Math.log(sigma) + 0.5 * Math.log1p(-t);
    throw refuse("triangleLaw", `a fraction is ${t}; give numbers from 0 up to, but not including, 1`);
  });
}

/** t = (i − ½)/N, i = 1 … N: where the exponents of a net of N units lie on the curves for N → ∞. */
export function levels(size: number): number[] {
  const n = wholeNumber("levels: size", size, 1);
  return Array.from({ length: n }, (_, i) => (i + 0.5) / n);
}
