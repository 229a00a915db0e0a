// Inverses of gamma variables.
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { type Constraint, positive } from "./constraints.js";
import type { DistributionOptions } from "./distribution.js";
import { Gamma } from "./gamma.js";
import { checkedParameters } from "./parameters.js";
import { PowerTransform } from "./transform-elementwise.js";
import { TransformedDistribution } from "./transformed-distribution.js";

/** 1 / x, x `Gamma(concentration, rate)`. `torch.distributions.InverseGamma`. */
export class InverseGamma extends TransformedDistribution<Gamma> {
  readonly concentration: Tensor;
  readonly rate: Tensor;

  /**
   * @param concentration above 0: [...batchShape]
   * @param rate above 0: [...batchShape]
   * @throws TorchError `torch/argument` for other parameters
   */
  constructor(concentration: number | Tensor, rate: number | Tensor, options: DistributionOptions = {}) {
    const sets = { concentration: positive, rate: positive };
    const own = checkedParameters("InverseGamma", { concentration, rate }, sets, options);
    const base = new Gamma(own.concentration, own.rate, { validateArgs: false });
    super(base, new PowerTransform(-1), options);
    this.concentration = own.concentration;
    this.rate = own.rate;
  }

  override get support(): Constraint {
    return positive;
  }

  /** ∞ for `concentration` of at most 1. */
  override get mean(): Tensor {
    return scope(() => {
      const { concentration, rate } = this;
      return rate.div(concentration.sub(1)).maskedFill(concentration.le(1), Number.POSITIVE_INFINITY);
    });
  }

  override get mode(): Tensor {
    return scope(() => this.rate.div(this.concentration.add(1)));
  }

  /** ∞ for `concentration` of at most 2. */
  override get variance(): Tensor {
    return scope(() => {
      const { concentration, rate } = this;
      return rate
        .square()
        .div(concentration.sub(1).square().mul(concentration.sub(2)))
        .maskedFill(concentration.le(2), Number.POSITIVE_INFINITY);
    });
  }

  override entropy(): Tensor {
    return scope(() => {
      const { concentration, rate } = this;
      return concentration
        .add(rate.log())
        .add(concentration.lgamma())
        .sub(concentration.add(1).mul(concentration.digamma()));
    });
  }
}
