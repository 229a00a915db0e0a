// Random correlations.

import { noGrad } from "../autograd.js";
import { show } from "../checks/show.js";
import { isWhole } from "../checks/values.js";
import { arange, randn } from "../creation.js";
import { cat } from "../joining.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { Beta } from "./beta.js";
import { type Constraint, corrCholesky, positive } from "./constraints.js";
import { Distribution, type DistributionOptions } from "./distribution.js";
import { floatInfo } from "./float-info.js";
import { checkedParameters, refuse } from "./parameters.js";

/**
 * Cholesky factors L of correlation matrices, with a density of L Lᵀ proportional to det(L Lᵀ)^(concentration − 1)
 * (Lewandowski et al. 2009): 1 is even, more is nearer to no correlation. `torch.distributions.LKJCholesky`.
 */
export class LKJCholesky extends Distribution {
  /** Rows and columns. */
  readonly dim: number;
  /** [...batchShape] */
  readonly concentration: Tensor;

  /**
   * @param dim rows and columns, at least 2
   * @param concentration above 0. Default 1.
   * @throws TorchError `torch/argument` for other parameters
   */
  constructor(dim: number, concentration: number | Tensor = 1, options: DistributionOptions = {}) {
    if (!isWhole(dim, 2, Number.MAX_SAFE_INTEGER))
      throw refuse("LKJCholesky", `dim is ${show(dim)}, accepted: a whole number of at least 2`);
    const own = checkedParameters("LKJCholesky", { concentration }, { concentration: positive }, options);
    super(own.concentration.shape, [dim, dim], options);
    this.dim = dim;
    this.concentration = own.concentration;
  }

  override get support(): Constraint {
    return corrCholesky;
  }

  /** @throws TorchError `torch/distribution`: it has no closed form */
  override get mean(): Tensor {
    throw this.lacks("no mean in closed form; that of draws is an estimate");
  }

  /** @throws TorchError `torch/distribution`: it has no closed form */
  override get variance(): Tensor {
    throw this.lacks("no variance in closed form; that of draws is an estimate");
  }

  /**
   * By the onion method: each row a direction, and its length before the diagonal the root of a `Beta` draw. PyTorch 2.13 draws
   * these lengths too large from the third row on; its draws differ, and do not follow its `log_prob`.
   */
  override sample(shape: readonly number[] = [], { generator }: GeneratorOptions = {}): Tensor {
    const whole = this.extendedShape(shape);
    const { dtype, device } = this.concentration;
    return scope(() =>
      noGrad(() => {
        const lengths = this.lengths().sample(shape, { generator }).unsqueeze(-1);
        const noise = randn(whole, { dtype, device, generator }).tril(-1);
        const direction = noise
          .div(noise.square().sum({ dim: -1, keepdim: true }).sqrt())
          .nanToNum({ nan: 0 });
        const rows = lengths.sqrt().mul(direction);
        const left = rows
          .square()
          .sum({ dim: -1 })
          .rsub(1)
          .clamp({ min: floatInfo(dtype).tiny });
        return rows.add(left.sqrt().diagEmbed());
      }),
    );
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => {
      const { dim, concentration } = this;
      const { dtype, device } = concentration;
      const logs = value
        .diagonal({ dim1: -2, dim2: -1 })
        .narrow(-1, 1, dim - 1)
        .log();
      const places = arange(2, dim + 1, { dtype, device }).rsub(dim);
      const powers = concentration.sub(1).mul(2).unsqueeze(-1).add(places);
      const above = concentration.add((dim - 1) / 2);
      const norm = above
        .sub(0.5)
        .mvlgamma(dim - 1)
        .sub(above.lgamma().mul(dim - 1))
        .add(((dim - 1) * Math.log(Math.PI)) / 2);
      return powers.mul(logs).sum({ dim: -1 }).sub(norm);
    });
  }

  /** Squares of the rows' lengths before the diagonal: batch shape [...batchShape, dim]. */
  private lengths(): Beta {
    const { dim, concentration } = this;
    const { dtype, device } = concentration;
    const before = cat([concentration.newZeros([1]), arange(dim - 1, { dtype, device })]);
    const rest = concentration
      .add((dim - 2) / 2)
      .unsqueeze(-1)
      .sub(before.mul(0.5));
    return new Beta(before.add(1).mul(0.5), rest, { validateArgs: false });
  }
}
