// Power-law tails.
import { call } from "../dispatch.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { type Constraint, greaterThanEq, positive } from "./constraints.js";
import type { DistributionOptions } from "./distribution.js";
import { Exponential } from "./exponential.js";
import { checkedParameters } from "./parameters.js";
import { AffineTransform } from "./transform-affine.js";
import { ExpTransform } from "./transform-elementwise.js";
import { TransformedDistribution } from "./transformed-distribution.js";

/** P(X > x) = (scale / x)^alpha for x of at least `scale`. `torch.distributions.Pareto`. */
export class Pareto extends TransformedDistribution<Exponential> {
  readonly scale: Tensor;
  readonly alpha: Tensor;

  /**
   * @param scale the least value, above 0: [...batchShape]
   * @param alpha above 0: [...batchShape]
   * @throws TorchError `torch/argument` for other parameters
   */
  constructor(scale: number | Tensor, alpha: number | Tensor, options: DistributionOptions = {}) {
    const own = checkedParameters("Pareto", { scale, alpha }, { scale: positive, alpha: positive }, options);
    const base = new Exponential(own.alpha, { validateArgs: false });
    super(base, [new ExpTransform(), new AffineTransform(0, own.scale)], options);
    this.scale = own.scale;
    this.alpha = own.alpha;
  }

  override get support(): Constraint {
    return greaterThanEq(this.scale);
  }

  /** ∞ for `alpha` of at most 1. */
  override get mean(): Tensor {
    return scope(() => {
      const alpha = this.alpha.clamp({ min: 1 });
      return alpha.mul(this.scale).div(alpha.sub(1));
    });
  }

  override get mode(): Tensor {
    return call("aten::alias", this.scale);
  }

  /** ∞ for `alpha` of at most 2. */
  override get variance(): Tensor {
    return scope(() => {
      const alpha = this.alpha.clamp({ min: 2 });
      return this.scale
        .square()
        .mul(alpha)
        .div(alpha.sub(1).square().mul(alpha.sub(2)));
    });
  }

  override entropy(): Tensor {
    return scope(() => this.scale.div(this.alpha).log().add(this.alpha.reciprocal()).add(1));
  }
}
