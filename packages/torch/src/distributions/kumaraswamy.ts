// Like Beta, with a distribution function in closed form.
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { type Constraint, positive, unitInterval } from "./constraints.js";
import type { DistributionOptions } from "./distribution.js";
import { EULER_GAMMA } from "./euler-gamma.js";
import { checkedParameters } from "./parameters.js";
import { AffineTransform } from "./transform-affine.js";
import { PowerTransform } from "./transform-elementwise.js";
import { TransformedDistribution } from "./transformed-distribution.js";
import { Uniform } from "./uniform.js";

/** P(X ≤ x) = 1 − (1 − x^a)^b, a = `concentration1`, b = `concentration0`. `torch.distributions.Kumaraswamy`. */
export class Kumaraswamy extends TransformedDistribution<Uniform> {
  readonly concentration1: Tensor;
  readonly concentration0: Tensor;

  /**
   * @param concentration1 a: [...batchShape], above 0
   * @param concentration0 b: [...batchShape], above 0
   * @throws TorchError `torch/argument` for other parameters
   */
  constructor(
    concentration1: number | Tensor,
    concentration0: number | Tensor,
    options: DistributionOptions = {},
  ) {
    const sets = { concentration1: positive, concentration0: positive };
    const own = checkedParameters("Kumaraswamy", { concentration1, concentration0 }, sets, options);
    const base = scope(() => new Uniform(own.concentration0.detach().mul(0), 1, { validateArgs: false }));
    const [outer, inner] = [own.concentration1.reciprocal(), own.concentration0.reciprocal()];
    super(base, [new PowerTransform(inner), new AffineTransform(1, -1), new PowerTransform(outer)], options);
    this.concentration1 = own.concentration1;
    this.concentration0 = own.concentration0;
  }

  override get support(): Constraint {
    return unitInterval;
  }

  override get mean(): Tensor {
    return scope(() => this.moment(1));
  }

  /** ((a − 1) / (a b − 1))^(1/a), NaN unless both parameters are at least 1; PyTorch 2.13 gives NaN for all b above 1. */
  override get mode(): Tensor {
    return scope(() => {
      const { concentration1: a, concentration0: b } = this;
      const inner = a.sub(1).div(a.mul(b).sub(1)).pow(a.reciprocal());
      return inner.maskedFill(a.lt(1).logicalOr(b.lt(1)), Number.NaN);
    });
  }

  override get variance(): Tensor {
    return scope(() => this.moment(2).sub(this.moment(1).square()));
  }

  override entropy(): Tensor {
    return scope(() => {
      const { concentration1: a, concentration0: b } = this;
      const harmonic = b.add(1).digamma().add(EULER_GAMMA);
      return b.reciprocal().rsub(1).add(a.reciprocal().rsub(1).mul(harmonic)).sub(a.log()).sub(b.log());
    });
  }

  /** E[xⁿ] = b B(1 + n/a, b) */
  private moment(n: number): Tensor {
    const { concentration1: a, concentration0: b } = this;
    const above = a.reciprocal().mul(n).add(1);
    return b.log().add(above.lgamma()).add(b.lgamma()).sub(above.add(b).lgamma()).exp();
  }
}
