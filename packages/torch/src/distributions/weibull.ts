// Times to failure.
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { type Constraint, positive } from "./constraints.js";
import type { DistributionOptions } from "./distribution.js";
import { EULER_GAMMA } from "./euler-gamma.js";
import { Exponential } from "./exponential.js";
import { checkedParameters } from "./parameters.js";
import { AffineTransform } from "./transform-affine.js";
import { PowerTransform } from "./transform-elementwise.js";
import { TransformedDistribution } from "./transformed-distribution.js";

/** P(X > x) = e^(−(x / scale)^concentration). `torch.distributions.Weibull`. */
export class Weibull extends TransformedDistribution<Exponential> {
  readonly scale: Tensor;
  readonly concentration: Tensor;

  /**
   * @param scale above 0: [...batchShape]
   * @param concentration k, above 0: [...batchShape]
   * @throws TorchError `torch/argument` for other parameters
   */
  constructor(scale: number | Tensor, concentration: number | Tensor, options: DistributionOptions = {}) {
    const sets = { scale: positive, concentration: positive };
    const own = checkedParameters("Weibull", { scale, concentration }, sets, options);
    const base = scope(() => new Exponential(own.scale.detach().mul(0).add(1), { validateArgs: false }));
    const inverse = own.concentration.reciprocal();
    super(base, [new PowerTransform(inverse), new AffineTransform(0, own.scale)], options);
    this.scale = own.scale;
    this.concentration = own.concentration;
  }

  override get support(): Constraint {
    return positive;
  }

  override get mean(): Tensor {
    return scope(() => this.scale.mul(this.moment(1)));
  }

  /** NaN for `concentration` below 1. */
  override get mode(): Tensor {
    return scope(() => {
      const inverse = this.concentration.reciprocal();
      return this.scale.mul(inverse.rsub(1).pow(inverse));
    });
  }

  override get variance(): Tensor {
    return scope(() => this.scale.square().mul(this.moment(2).sub(this.moment(1).square())));
  }

  override entropy(): Tensor {
    return scope(() => {
      const { scale, concentration } = this;
      return concentration.reciprocal().rsub(1).mul(EULER_GAMMA).add(scale.div(concentration).log()).add(1);
    });
  }

  /** E[(x / scale)ⁿ] */
  private moment(n: number): Tensor {
    return this.concentration.reciprocal().mul(n).add(1).lgamma().exp();
  }
}
