// Matrices: Cholesky factors and what they are factors of.
import { eye, trilIndices } from "../creation.js";
import { TorchError } from "../errors.js";
import { cholesky } from "../linalg.js";
import { scope } from "../memory.js";
import { pad, softplus } from "../nn/functional/index.js";
import type { Tensor } from "../tensor/index.js";
import {
  type Constraint,
  corrCholesky,
  independent,
  lowerCholesky,
  positiveDefinite,
  real,
  realVector,
} from "./constraints.js";
import { floatInfo } from "./float-info.js";
import { Transform } from "./transform.js";

/** Square matrices; what is above their diagonal is left out. */
abstract class MatrixTransform extends Transform {
  override get domain(): Constraint {
    return independent(real, 2);
  }

  override get bijective(): boolean {
    return false;
  }

  override equals(other: Transform): boolean {
    return other.constructor === this.constructor;
  }
}

/** The lower triangle, with e to the power of the diagonal. `torch.distributions.LowerCholeskyTransform`. */
export class LowerCholeskyTransform extends MatrixTransform {
  override get codomain(): Constraint {
    return lowerCholesky;
  }

  override forward(x: Tensor): Tensor {
    return scope(() => x.tril(-1).add(x.diagonal({ dim1: -2, dim2: -1 }).exp().diagEmbed()));
  }

  override inverse(y: Tensor): Tensor {
    return scope(() => y.tril(-1).add(y.diagonal({ dim1: -2, dim2: -1 }).log().diagEmbed()));
  }
}

/** L Lᵀ, L as of `LowerCholeskyTransform`. `torch.distributions.PositiveDefiniteTransform`. */
export class PositiveDefiniteTransform extends MatrixTransform {
  override get codomain(): Constraint {
    return positiveDefinite;
  }

  override forward(x: Tensor): Tensor {
    return scope(() => {
      const factor = new LowerCholeskyTransform().forward(x);
      return factor.matmul(factor.mT);
    });
  }

  override inverse(y: Tensor): Tensor {
    return scope(() => new LowerCholeskyTransform().inverse(cholesky(y)));
  }
}

/**
 * D (D − 1) / 2 numbers to the Cholesky factor of a D × D correlation matrix (Lewandowski et al. 2009; the
 * canonical partial correlations are tanh x, row by row): L_ij = tanh(x_ij) √(Π_{k<j} (1 − tanh² x_ik)).
 * `torch.distributions.CorrCholeskyTransform`.
 */
export class CorrCholeskyTransform extends Transform {
  override get domain(): Constraint {
    return realVector;
  }

  override get codomain(): Constraint {
    return corrCholesky;
  }

  override forward(x: Tensor): Tensor {
    return scope(() => {
      const { eps } = floatInfo(x.dtype);
      const size = sizeOf(x.size(-1));
      const partial = belowDiagonal(x.tanh().clamp({ min: -1 + eps, max: 1 - eps }), size);
      const left = partial
        .square()
        .rsub(1)
        .sqrt()
        .cumprod(-1)
        .narrow(-1, 0, size - 1);
      const one = eye(size, { dtype: x.dtype, device: x.device });
      return partial.add(one).mul(pad(left, [1, 0], { value: 1 }));
    });
  }

  override inverse(y: Tensor): Tensor {
    return scope(() => {
      const left = y
        .square()
        .cumsum(-1)
        .rsub(1)
        .narrow(-1, 0, y.size(-1) - 1);
      return fromBelow(y, -1)
        .div(fromBelow(pad(left, [1, 0], { value: 1 }), -1).sqrt())
        .atanh();
    });
  }

  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    return scope(() => {
      const left = fromBelow(y.square().cumsum(-1).rsub(1), -2).log().sum({ dim: -1 }).mul(0.5);
      const ofTanh = softplus(x.mul(-2)).add(x).rsub(Math.LN2).mul(2).sum({ dim: -1 });
      return left.add(ofTanh);
    });
  }

  override forwardShape(shape: readonly number[]): readonly number[] {
    const size = sizeOf(shape.at(-1) ?? 0);
    return [...shape.slice(0, -1), size, size];
  }

  override inverseShape(shape: readonly number[]): readonly number[] {
    const [rows, columns] = shape.slice(-2);
    if (rows === undefined || rows !== columns)
      throw new TorchError(
        "torch/argument",
        `CorrCholeskyTransform: the shape is [${shape}], accepted: [..., D, D]`,
      );
    return [...shape.slice(0, -2), (rows * (rows - 1)) / 2];
  }

  override equals(other: Transform): boolean {
    return other instanceof CorrCholeskyTransform;
  }
}

/** D, of D (D − 1) / 2. */
function sizeOf(count: number): number {
  const size = Math.round((1 + Math.sqrt(1 + 8 * count)) / 2);
  if (count > 0 && (size * (size - 1)) / 2 === count) return size;
  throw new TorchError(
    "torch/argument",
    `CorrCholeskyTransform: there are ${count} numbers, accepted: D (D − 1) / 2 of them (1, 3, 6, 10, …)`,
  );
}

/** Places below a diagonal of a D × D matrix, row by row, as places of its D² numbers. */
function placesBelow(size: number, diagonal: number, device: string): Tensor {
  const indices = trilIndices(size, size, { offset: diagonal, device });
  return indices.select(0, 0).mul(size).add(indices.select(0, 1));
}

/** [..., D (D − 1) / 2] → [..., D, D], 0 elsewhere */
function belowDiagonal(x: Tensor, size: number): Tensor {
  const places = placesBelow(size, -1, x.device).expand(x.shape);
  const outer = x.shape.slice(0, -1);
  return x
    .newZeros([...outer, size * size])
    .scatter(-1, places, x)
    .reshape([...outer, size, size]);
}

/** [..., D, D] → the numbers up to `diagonal` below the main one, row by row */
function fromBelow(y: Tensor, diagonal: number): Tensor {
  const size = y.size(-1);
  return y
    .reshape([...y.shape.slice(0, -2), size * size])
    .indexSelect(-1, placesBelow(size, diagonal, y.device));
}
