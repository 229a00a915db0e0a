// Exponents of large random tanh networks x(t+1) = J tanh x(t) + ξ(t) by mean-field theory and free probability.
import { anyNumber, checkOptions, positive, type Rules, required } from "@throughline/torch/checks";
import { givenNumbers } from "../arguments.js";
import { refuse } from "../systems/refuse.js";
import { average, type Quadrature, quadratureFor, rootOf } from "./gaussian.js";

/** The network: entries of J from N(0, g²/N), and of ξ from N(0, noise²), independent for each unit and step. */
export interface MeanFieldOptions {
  /** g */
  readonly gain: number;
  /** Standard deviation of ξ. Default 0. */
  readonly noise?: number;
}

/** Mean-field theory for N → ∞, in nats per step. */
export interface MeanField {
  /** Δ, variance of x: Δ = g² ⟨tanh²(√Δ z)⟩ + noise², z normal. 0 where activity dies out. */
  readonly variance: number;
  /** λ₁ = ½ ln(g² ⟨φ′²⟩) (Molgedey et al. 1992), φ′ = 1 − tanh² at √Δ z. */
  readonly largest: number;
  /** Mean of all exponents: ln g − ½ + ⟨ln φ′⟩. */
  readonly mean: number;
}

/** Variance, largest and mean exponent of a random tanh network. @throws TorchError unless gain > 0. */
export function meanField(options: MeanFieldOptions): MeanField {
  const { gain, noise } = checked("meanField", options);
  const variance = varianceOf(gain, noise);
  const spread = Math.sqrt(variance);
  const quadrature = quadratureFor(spread);
  const squared = average(quadrature, (z) => Math.exp(2 * logSlope(spread * z)));
  return {
    variance,
    largest: Math.log(gain) + 0.5 * Math.log(squared),
    mean: Math.log(gain) - 0.5 + average(quadrature, (z) => logSlope(spread * z)),
  };
}

/**
 * The whole spectrum λ(t) at fractions t = i/N in (0, 1), for N → ∞, if the one-step Jacobians J diag(φ′) are as free of each
 * other as independent ones: λ(t) = ½ ln(g²(1 − t)) − ½ ln S(−t), S the S-transform of w = φ′². With ψ(z) = ⟨zw/(1 − zw)⟩
 * and ψ(χ) = −t this is ½ ln(g² t/|χ|). For finite N take `levels(N)`.
 * Source: free multiplicative convolution (Voiculescu 1987); Newman's triangle law is the case w = 1.
 */
export function meanFieldSpectrum(options: MeanFieldOptions, fractions: readonly number[]): number[] {
  const { gain, noise } = checked("meanFieldSpectrum", options);
  const spread = Math.sqrt(varianceOf(gain, noise));
  const quadrature = quadratureFor(spread);
  const logW = quadrature.nodes.map((z) => 2 * logSlope(spread * z));
  const lowest = logW.reduce((a, b) => Math.min(a, b), 0);
  return givenNumbers("meanFieldSpectrum: fractions", fractions).map((t) => {
    if (!(t > 0 && t < 1))
      throw refuse("meanFieldSpectrum", `a fraction is ${t}; give numbers between 0 and 1`);
    // ψ(−e^y) falls from 0 to −1 as y grows.
    const y = rootOf((value) => t - occupied(quadrature, logW, value), Math.log(t) - 1, 50 - lowest);
    return Math.log(gain) + 0.5 * (Math.log(t) - y);
  });
}

/** −ψ(−e^y) = ⟨e^y w/(1 + e^y w)⟩ */
function occupied({ weights }: Quadrature, logW: Float64Array, y: number): number {
  return logW.reduce((sum, value, i) => sum + weights[i]! / (1 + Math.exp(-(value + y))), 0);
}

/** ln(1 − tanh²x) = −2 ln cosh x, without cancellation. */
function logSlope(x: number): number {
  const size = Math.abs(x);
  return -2 * (size + Math.log1p(Math.exp(-2 * size)) - Math.LN2);
}

function varianceOf(gain: number, noise: number): number {
  const excess = (variance: number): number => {
    const spread = Math.sqrt(variance);
    const power = average(quadratureFor(spread), (z) => Math.tanh(spread * z) ** 2);
    return (gain * gain * power + noise * noise) / variance - 1;
  };
  const least = 1e-12;
  if (excess(least) <= 0) return 0;
  // excess falls with the variance; its logarithm spreads the scales.
  return Math.exp(
    rootOf((log) => excess(Math.exp(log)), Math.log(least), Math.log(gain * gain + noise * noise)),
  );
}

const rules: Rules<Required<MeanFieldOptions>> = { gain: required(positive(1)), noise: anyNumber(0) };

function checked(who: string, options: MeanFieldOptions): Required<MeanFieldOptions> {
  return checkOptions(who, rules, options);
}
