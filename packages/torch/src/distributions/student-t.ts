// Student's t.

import { normal } from "../creation.js";
import { call } from "../dispatch.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { Chi2 } from "./chi2.js";
import { type Constraint, positive, real } from "./constraints.js";
import { Distribution, type DistributionOptions } from "./distribution.js";
import { checkedParameters } from "./parameters.js";

/** loc + scale · z / √(c / df), z standard normal, c `Chi2(df)`. `torch.distributions.StudentT`. */
export class StudentT extends Distribution {
  override readonly hasRsample = true;
  readonly df: Tensor;
  readonly loc: Tensor;
  readonly scale: Tensor;

  /**
   * @param df degrees of freedom, above 0: [...batchShape]
   * @param loc default 0
   * @param scale above 0. Default 1.
   * @throws TorchError `torch/argument` for other parameters
   */
  constructor(
    df: number | Tensor,
    loc: number | Tensor = 0,
    scale: number | Tensor = 1,
    options: DistributionOptions = {},
  ) {
    const sets = { df: positive, loc: real, scale: positive };
    const own = checkedParameters("StudentT", { df, loc, scale }, sets, options);
    super(own.df.shape, [], options);
    this.df = own.df;
    this.loc = own.loc;
    this.scale = own.scale;
  }

  override get support(): Constraint {
    return real;
  }

  /** NaN for `df` of at most 1. */
  override get mean(): Tensor {
    return scope(() => this.loc.maskedFill(this.df.le(1), Number.NaN));
  }

  override get mode(): Tensor {
    return call("aten::alias", this.loc);
  }

  /** ∞ for `df` of at most 2, NaN for at most 1. */
  override get variance(): Tensor {
    return scope(() => {
      const { df, scale } = this;
      return scale
        .square()
        .mul(df.div(df.sub(2)))
        .maskedFill(df.le(2), Number.POSITIVE_INFINITY)
        .maskedFill(df.le(1), Number.NaN);
    });
  }

  override rsample(shape: readonly number[] = [], options: GeneratorOptions = {}): Tensor {
    const { dtype, device } = this.loc;
    const whole = this.extendedShape(shape);
    return scope(() => {
      const z = normal(0, 1, { shape: whole, dtype, device, generator: options.generator });
      const c = new Chi2(this.df, { validateArgs: false }).rsample(shape, options);
      return c.div(this.df).rsqrt().mul(z).mul(this.scale).add(this.loc);
    });
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => {
      const { df, loc, scale } = this;
      const above = df.add(1).mul(0.5);
      const off = value.sub(loc).div(scale).square().div(df).log1p();
      const norm = above.lgamma().sub(df.mul(0.5).lgamma()).sub(df.mul(Math.PI).log().mul(0.5));
      return norm.sub(scale.log()).sub(above.mul(off));
    });
  }

  override entropy(): Tensor {
    return scope(() => {
      const { df, scale } = this;
      const [half, above] = [df.mul(0.5), df.add(1).mul(0.5)];
      return scale
        .log()
        .add(above.mul(above.digamma().sub(half.digamma())))
        .add(df.mul(Math.PI).log().mul(0.5))
        .add(half.lgamma().sub(above.lgamma()));
    });
  }
}
