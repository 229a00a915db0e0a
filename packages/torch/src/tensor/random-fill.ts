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
  /** Filled from the normal distribution with `mean` (0) and standard deviation `std` (1). */
  normal_(mean?: number, std?: number, options: GeneratorOptions = {}): Tensor {
    return call("aten::normal_", this, mean, std, options.generator);
  }

  /** Filled evenly from [from, to) (0, 1). */
  uniform_(from?: number, to?: number, options: GeneratorOptions = {}): Tensor {
    return call("aten::uniform_", this, from, to, options.generator);
  }

  /** Filled with 1 with probability `p` (0.5, or a tensor of probabilities), else 0. */
  bernoulli_(p: number | Tensor = 0.5, options: GeneratorOptions = {}): Tensor {
    return call(
      isTensor(p) ? "aten::bernoulli_.Tensor" : "aten::bernoulli_.float",
      this,
      p,
      options.generator,
    );
  }

  /** Filled from the density λ e^(−λx), λ = `lambd` (1). */
  exponential_(lambd?: number, options: GeneratorOptions = {}): Tensor {
    return call("aten::exponential_", this, lambd, options.generator);
  }

  /** Filled from P(k) = (1 − p)^(k−1) p, k = 1, 2, … */
  geometric_(p: number, options: GeneratorOptions = {}): Tensor {
    return call("aten::geometric_", this, p, options.generator);
  }

  /** Filled from the Cauchy distribution with `median` (0) and half width `sigma` (1). */
  cauchy_(median?: number, sigma?: number, options: GeneratorOptions = {}): Tensor {
    return call("aten::cauchy_", this, median, sigma, options.generator);
  }

  /** Filled with eᶻ, z normal with `mean` (1) and standard deviation `std` (2). */
  logNormal_(mean?: number, std?: number, options: GeneratorOptions = {}): Tensor {
    return call("aten::log_normal_", this, mean, std, options.generator);
  }

  /**
   * Filled with whole numbers from [from, to). Without `to`, up to the dtype's greatest number (floating point: up to
   * where whole numbers are exact); `random_({to})` starts at 0.
   */
  random_(options: GeneratorOptions & { readonly from?: number; readonly to?: number } = {}): Tensor {
    const { from, to, generator } = options;
    if (from !== undefined) return call("aten::random_.from", this, from, to ?? null, generator);
    if (to !== undefined) return call("aten::random_.to", this, to, generator);
    return call("aten::random_", this, generator);
  }

  /** 1 with the probability that each element gives, else 0. */
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
