// Normal vectors whose covariance is a diagonal and a few directions.
import { show } from "../checks/show.js";
import { normal } from "../creation.js";
import { call } from "../dispatch.js";
import { isFloatingPoint } from "../dtype.js";
import { cholesky, solveTriangular } from "../linalg.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { isTensor } from "../tensor/operand.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { type Constraint, checkHolds, independent, positive, real, realVector } from "./constraints.js";
import { covarianceOf, logDetOf, precisionOf, vectorShapes } from "./covariance.js";
import { Distribution, type DistributionOptions } from "./distribution.js";
import { refuse } from "./parameters.js";

const WHO = "LowRankMultivariateNormal";

/**
 * Normal vectors of N numbers with the covariance W Wᵀ + diag(D), W of R columns. Probabilities cost N R² instead of N³, by
 * the capacitance C = I + Wᵀ D⁻¹ W. `torch.distributions.LowRankMultivariateNormal`.
 */
export class LowRankMultivariateNormal extends Distribution {
  override readonly hasRsample = true;
  /** [...batchShape, N] */
  readonly loc: Tensor;
  /** W: [...batchShape, N, R] */
  readonly covFactor: Tensor;
  /** D: [...batchShape, N] */
  readonly covDiag: Tensor;
  /** The Cholesky factor of the capacitance: [...batchShape, R, R] */
  readonly capacitanceTril: Tensor;

  /**
   * @param loc [..., N]; the batches of all three broadcast
   * @param covFactor W: [..., N, R]
   * @param covDiag D: [..., N], above 0
   * @throws TorchError `torch/argument` for other parameters
   */
  constructor(loc: Tensor, covFactor: Tensor, covDiag: Tensor, options: DistributionOptions = {}) {
    if (!isTensor(covDiag) || !isFloatingPoint(covDiag.dtype) || covDiag.ndim === 0)
      throw refuse(WHO, `covDiag is ${show(covDiag)}, accepted: a floating-point tensor [..., N]`);
    const size = covDiag.size(-1);
    if (!isTensor(covFactor) || covFactor.ndim < 2 || covFactor.size(-2) !== size) {
      throw refuse(WHO, `covFactor is ${show(covFactor)}, accepted: a tensor [..., ${size}, R]`);
    }
    const batch = vectorShapes(WHO, loc, size, covFactor.shape.slice(0, -2), covDiag.shape.slice(0, -1));
    super(batch, [size], options);
    this.loc = call("aten::expand", loc, [...batch, size]);
    this.covFactor = call("aten::expand", covFactor, [...batch, size, covFactor.size(-1)]);
    this.covDiag = call("aten::expand", covDiag, [...batch, size]);
    if (this.validateArgs) {
      checkHolds(`${WHO}: loc`, this.loc, realVector);
      checkHolds(`${WHO}: covFactor`, this.covFactor, independent(real, 2));
      checkHolds(`${WHO}: covDiag`, this.covDiag, positive);
    }
    this.capacitanceTril = scope(() => {
      const inner = this.scaledFactor().matmul(this.covFactor);
      return cholesky(inner.add(inner.newOnes([inner.size(-1)]).diag()));
    });
  }

  override get support(): Constraint {
    return realVector;
  }

  override get mean(): Tensor {
    return call("aten::alias", this.loc);
  }

  override get mode(): Tensor {
    return this.mean;
  }

  override get variance(): Tensor {
    return scope(() => this.covFactor.square().sum({ dim: -1 }).add(this.covDiag));
  }

  /** Σ: [...batchShape, N, N] */
  get covarianceMatrix(): Tensor {
    return scope(() => covarianceOf(this.covFactor).add(this.covDiag.diagEmbed()));
  }

  /** The Cholesky factor of Σ: [...batchShape, N, N] */
  get scaleTril(): Tensor {
    return scope(() => cholesky(this.covarianceMatrix));
  }

  /** Σ⁻¹: [...batchShape, N, N] */
  get precisionMatrix(): Tensor {
    return scope(() => precisionOf(this.scaleTril));
  }

  override rsample(shape: readonly number[] = [], { generator }: GeneratorOptions = {}): Tensor {
    const { dtype, device } = this.loc;
    const whole = this.extendedShape(shape);
    const ofFactor = [...whole.slice(0, -1), this.covFactor.size(-1)];
    return scope(() => {
      const z = normal(0, 1, { shape: ofFactor, dtype, device, generator });
      const own = normal(0, 1, { shape: whole, dtype, device, generator });
      const along = this.covFactor.matmul(z.unsqueeze(-1)).squeeze(-1);
      return this.loc.add(along).add(this.covDiag.sqrt().mul(own));
    });
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => {
      const norm = this.logDet().add(this.eventShape[0]! * Math.log(2 * Math.PI));
      return this.mahalanobis(value.sub(this.loc)).add(norm).mul(-0.5);
    });
  }

  override entropy(): Tensor {
    return scope(() =>
      this.logDet()
        .add(this.eventShape[0]! * (1 + Math.log(2 * Math.PI)))
        .mul(0.5),
    );
  }

  /** log det Σ = log det C + Σ log D */
  logDet(): Tensor {
    return scope(() =>
      logDetOf(this.capacitanceTril)
        .mul(2)
        .add(this.covDiag.log().sum({ dim: -1 })),
    );
  }

  /** xᵀ Σ⁻¹ x = xᵀ D⁻¹ x − |C^(−½) Wᵀ D⁻¹ x|²: [..., N] → [...] */
  mahalanobis(x: Tensor): Tensor {
    return scope(() => {
      const inner = this.scaledFactor().matmul(x.unsqueeze(-1));
      const tril = this.capacitanceTril.expand([...inner.shape.slice(0, -2), inner.size(-2), inner.size(-2)]);
      const along = solveTriangular(tril, inner, { upper: false });
      return x
        .square()
        .div(this.covDiag)
        .sum({ dim: -1 })
        .sub(along.square().sum({ dim: [-2, -1] }));
    });
  }

  /** Wᵀ D⁻¹: [...batchShape, R, N] */
  private scaledFactor(): Tensor {
    return this.covFactor.mT.div(this.covDiag.unsqueeze(-2));
  }
}
