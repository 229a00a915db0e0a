// Waiting times.
import { empty, zerosLike } from "../creation.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { type Constraint, nonnegative, positive } from "./constraints.js";
import { Distribution, type DistributionOptions } from "./distribution.js";
import { checkedParameters } from "./parameters.js";

/** Density λ e^(−λx), λ = `rate`. `torch.distributions.Exponential`. */
export class Exponential extends Distribution {
  override readonly hasRsample = true;
  readonly rate: Tensor;

  /** @param rate [...batchShape], above 0 @throws TorchError `torch/argument` for other parameters */
  constructor(rate: number | Tensor, options: DistributionOptions = {}) {
    const own = checkedParameters("Exponential", { rate }, { rate: positive }, options);
    super(own.rate.shape, [], options);
    this.rate = own.rate;
  }

  override get support(): Constraint {
    return nonnegative;
  }

  override get mean(): Tensor {
    return this.rate.reciprocal();
  }

  override get mode(): Tensor {
    return zerosLike(this.rate);
  }

  override get stddev(): Tensor {
    return this.rate.reciprocal();
  }

  override get variance(): Tensor {
    return this.rate.pow(-2);
  }

  override rsample(shape: readonly number[] = [], { generator }: GeneratorOptions = {}): Tensor {
    const { dtype, device } = this.rate;
    const whole = this.extendedShape(shape);
    return scope(() => empty(whole, { dtype, device }).exponential_(1, { generator }).div(this.rate));
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => this.rate.log().sub(this.rate.mul(value)));
  }

  override cdf(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => this.rate.neg().mul(value).expm1().neg());
  }

  override icdf(value: Tensor): Tensor {
    return scope(() => value.neg().log1p().neg().div(this.rate));
  }

  override entropy(): Tensor {
    return scope(() => this.rate.log().rsub(1));
  }
}
