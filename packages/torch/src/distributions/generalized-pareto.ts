// Excesses over a high threshold.

import { rand } from "../creation.js";
import { call } from "../dispatch.js";
import { where } from "../joining.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { type Constraint, interval, positive, real } from "./constraints.js";
import { Distribution, type DistributionOptions } from "./distribution.js";
import { checkedParameters } from "./parameters.js";

/** P(X > x) = (1 + ξ (x − loc) / scale)^(−1/ξ), ξ = `concentration`; for ξ = 0, e^(−(x − loc) / scale). `torch.distributions.GeneralizedPareto`. */
export class GeneralizedPareto extends Distribution {
  override readonly hasRsample = true;
  readonly loc: Tensor;
  readonly scale: Tensor;
  readonly concentration: Tensor;

  /**
   * @param loc the least value: [...batchShape]
   * @param scale above 0: [...batchShape]
   * @param concentration ξ; below 0 there is a largest value, loc − scale / ξ
   * @throws TorchError `torch/argument` for other parameters
   */
  constructor(
    loc: number | Tensor,
    scale: number | Tensor,
    concentration: number | Tensor,
    options: DistributionOptions = {},
  ) {
    const sets = { loc: real, scale: positive, concentration: real };
    const own = checkedParameters("GeneralizedPareto", { loc, scale, concentration }, sets, options);
    super(own.loc.shape, [], options);
    this.loc = own.loc;
    this.scale = own.scale;
    this.concentration = own.concentration;
  }

  override get support(): Constraint {
    return scope(() => {
      const { loc, scale, concentration } = this;
      const highest = loc.sub(scale.div(concentration));
      return interval(loc, where(concentration.lt(0), highest, Number.POSITIVE_INFINITY));
    });
  }

  /** NaN for ξ of at least 1. */
  override get mean(): Tensor {
    return scope(() => {
      const { loc, scale, concentration } = this;
      return loc.add(scale.div(concentration.rsub(1))).maskedFill(concentration.ge(1), Number.NaN);
    });
  }

  override get mode(): Tensor {
    return call("aten::alias", this.loc);
  }

  /** NaN for ξ of at least 1/2. */
  override get variance(): Tensor {
    return scope(() => {
      const { scale, concentration } = this;
      const below = concentration.rsub(1).square().mul(concentration.mul(-2).add(1));
      return scale.square().div(below).maskedFill(concentration.ge(0.5), Number.NaN);
    });
  }

  override rsample(shape: readonly number[] = [], { generator }: GeneratorOptions = {}): Tensor {
    const { dtype, device } = this.loc;
    const whole = this.extendedShape(shape);
    return scope(() => this.icdf(rand(whole, { dtype, device, generator })));
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => {
      const { safe, isZero } = this.split();
      const off = value.sub(this.loc).div(this.scale);
      const power = safe.reciprocal().add(1);
      const general = power.mul(safe.mul(off).log1p()).maskedFill(power.eq(0), 0);
      return where(isZero, off, general).add(this.scale.log()).neg();
    });
  }

  override cdf(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => {
      const { safe, isZero } = this.split();
      const off = value.sub(this.loc).div(this.scale);
      return where(isZero, off, safe.mul(off).log1p().div(safe)).neg().expm1().neg();
    });
  }

  override icdf(value: Tensor): Tensor {
    return scope(() => {
      const { safe, isZero } = this.split();
      const log = value.neg().log1p();
      return where(isZero, log.neg(), safe.neg().mul(log).expm1().div(safe)).mul(this.scale).add(this.loc);
    });
  }

  override entropy(): Tensor {
    return scope(() => this.scale.log().add(this.concentration).add(1));
  }

  /** Where ξ is 0 (below 10⁻⁸), and ξ with another number in its place there. */
  private split(): { readonly safe: Tensor; readonly isZero: Tensor } {
    const isZero = this.concentration.abs().le(1e-8);
    return { safe: this.concentration.maskedFill(isZero, 1), isZero };
  }
}
