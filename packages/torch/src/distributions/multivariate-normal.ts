// Normal vectors.

import { normal } from "../creation.js";
import { call } from "../dispatch.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { type Constraint, checkHolds, realVector } from "./constraints.js";
import {
  type CovarianceOptions,
  covarianceOf,
  logDetOf,
  mahalanobis,
  precisionOf,
  scaleTrilOf,
  vectorShapes,
} from "./covariance.js";
import { Distribution } from "./distribution.js";

/** Normal vectors with mean `loc` and any covariance, loc + L z. `torch.distributions.MultivariateNormal`. */
export class MultivariateNormal extends Distribution {
  override readonly hasRsample = true;
  /** [...batchShape, N] */
  readonly loc: Tensor;
  /** L, the Cholesky factor of the covariance: [...batchShape, N, N] */
  readonly scaleTril: Tensor;

  /**
   * @param loc [..., N]; its batch broadcasts with the matrix's
   * @throws TorchError `torch/argument` unless exactly one matrix is given, with such values
   */
  constructor(loc: Tensor, options: CovarianceOptions) {
    const factor = scaleTrilOf("MultivariateNormal", options);
    const size = factor.size(-1);
    const batch = vectorShapes("MultivariateNormal", loc, size, factor.shape.slice(0, -2));
    super(batch, [size], options);
    this.loc = call("aten::expand", loc, [...batch, size]);
    this.scaleTril = call("aten::expand", factor, [...batch, size, size]);
    if (this.validateArgs) checkHolds("MultivariateNormal: loc", this.loc, realVector);
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

  /** The covariance's diagonal. */
  override get variance(): Tensor {
    return scope(() => this.scaleTril.square().sum({ dim: -1 }));
  }

  /** Σ: [...batchShape, N, N] */
  get covarianceMatrix(): Tensor {
    return covarianceOf(this.scaleTril);
  }

  /** Σ⁻¹: [...batchShape, N, N] */
  get precisionMatrix(): Tensor {
    return precisionOf(this.scaleTril);
  }

  override rsample(shape: readonly number[] = [], { generator }: GeneratorOptions = {}): Tensor {
    const { dtype, device } = this.loc;
    const whole = this.extendedShape(shape);
    return scope(() => {
      const z = normal(0, 1, { shape: whole, dtype, device, generator });
      return this.scaleTril.matmul(z.unsqueeze(-1)).squeeze(-1).add(this.loc);
    });
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => {
      const distance = mahalanobis(this.scaleTril, value.sub(this.loc));
      return distance
        .add(this.eventShape[0]! * Math.log(2 * Math.PI))
        .mul(-0.5)
        .sub(logDetOf(this.scaleTril));
    });
  }

  override entropy(): Tensor {
    return scope(() => logDetOf(this.scaleTril).add((this.eventShape[0]! * (1 + Math.log(2 * Math.PI))) / 2));
  }
}
