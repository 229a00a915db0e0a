// The half of the normal distribution above 0.
import { zerosLike } from "../creation.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { type Constraint, nonnegative, positive } from "./constraints.js";
import type { DistributionOptions } from "./distribution.js";
import { Normal } from "./normal.js";
import { checkedParameters } from "./parameters.js";
import { AbsTransform } from "./transform-elementwise.js";
import { TransformedDistribution } from "./transformed-distribution.js";

/** |z|, z normal with mean 0 and standard deviation `scale`. `torch.distributions.HalfNormal`. */
export class HalfNormal extends TransformedDistribution<Normal> {
  readonly scale: Tensor;

  /** @param scale above 0: [...batchShape] @throws TorchError `torch/argument` for other parameters */
  constructor(scale: number | Tensor, options: DistributionOptions = {}) {
    const own = checkedParameters("HalfNormal", { scale }, { scale: positive }, options);
    super(new Normal(0, own.scale, { validateArgs: false }), new AbsTransform(), options);
    this.scale = own.scale;
  }

  override get support(): Constraint {
    return nonnegative;
  }

  override get mean(): Tensor {
    return this.scale.mul(Math.sqrt(2 / Math.PI));
  }

  override get variance(): Tensor {
    return scope(() => this.scale.square().mul(1 - 2 / Math.PI));
  }

  override get mode(): Tensor {
    return zerosLike(this.scale);
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => {
      const twice = this.baseDist.logProb(value).add(Math.LN2);
      return twice.maskedFill(value.lt(0), Number.NEGATIVE_INFINITY);
    });
  }

  override cdf(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => this.baseDist.cdf(value).mul(2).sub(1));
  }

  override icdf(value: Tensor): Tensor {
    return scope(() => this.baseDist.icdf(value.add(1).div(2)));
  }

  override entropy(): Tensor {
    return scope(() => this.baseDist.entropy().sub(Math.LN2));
  }
}
