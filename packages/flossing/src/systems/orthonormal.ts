// QR decompositions of tangent vectors.
import { linalg, scope, type Tensor } from "@throughline/torch";

/** Tangent vectors V, [B, k, N], as Vᵀ = Qᵀ R with R_ii ≥ 0. */
export interface Decomposed {
  /** Orthonormal rows that span the same spaces, row by row, [B, k, N]. */
  readonly Q: Tensor;
  /** [B, k, k], upper triangular. */
  readonly R: Tensor;
  /** ln R_ii, [B, k]. */
  readonly logs: Tensor;
}

/** The QR decomposition of tangent vectors [B, k, N]. */
export function decomposed(frame: Tensor): Decomposed {
  return scope(() => {
    const { Q, R } = linalg.qr(frame.mT);
    const { signs, logs } = diagonalOf(R);
    return { Q: Q.mul(signs.unsqueeze(-2)).mT.contiguous(), R: R.mul(signs.unsqueeze(-1)), logs };
  });
}

/** Orthonormal rows that span the same spaces, row by row, and ln R_ii [B, k] of Vᵀ = Q R with R_ii ≥ 0. */
export function orthonormalise(frame: Tensor): { frame: Tensor; logs: Tensor } {
  return scope(() => {
    const { Q, R } = linalg.qr(frame.mT);
    const { signs, logs } = diagonalOf(R);
    return { frame: Q.mul(signs.unsqueeze(-2)).mT.contiguous(), logs };
  });
}

function diagonalOf(R: Tensor): { signs: Tensor; logs: Tensor } {
  const diagonal = R.diagonal({ dim1: -2, dim2: -1 });
  const signs = diagonal.detach().lt(0).to(diagonal.dtype).mul(-2).add(1);
  return { signs, logs: diagonal.abs().log() };
}
