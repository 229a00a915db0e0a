// Largest values.
import { call } from "../dispatch.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { type Constraint, positive, real } from "./constraints.js";
import type { DistributionOptions } from "./distribution.js";
import { EULER_GAMMA } from "./euler-gamma.js";
import { floatInfo } from "./float-info.js";
import { checkedParameters } from "./parameters.js";
import { AffineTransform } from "./transform-affine.js";
import { ExpTransform } from "./transform-elementwise.js";
import { TransformedDistribution } from "./transformed-distribution.js";
import { Uniform } from "./uniform.js";

/** loc − scale · log(−log u), u even between 0 and 1. `torch.distributions.Gumbel`. */
export class Gumbel extends TransformedDistribution<Uniform> {
  readonly loc: Tensor;
  readonly scale: Tensor;

  /**
   * @param loc [...batchShape]
   * @param scale [...batchShape], above 0
   * @throws TorchError `torch/argument` for other parameters
   */
  constructor(loc: number | Tensor, scale: number | Tensor, options: DistributionOptions = {}) {
    const own = checkedParameters("Gumbel", { loc, scale }, { loc: real, scale: positive }, options);
    const { tiny, eps } = floatInfo(own.loc.dtype);
    const inner = { validateArgs: false };
    const base = scope(() => new Uniform(own.loc.detach().mul(0).add(tiny), 1 - eps, inner));
    const [log, turn] = [new ExpTransform().inv, new AffineTransform(0, -1)];
    const minus = scope(() => own.scale.neg());
    super(base, [log, turn, log, new AffineTransform(own.loc, minus)], options);
    this.loc = own.loc;
    this.scale = own.scale;
  }

  override get support(): Constraint {
    return real;
  }

  override get mean(): Tensor {
    return scope(() => this.scale.mul(EULER_GAMMA).add(this.loc));
  }

  override get mode(): Tensor {
    return call("aten::alias", this.loc);
  }

  override get stddev(): Tensor {
    return this.scale.mul(Math.PI / Math.sqrt(6));
  }

  override get variance(): Tensor {
    return scope(() => this.stddev.square());
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => {
      const off = this.loc.sub(value).div(this.scale);
      return off.sub(off.exp()).sub(this.scale.log());
    });
  }

  override cdf(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => this.loc.sub(value).div(this.scale).exp().neg().exp());
  }

  override icdf(value: Tensor): Tensor {
    return scope(() => this.loc.sub(value.log().neg().log().mul(this.scale)));
  }

  override entropy(): Tensor {
    return scope(() => this.scale.log().add(1 + EULER_GAMMA));
  }
}
