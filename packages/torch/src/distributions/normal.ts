// The normal distribution.
import { noGrad } from "../autograd.js";
import { normal, randn } from "../creation.js";
import { call } from "../dispatch.js";
import { scope } from "../memory.js";
import { ndtr, ndtri } from "../special.js";
import type { Tensor } from "../tensor/index.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { type Constraint, positive, real } from "./constraints.js";
import { Distribution, type DistributionOptions } from "./distribution.js";
import { checkedParameters } from "./parameters.js";

const HALF_LOG_2PI = Math.log(2 * Math.PI) / 2;

/** Normal variables with mean `loc` and standard deviation `scale`. `torch.distributions.Normal`. */
export class Normal extends Distribution {
  override readonly hasRsample = true;
  readonly loc: Tensor;
  readonly scale: Tensor;

  /**
   * @param loc [...batchShape]; it broadcasts with `scale`, and a number has the other's dtype
   * @param scale above 0
   * @throws TorchError `torch/argument` for other parameters
   */
  constructor(loc: number | Tensor, scale: number | Tensor, options: DistributionOptions = {}) {
    const own = checkedParameters("Normal", { loc, scale }, { loc: real, scale: positive }, options);
    super(own.loc.shape, [], options);
    this.loc = own.loc;
    this.scale = own.scale;
  }

  override get support(): Constraint {
    return real;
  }

  override get mean(): Tensor {
    return call("aten::alias", this.loc);
  }

  override get mode(): Tensor {
    return this.mean;
  }

  override get stddev(): Tensor {
    return call("aten::alias", this.scale);
  }

  override get variance(): Tensor {
    return this.scale.square();
  }

  override sample(shape: readonly number[] = [], options: GeneratorOptions = {}): Tensor {
    const whole = this.extendedShape(shape);
    return scope(() => noGrad(() => normal(this.loc.expand(whole), this.scale.expand(whole), options)));
  }

  override rsample(shape: readonly number[] = [], options: GeneratorOptions = {}): Tensor {
    const { dtype, device } = this.loc;
    const whole = this.extendedShape(shape);
    return scope(() =>
      this.loc.add(randn(whole, { dtype, device, generator: options.generator }).mul(this.scale)),
    );
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => {
      const { loc, scale } = this;
      return value.sub(loc).square().div(scale.square().mul(-2)).sub(scale.log()).sub(HALF_LOG_2PI);
    });
  }

  override entropy(): Tensor {
    return scope(() => this.scale.log().add(0.5 + HALF_LOG_2PI));
  }

  override cdf(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => ndtr(value.sub(this.loc).div(this.scale)));
  }

  override icdf(value: Tensor): Tensor {
    return scope(() => ndtri(value).mul(this.scale).add(this.loc));
  }
}
