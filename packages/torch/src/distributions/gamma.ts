// The gamma distribution.
import { call } from "../dispatch.js";
import { scope } from "../memory.js";
import { gammainc } from "../special.js";
import type { Tensor } from "../tensor/index.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { type Constraint, nonnegative, positive } from "./constraints.js";
import { Distribution, type DistributionOptions } from "./distribution.js";
import { floatInfo } from "./float-info.js";
import { checkedParameters } from "./parameters.js";

/** Density β^α x^(α − 1) e^(−βx) / Γ(α), α = `concentration`, β = `rate`. `torch.distributions.Gamma`. */
export class Gamma extends Distribution {
  override readonly hasRsample = true;
  readonly concentration: Tensor;
  readonly rate: Tensor;

  /**
   * @param concentration α: [...batchShape], above 0
   * @param rate β, one over the scale: [...batchShape], above 0
   * @throws TorchError `torch/argument` for other parameters
   */
  constructor(concentration: number | Tensor, rate: number | Tensor, options: DistributionOptions = {}) {
    const sets = { concentration: positive, rate: positive };
    const own = checkedParameters("Gamma", { concentration, rate }, sets, options);
    super(own.rate.shape, [], options);
    this.concentration = own.concentration;
    this.rate = own.rate;
  }

  override get support(): Constraint {
    return nonnegative;
  }

  override get mean(): Tensor {
    return this.concentration.div(this.rate);
  }

  override get mode(): Tensor {
    return scope(() => this.concentration.sub(1).div(this.rate).clamp({ min: 0 }));
  }

  override get variance(): Tensor {
    return scope(() => this.concentration.div(this.rate.square()));
  }

  /** Differentiable in both parameters (implicit reparameterisation, libtorch's). */
  override rsample(shape: readonly number[] = [], { generator }: GeneratorOptions = {}): Tensor {
    const whole = this.extendedShape(shape);
    return scope(() => {
      const standard: Tensor = call("aten::_standard_gamma", this.concentration.expand(whole), generator);
      const value = standard.div(this.rate.expand(whole));
      value.detach().clamp_({ min: floatInfo(value.dtype).tiny });
      return value;
    });
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => {
      const { concentration, rate } = this;
      return concentration
        .xlogy(rate)
        .add(concentration.sub(1).xlogy(value))
        .sub(rate.mul(value))
        .sub(concentration.lgamma());
    });
  }

  override cdf(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => gammainc(this.concentration, this.rate.mul(value)));
  }

  override entropy(): Tensor {
    return scope(() => {
      const { concentration, rate } = this;
      return concentration
        .sub(rate.log())
        .add(concentration.lgamma())
        .add(concentration.rsub(1).mul(concentration.digamma()));
    });
  }
}
