// Covariances by one of three matrices.
import { show } from "../checks/show.js";
import { call } from "../dispatch.js";
import { isFloatingPoint } from "../dtype.js";
import { TorchError } from "../errors.js";
import { broadcastShapes } from "../joining.js";
import { cholesky, choleskyInverse, solveTriangular } from "../linalg.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { isTensor } from "../tensor/operand.js";
import { type Constraint, checkHolds, lowerCholesky, positiveDefinite } from "./constraints.js";
import type { DistributionOptions } from "./distribution.js";
import { refuse } from "./parameters.js";

/** Options of distributions with a covariance: exactly one of the three matrices. */
export interface CovarianceOptions extends DistributionOptions {
  /** Σ: [..., N, N], symmetric, positive definite. */
  readonly covarianceMatrix?: Tensor;
  /** Σ⁻¹: [..., N, N], symmetric, positive definite. */
  readonly precisionMatrix?: Tensor;
  /** L with Σ = L Lᵀ: [..., N, N], lower triangular with a diagonal above 0. The other two are factored into it. */
  readonly scaleTril?: Tensor;
}

const sets: Readonly<Record<"covarianceMatrix" | "precisionMatrix" | "scaleTril", Constraint>> = {
  covarianceMatrix: positiveDefinite,
  precisionMatrix: positiveDefinite,
  scaleTril: lowerCholesky,
};

/**
 * The Cholesky factor of the covariance: [..., N, N].
 * @throws TorchError `torch/argument` unless exactly one matrix is given, with such values
 */
export function scaleTrilOf(who: string, options: CovarianceOptions): Tensor {
  const names = (Object.keys(sets) as (keyof typeof sets)[]).filter((name) => options[name] !== undefined);
  const [name, ...more] = names;
  if (name === undefined || more.length > 0) {
    const given = names.length === 0 ? "none" : names.join(" and ");
    throw refuse(
      who,
      `${given} of covarianceMatrix, precisionMatrix and scaleTril are given, accepted: exactly one`,
    );
  }
  const matrix = options[name]!;
  if (
    !isTensor(matrix) ||
    !isFloatingPoint(matrix.dtype) ||
    matrix.ndim < 2 ||
    matrix.size(-1) !== matrix.size(-2)
  )
    throw refuse(who, `${name} is ${show(matrix)}, accepted: a floating-point tensor [..., N, N]`);
  if (options.validateArgs ?? true) checkHolds(`${who}: ${name}`, matrix, sets[name]);
  if (name === "scaleTril") return call("aten::alias", matrix);
  return scope(() => (name === "covarianceMatrix" ? cholesky(matrix) : fromPrecision(matrix)));
}

/** The factor of Σ, of Σ⁻¹: turned over, L of Σ⁻¹ is the inverse of an upper factor of Σ. */
function fromPrecision(precision: Tensor): Tensor {
  const turned = cholesky(precision.flip([-2, -1])).flip([-2, -1]).mT;
  const one = precision.newZeros(precision.shape).add(eyeLike(precision));
  return solveTriangular(turned, one, { upper: false });
}

function eyeLike(matrix: Tensor): Tensor {
  return matrix.newOnes([matrix.size(-1)]).diag();
}

/** L Lᵀ */
export function covarianceOf(scaleTril: Tensor): Tensor {
  return scope(() => scaleTril.matmul(scaleTril.mT));
}

/** (L Lᵀ)⁻¹ */
export function precisionOf(scaleTril: Tensor): Tensor {
  return choleskyInverse(scaleTril);
}

/** xᵀ (L Lᵀ)⁻¹ x, of vectors x [..., N]: [...] */
export function mahalanobis(scaleTril: Tensor, x: Tensor): Tensor {
  const batch = broadcastShapes(scaleTril.shape.slice(0, -2), x.shape.slice(0, -1));
  const size = scaleTril.size(-1);
  const wide = scaleTril.expand([...batch, size, size]);
  return solveTriangular(wide, x.expand([...batch, size]).unsqueeze(-1), { upper: false })
    .square()
    .sum({ dim: [-2, -1] });
}

/** log det L, the sum of the logarithms of the diagonal */
export function logDetOf(scaleTril: Tensor): Tensor {
  return scaleTril.diagonal({ dim1: -2, dim2: -1 }).log().sum({ dim: -1 });
}

/** Batch and event shape of a mean and matrices. @throws TorchError `torch/argument` if they do not fit each other */
export function vectorShapes(
  who: string,
  loc: Tensor,
  size: number,
  ...batches: readonly (readonly number[])[]
): readonly number[] {
  if (!isTensor(loc) || !isFloatingPoint(loc.dtype) || loc.ndim === 0 || loc.size(-1) !== size) {
    throw refuse(
      who,
      `loc is ${show(loc)}, accepted: a floating-point tensor [..., ${size}], of the matrix's size`,
    );
  }
  try {
    return broadcastShapes(loc.shape.slice(0, -1), ...batches);
  } catch (cause) {
    const shapes = batches.map((shape) => `[${shape}]`).join(" and ");
    throw new TorchError(
      "torch/argument",
      `${who}: loc ${show(loc)} and matrices of the batch ${shapes} do not broadcast`,
      {
        cause,
      },
    );
  }
}
