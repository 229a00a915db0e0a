// The Cauchy distribution.

import { empty, fullLike } from "../creation.js";
import { call } from "../dispatch.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { type Constraint, positive, real } from "./constraints.js";
import { Distribution, type DistributionOptions } from "./distribution.js";
import { checkedParameters } from "./parameters.js";

/** Density 1 / (π scale (1 + ((x − loc) / scale)²)). `torch.distributions.Cauchy`. */
export class Cauchy extends Distribution {
  override readonly hasRsample = true;
  readonly loc: Tensor;
  readonly scale: Tensor;

  /**
   * @param loc the median: [...batchShape]
   * @param scale half the width at half the height, above 0: [...batchShape]
   * @throws TorchError `torch/argument` for other parameters
   */
  constructor(loc: number | Tensor, scale: number | Tensor, options: DistributionOptions = {}) {
    const own = checkedParameters("Cauchy", { loc, scale }, { loc: real, scale: positive }, options);
    super(own.loc.shape, [], options);
    this.loc = own.loc;
    this.scale = own.scale;
  }

  override get support(): Constraint {
    return real;
  }

  /** NaN: it does not exist. */
  override get mean(): Tensor {
    return fullLike(this.loc, Number.NaN);
  }

  /** ∞ */
  override get variance(): Tensor {
    return fullLike(this.loc, Number.POSITIVE_INFINITY);
  }

  override get mode(): Tensor {
    return call("aten::alias", this.loc);
  }

  override rsample(shape: readonly number[] = [], { generator }: GeneratorOptions = {}): Tensor {
    const { dtype, device } = this.loc;
    const whole = this.extendedShape(shape);
    return scope(() =>
      empty(whole, { dtype, device }).cauchy_(0, 1, { generator }).mul(this.scale).add(this.loc),
    );
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => {
      const { loc, scale } = this;
      return value.sub(loc).div(scale).square().log1p().add(scale.log()).add(Math.log(Math.PI)).neg();
    });
  }

  override cdf(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => value.sub(this.loc).div(this.scale).atan().div(Math.PI).add(0.5));
  }

  override icdf(value: Tensor): Tensor {
    return scope(() => value.sub(0.5).mul(Math.PI).tan().mul(this.scale).add(this.loc));
  }

  override entropy(): Tensor {
    return scope(() => this.scale.log().add(Math.log(4 * Math.PI)));
  }
}
