// Sums of squares of normal variables.
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { positive } from "./constraints.js";
import type { DistributionOptions } from "./distribution.js";
import { Gamma } from "./gamma.js";
import { checkedParameters } from "./parameters.js";

/** Sums of `df` squares of standard normal variables: Gamma(df / 2, 1/2). `torch.distributions.Chi2`. */
export class Chi2 extends Gamma {
  /** @param df degrees of freedom, above 0: [...batchShape] @throws TorchError `torch/argument` for other parameters */
  constructor(df: number | Tensor, options: DistributionOptions = {}) {
    const half = scope(() => checkedParameters("Chi2", { df }, { df: positive }, options).df.mul(0.5));
    super(half, 0.5, options);
  }

  /** Degrees of freedom. */
  get df(): Tensor {
    return this.concentration.mul(2);
  }
}
