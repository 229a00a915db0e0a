// Random numbers into an existing tensor, and draws that depend on one. The same seed gives PyTorch's numbers.
import { call } from "../dispatch.js";
import type { Generator } from "../random.js";
import type { Tensor } from "./index.js";
import { MatrixMethods } from "./matrix.js";
import { isTensor } from "./operand.js";

/** Generator of the random numbers. */
export interface GeneratorOptions {
  /** Default: the device's default generator, which `manualSeed` seeds. */
  readonly generator?: Generator;
}

export abstract class RandomFillMethods extends MatrixMethods {
  /** In place: draws from the normal distribution with `mean` (default 0) and standard deviation `std` (default 1). */
  normal_(mean?: number, std?: number, options: GeneratorOptions = {}): Tensor {
    return call("aten::normal_", this, mean, std, options.generator);
  }

  /** In place: draws from the uniform distribution on [from, to). Default [0, 1). */
  uniform_(from?: number, to?: number, options: GeneratorOptions = {}): Tensor {
    return call("aten::uniform_", this, from, to, options.generator);
  }

  /** In place: 1 with probability `p`, else 0. `p` is a number (default 0.5) or a tensor of probabilities. */
  bernoulli_(p: number | Tensor = 0.5, options: GeneratorOptions = {}): Tensor {
    return call(
      isTensor(p) ? "aten::bernoulli_.Tensor" : "aten::bernoulli_.float",
      this,
      p,
      options.generator,
    );
  }

  /** In place: draws from the exponential distribution, density λ e^(−λx), λ = `lambd` (default 1). */
  exponential_(lambd?: number, options: GeneratorOptions = {}): Tensor {
    return call("aten::exponential_", this, lambd, options.generator);
  }

  /** In place: draws from the geometric distribution P(k) = (1 − p)^(k−1) p, k = 1, 2, … */
  geometric_(p: number, options: GeneratorOptions = {}): Tensor {
    return call("aten::geometric_", this, p, options.generator);
  }

  /** In place: draws from the Cauchy distribution with `median` (default 0) and half width `sigma` (default 1). */
  cauchy_(median?: number, sigma?: number, options: GeneratorOptions = {}): Tensor {
    return call("aten::cauchy_", this, median, sigma, options.generator);
  }

  /**
   * In place: draws from the log-normal distribution: eᶻ, z normal with `mean` (default 1) and standard deviation
   * `std` (default 2).
   */
  logNormal_(mean?: number, std?: number, options: GeneratorOptions = {}): Tensor {
    return call("aten::log_normal_", this, mean, std, options.generator);
  }

  /**
   * In place: draws whole numbers uniformly from [from, to). Without `to`, up to the dtype's greatest number
   * (floating point: up to where whole numbers are exact); `random_({to})` starts at 0.
   */
  random_(options: GeneratorOptions & { readonly from?: number; readonly to?: number } = {}): Tensor {
    const { from, to, generator } = options;
    if (from !== undefined) return call("aten::random_.from", this, from, to ?? null, generator);
    if (to !== undefined) return call("aten::random_.to", this, to, generator);
    return call("aten::random_", this, generator);
  }

  /** Bernoulli draws: 1 with the probability that each element gives, else 0. */
  bernoulli(options: GeneratorOptions = {}): Tensor {
    return call("aten::bernoulli", this, options.generator);
  }

  /** Poisson draws whose rates are this tensor's elements. */
  poisson(options: GeneratorOptions = {}): Tensor {
    return call("aten::poisson", this, options.generator);
  }

  /** Column indices of a matrix drawn in proportion to each row's weights: [m, n] → [m, numSamples], [n] likewise. */
  multinomial(
    numSamples: number,
    options: GeneratorOptions & { readonly replacement?: boolean } = {},
  ): Tensor {
    return call("aten::multinomial", this, numSamples, options.replacement, options.generator);
  }
}
