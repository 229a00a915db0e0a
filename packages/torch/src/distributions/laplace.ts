// The double exponential distribution.

import { empty } from "../creation.js";
import { call } from "../dispatch.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { type Constraint, positive, real } from "./constraints.js";
import { Distribution, type DistributionOptions } from "./distribution.js";
import { floatInfo } from "./float-info.js";
import { checkedParameters } from "./parameters.js";

/** Density e^(−|x − loc| / scale) / (2 scale). `torch.distributions.Laplace`. */
export class Laplace extends Distribution {
  override readonly hasRsample = true;
  readonly loc: Tensor;
  readonly scale: Tensor;

  /**
   * @param loc [...batchShape]
   * @param scale [...batchShape], above 0
   * @throws TorchError `torch/argument` for other parameters
   */
  constructor(loc: number | Tensor, scale: number | Tensor, options: DistributionOptions = {}) {
    const own = checkedParameters("Laplace", { loc, scale }, { loc: real, scale: positive }, options);
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
    return this.scale.mul(Math.SQRT2);
  }

  override get variance(): Tensor {
    return scope(() => this.scale.square().mul(2));
  }

  override rsample(shape: readonly number[] = [], { generator }: GeneratorOptions = {}): Tensor {
    const { dtype, device } = this.loc;
    const whole = this.extendedShape(shape);
    return scope(() => {
      const u = empty(whole, { dtype, device }).uniform_(floatInfo(dtype).eps - 1, 1, { generator });
      return this.loc.sub(this.scale.mul(u.sign()).mul(u.abs().neg().log1p()));
    });
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => {
      const { loc, scale } = this;
      return scale.mul(2).log().add(value.sub(loc).abs().div(scale)).neg();
    });
  }

  override cdf(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => {
      const off = value.sub(this.loc);
      return off.sign().mul(off.abs().neg().div(this.scale).expm1()).mul(-0.5).add(0.5);
    });
  }

  override icdf(value: Tensor): Tensor {
    return scope(() => {
      const off = value.sub(0.5);
      return this.loc.sub(this.scale.mul(off.sign()).mul(off.abs().mul(-2).log1p()));
    });
  }

  override entropy(): Tensor {
    return scope(() => this.scale.mul(2).log().add(1));
  }
}
