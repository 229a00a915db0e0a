// Probabilities instead of values.
import type { Tensor } from "../tensor/index.js";
import { type Constraint, unitInterval } from "./constraints.js";
import type { Distribution } from "./distribution.js";
import { Transform } from "./transform.js";

/** y = cdf(x) of a distribution of numbers. `torch.distributions.CumulativeDistributionTransform`. */
export class CumulativeDistributionTransform extends Transform {
  readonly distribution: Distribution;

  constructor(distribution: Distribution) {
    super();
    this.distribution = distribution;
  }

  override get domain(): Constraint {
    return this.distribution.support;
  }

  override get codomain(): Constraint {
    return unitInterval;
  }

  override get sign(): number {
    return 1;
  }

  override forward(x: Tensor): Tensor {
    return this.distribution.cdf(x);
  }

  override inverse(y: Tensor): Tensor {
    return this.distribution.icdf(y);
  }

  override logAbsDetJacobian(x: Tensor, _y: Tensor): Tensor {
    return this.distribution.logProb(x);
  }
}
