// Ratios of variances.
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { type Constraint, positive } from "./constraints.js";
import { Distribution, type DistributionOptions } from "./distribution.js";
import { floatInfo } from "./float-info.js";
import { Gamma } from "./gamma.js";
import { checkedParameters } from "./parameters.js";

/** The ratio of two `Chi2` variables, each divided by its degrees of freedom. `torch.distributions.FisherSnedecor`. */
export class FisherSnedecor extends Distribution {
  override readonly hasRsample = true;
  readonly df1: Tensor;
  readonly df2: Tensor;

  /**
   * @param df1 degrees of freedom of the numerator, above 0: [...batchShape]
   * @param df2 those of the denominator
   * @throws TorchError `torch/argument` for other parameters
   */
  constructor(df1: number | Tensor, df2: number | Tensor, options: DistributionOptions = {}) {
    const own = checkedParameters("FisherSnedecor", { df1, df2 }, { df1: positive, df2: positive }, options);
    super(own.df1.shape, [], options);
    this.df1 = own.df1;
    this.df2 = own.df2;
  }

  override get support(): Constraint {
    return positive;
  }

  /** NaN for `df2` of at most 2. */
  override get mean(): Tensor {
    return scope(() => {
      const { df2 } = this;
      return df2.div(df2.sub(2)).maskedFill(df2.le(2), Number.NaN);
    });
  }

  /** NaN for `df1` of at most 2. */
  override get mode(): Tensor {
    return scope(() => {
      const { df1, df2 } = this;
      return df1.sub(2).div(df1).mul(df2).div(df2.add(2)).maskedFill(df1.le(2), Number.NaN);
    });
  }

  /** NaN for `df2` of at most 4. */
  override get variance(): Tensor {
    return scope(() => {
      const { df1, df2 } = this;
      const below = df1.mul(df2.sub(2).square()).mul(df2.sub(4));
      return df2.square().mul(2).mul(df1.add(df2).sub(2)).div(below).maskedFill(df2.le(4), Number.NaN);
    });
  }

  override rsample(shape: readonly number[] = [], options: GeneratorOptions = {}): Tensor {
    this.extendedShape(shape);
    return scope(() => {
      const { tiny } = floatInfo(this.df1.dtype);
      const [above, below] = [this.df1, this.df2].map((df) =>
        new Gamma(df.mul(0.5), df, { validateArgs: false }).rsample(shape, options),
      ) as [Tensor, Tensor];
      return above.div(below.clamp({ min: tiny })).clamp({ min: tiny });
    });
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => {
      const [a, b] = [this.df1.mul(0.5), this.df2.mul(0.5)];
      const ratio = this.df1.div(this.df2);
      const norm = a.add(b).lgamma().sub(a.lgamma()).sub(b.lgamma());
      return norm
        .add(a.mul(ratio.log()))
        .add(a.sub(1).mul(value.log()))
        .sub(a.add(b).mul(ratio.mul(value).log1p()));
    });
  }
}
