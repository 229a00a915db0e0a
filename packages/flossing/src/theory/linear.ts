// Exponents at a fixed point: logarithms of eigenvalues.
import { linalg, scope, type Tensor } from "@throughline/torch";
import { finiteNumber } from "@throughline/torch/checks";
import { givenTensor } from "../arguments.js";
import { refuse } from "../systems/refuse.js";

/**
 * Exponents of x(t+1) = J x(t), and of a tanh net without bias whose state has died out (spectral radius of J below 1):
 * ln |eigenvalue| of J [N, N], descending, in nats per step; −∞ for eigenvalue 0.
 */
export function linearSpectrum(J: Tensor): number[] {
  return logModuli("linearSpectrum", J, (re, im) => Math.hypot(re, im));
}

/** Exponents of h ← (1 − δ) h + δ J h, Euler steps of ḣ = −h + J h: ln |1 − δ + δ · eigenvalue|, descending, in nats per step. */
export function eulerSpectrum(J: Tensor, delta: number): number[] {
  finiteNumber("eulerSpectrum: delta", delta);
  return logModuli("eulerSpectrum", J, (re, im) => Math.hypot(1 - delta + delta * re, delta * im));
}

function logModuli(who: string, J: Tensor, modulus: (re: number, im: number) => number): number[] {
  if (givenTensor(`${who}: J`, J).ndim !== 2 || J.shape[0] !== J.shape[1])
    throw refuse(who, `J is [${J.shape}]; give a square matrix`);
  const parts = scope(
    () => linalg.eigvals(J.detach().to("float64")).viewAsReal().toArray() as [number, number][],
  );
  return parts.map(([re, im]) => Math.log(modulus(re, im))).sort((a, b) => b - a);
}
