// Random networks and matrix products with known spectra. Their matrices live until `dispose(system)`.

import { streamSeed } from "@throughline/lab/random";
import { dispose, Generator, keep, randn, scope, type Tensor, zeros } from "@throughline/torch";
import {
  anyNumber,
  checkOptions,
  oneOf,
  optional,
  positive,
  type Rules,
  required,
  whole,
} from "@throughline/torch/checks";
import { aSeed } from "../../arguments.js";
import { type FlowOptions, flow } from "../flow.js";
import { map } from "../map.js";
import { integratorRules } from "../ode/settings.js";
import type { FloatType, System } from "../system.js";

/** A system with a random matrix of its own, released by `dispose(system)`. */
export interface NetworkSystem extends System {
  /** J, [N, N]. */
  readonly weights: Tensor;
}

/** Options that random networks have in common. */
export interface NetworkOptions {
  /** N, number of units. */
  readonly size: number;
  /** g: entries of J are drawn from N(0, g²/N). Default 1. */
  readonly gain?: number;
  /** Seed of the random numbers. Default 0. */
  readonly seed?: number;
  /** Default float64. */
  readonly dtype?: FloatType;
}

const rules: Rules<NetworkOptions> = {
  size: required(whole(1, 1)),
  gain: optional(positive(1)),
  seed: aSeed,
  dtype: optional(oneOf(["float32", "float64"], "float64")),
};

const tanhRules: Rules<NetworkOptions & { readonly noise?: number }> = {
  ...rules,
  noise: optional(anyNumber(0)),
};

type ScsOptions = NetworkOptions &
  Pick<FlowOptions, "dt" | "method" | "rtol" | "atol" | "stepSize" | "maxSteps">;

const scsRules: Rules<ScsOptions> = { ...rules, ...integratorRules, dt: optional(positive(0.1)) };

const productRules: Rules<Omit<NetworkOptions, "gain"> & { readonly sigma?: number }> = {
  size: rules.size,
  seed: rules.seed,
  dtype: rules.dtype,
  sigma: optional(positive(1)),
};

/** Entries from N(0, g²/N). */
function gaussian({ size: n, gain = 1, seed = 0, dtype = "float64" }: NetworkOptions): Tensor {
  return scope(() =>
    randn([n, n], { generator: Generator.create({ seed: streamSeed(seed, 0) }), dtype }).mul(
      gain / Math.sqrt(n),
    ),
  );
}

/** Standard normal numbers that are a function of the seed and the step. */
function noiseAt(seed: number, t: number, shape: readonly number[], dtype: FloatType): Tensor {
  return scope(() => randn(shape, { generator: Generator.create({ seed: streamSeed(seed, t + 1) }), dtype }));
}

/**
 * x(t+1) = J tanh x(t) + ξ(t), entries of J from N(0, g²/N) and of ξ from N(0, noise²), fresh for each unit, step and member
 * of the batch: the discrete-time network of `meanFieldSpectrum`. Self-couplings are kept.
 */
export function tanhNetwork(options: NetworkOptions & { readonly noise?: number }): NetworkSystem {
  const { size, seed = 0, dtype = "float64", noise = 0 } = checkOptions("tanhNetwork", tanhRules, options);
  const weights = keep(gaussian(options));
  const system = map({
    dimension: size,
    dtype,
    step: (x, _t, drive) => {
      const next = x.tanh().mm(weights.t());
      return drive === undefined ? next : next.add(drive, { alpha: noise });
    },
    parameters: noise === 0 ? [] : (t, batch) => [noiseAt(seed, t, [batch, size], dtype)],
    jacobian: (x) => weights.mul(x.tanh().square().rsub(1).unsqueeze(1)),
  });
  return { ...system, weights };
}

/**
 * The network of Sompolinsky et al. 1988, τ ẋ = −x + J tanh x, entries of J from N(0, g²/N) and zero on the
 * diagonal; time in units of τ = 1. The mean exponent is −1 and the spectrum symmetric about −1, up to the time step
 * (Engelken et al. 2020). By default Euler steps of 0.1 as there; `method: "dop853"` integrates it accurately.
 */
export function scsNetwork(options: ScsOptions): NetworkSystem {
  const {
    size,
    gain: _gain,
    seed: _seed,
    dtype = "float64",
    method = "euler",
    stepSize = 0.1,
    ...rest
  } = checkOptions("scsNetwork", scsRules, options);
  const weights = keep(scope(() => gaussian(options).fillDiagonal_(0)));
  const system = flow({
    ...rest,
    method,
    stepSize,
    dimension: size,
    dtype,
    derivative: (x) => x.tanh().mm(weights.t()).sub(x),
  });
  return { ...system, weights };
}

/**
 * The product of independent N × N matrices with entries from N(0, σ²/N), a fresh one for each step and member of the batch,
 * whose exponents are known exactly: `randomMatrixSpectrum`.
 */
export function randomMatrixProduct(
  options: Omit<NetworkOptions, "gain"> & { readonly sigma?: number },
): System {
  const {
    size,
    seed = 0,
    sigma = 1,
    dtype = "float64",
  } = checkOptions("randomMatrixProduct", productRules, options);
  return map({
    dimension: size,
    dtype,
    initial: (batch) => zeros([batch, size], { dtype }),
    step: (x, t) => applyTo(x, noiseAt(seed, t, [x.shape[0]!, size, size], dtype), sigma),
    jacobian: (x, t) => noiseAt(seed, t, [x.shape[0]!, size, size], dtype).mul(sigma / Math.sqrt(size)),
  });
}

function applyTo(x: Tensor, matrices: Tensor, sigma: number): Tensor {
  const next = matrices
    .bmm(x.unsqueeze(2))
    .squeeze(2)
    .mul(sigma / Math.sqrt(x.shape[1]!));
  dispose(matrices);
  return next;
}
