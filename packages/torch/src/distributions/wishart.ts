// Random covariances.
import { arange, normal, trilIndices } from "../creation.js";
import { broadcastShapes, where } from "../joining.js";
import { slogdet, solveTriangular } from "../linalg.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { Chi2 } from "./chi2.js";
import { type Constraint, checkHolds, greaterThan, positiveDefinite } from "./constraints.js";
import { type CovarianceOptions, covarianceOf, logDetOf, precisionOf, scaleTrilOf } from "./covariance.js";
import { Distribution } from "./distribution.js";
import { floatInfo } from "./float-info.js";
import { broadcastParameters } from "./parameters.js";

/** Draws that rounding made singular are repeated so often at most. */
const ATTEMPTS = 10;

/** Sums of x xᵀ over `df` normal vectors x of mean 0. `torch.distributions.Wishart`. */
export class Wishart extends Distribution {
  override readonly hasRsample = true;
  /** Degrees of freedom: [...batchShape] */
  readonly df: Tensor;
  /** The Cholesky factor of the vectors' covariance: [...batchShape, N, N] */
  readonly scaleTril: Tensor;

  /**
   * @param df above N − 1, also fractions: [...batchShape]; for less than N many draws are near singular
   * @throws TorchError `torch/argument` unless exactly one matrix is given, with such values
   */
  constructor(df: number | Tensor, options: CovarianceOptions) {
    const factor = scaleTrilOf("Wishart", options);
    const size = factor.size(-1);
    const [freedom, corner] = broadcastParameters("Wishart", {
      df,
      matrix: factor.select(-1, 0).select(-1, 0),
    });
    const batch = corner!.shape;
    super(batch, [size, size], options);
    this.df = freedom!.to(factor.dtype);
    this.scaleTril = factor.expand([...batch, size, size]);
    if (this.validateArgs) checkHolds("Wishart: df", this.df, greaterThan(size - 1));
  }

  override get support(): Constraint {
    return positiveDefinite;
  }

  override get mean(): Tensor {
    return scope(() => this.covarianceMatrix.mul(this.ofMatrix(this.df)));
  }

  /** NaN for `df` of at most N + 1. */
  override get mode(): Tensor {
    return scope(() => {
      const factor = this.df.sub(this.size + 1);
      return this.covarianceMatrix.mul(this.ofMatrix(factor.maskedFill(factor.le(0), Number.NaN)));
    });
  }

  /** The variance of each element. */
  override get variance(): Tensor {
    return scope(() => {
      const V = this.covarianceMatrix;
      const diagonal = V.diagonal({ dim1: -2, dim2: -1 });
      return V.square()
        .add(diagonal.unsqueeze(-1).mul(diagonal.unsqueeze(-2)))
        .mul(this.ofMatrix(this.df));
    });
  }

  /** The vectors' covariance: [...batchShape, N, N] */
  get covarianceMatrix(): Tensor {
    return covarianceOf(this.scaleTril);
  }

  /** Its inverse: [...batchShape, N, N] */
  get precisionMatrix(): Tensor {
    return precisionOf(this.scaleTril);
  }

  /**
   * By Bartlett's decomposition, L A Aᵀ Lᵀ: below A's diagonal are normal numbers, on it roots of `Chi2` ones. Draws that are not
   * positive definite by rounding are repeated; PyTorch 2.13 repeats the others, and so its draws differ.
   */
  override rsample(shape: readonly number[] = [], options: GeneratorOptions = {}): Tensor {
    this.extendedShape(shape);
    return scope(() => {
      let draws = this.bartlett(shape, options);
      for (let i = 0; i < ATTEMPTS; i++) {
        const isGood = positiveDefinite.holds(draws.detach());
        if (isGood.all().item()) break;
        draws = where(isGood.unsqueeze(-1).unsqueeze(-1), draws, this.bartlett(shape, options));
      }
      return draws;
    });
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => {
      const { df, size } = this;
      const factor = this.scaleTril.expand(broadcastShapes(value.shape, this.scaleTril.shape));
      const half = solveTriangular(factor, value.expand(factor.shape), { upper: false });
      const trace = solveTriangular(factor, half.mT, { upper: false })
        .diagonal({ dim1: -2, dim2: -1 })
        .sum({ dim: -1 });
      return df
        .sub(size + 1)
        .div(2)
        .mul(slogdet(value).logabsdet)
        .sub(trace.div(2))
        .sub(df.mul(this.logScale()))
        .sub(df.div(2).mvlgamma(size));
    });
  }

  override entropy(): Tensor {
    return scope(() => {
      const { df, size } = this;
      const half = df.div(2);
      const { dtype, device } = df;
      const digammas = half
        .unsqueeze(-1)
        .sub(arange(size, { dtype, device }).div(2))
        .digamma()
        .sum({ dim: -1 });
      return this.logScale()
        .mul(size + 1)
        .add(half.mvlgamma(size))
        .sub(
          df
            .sub(size + 1)
            .div(2)
            .mul(digammas),
        )
        .add(half.mul(size));
    });
  }

  private get size(): number {
    return this.eventShape[0]!;
  }

  /** ½ N log 2 + log det L */
  private logScale(): Tensor {
    return logDetOf(this.scaleTril).add((this.size * Math.LN2) / 2);
  }

  /** [...batchShape] → [...batchShape, 1, 1] */
  private ofMatrix(x: Tensor): Tensor {
    return x.unsqueeze(-1).unsqueeze(-1);
  }

  private bartlett(shape: readonly number[], options: GeneratorOptions): Tensor {
    const { size, df } = this;
    const { dtype, device } = df;
    const outer = [...shape, ...this.batchShape];
    const freedoms = df.unsqueeze(-1).sub(arange(size, { dtype, device }));
    const squares = new Chi2(freedoms, { validateArgs: false }).rsample(shape, options);
    const diagonal = squares
      .sqrt()
      .clamp({ min: floatInfo(dtype).eps })
      .diagEmbed();
    const count = (size * (size - 1)) / 2;
    const below = normal(0, 1, { shape: [...outer, count], dtype, device, generator: options.generator });
    const indices = trilIndices(size, size, { offset: -1, device });
    const places = indices.select(0, 0).mul(size).add(indices.select(0, 1)).expand(below.shape);
    const rest = below
      .newZeros([...outer, size * size])
      .scatter(-1, places, below)
      .reshape([...outer, size, size]);
    return covarianceOf(this.scaleTril.matmul(rest.add(diagonal)));
  }
}
