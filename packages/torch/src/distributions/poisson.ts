// Counts of independent events.
import { noGrad } from "../autograd.js";
import { call } from "../dispatch.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { type Constraint, nonnegative, nonnegativeInteger } from "./constraints.js";
import { Distribution, type DistributionOptions } from "./distribution.js";
import { checkedParameters } from "./parameters.js";

/** P(k) = λᵏ e^(−λ) / k!, λ = `rate`. `torch.distributions.Poisson`. */
export class Poisson extends Distribution {
  readonly rate: Tensor;

  /** @param rate the mean, at least 0: [...batchShape] @throws TorchError `torch/argument` for other parameters */
  constructor(rate: number | Tensor, options: DistributionOptions = {}) {
    const own = checkedParameters("Poisson", { rate }, { rate: nonnegative }, options);
    super(own.rate.shape, [], options);
    this.rate = own.rate;
  }

  override get support(): Constraint {
    return nonnegativeInteger;
  }

  override get mean(): Tensor {
    return call("aten::alias", this.rate);
  }

  override get mode(): Tensor {
    return this.rate.floor();
  }

  override get variance(): Tensor {
    return this.mean;
  }

  override sample(shape: readonly number[] = [], options: GeneratorOptions = {}): Tensor {
    const whole = this.extendedShape(shape);
    return scope(() => noGrad(() => this.rate.expand(whole).poisson(options)));
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => value.xlogy(this.rate).sub(this.rate).sub(value.add(1).lgamma()));
  }
}
