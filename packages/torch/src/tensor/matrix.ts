// Products of vectors and matrices. Decompositions and solvers are in the namespace `linalg`.
import { call } from "../dispatch.js";
import type { Scalar } from "./base.js";
import type { Tensor } from "./index.js";
import { OrderingMethods } from "./ordering.js";

/** Factors of the products that are added to a tensor: beta · x + alpha · product. */
export interface AddProductOptions {
  /** Default 1; 0 ignores x, NaN included. */
  readonly beta?: Scalar;
  /** Default 1. */
  readonly alpha?: Scalar;
}

export abstract class MatrixMethods extends OrderingMethods {
  /**
   * The matrix product, batched and broadcast over leading dimensions: [*, n, m] · [*, m, p] → [*, n, p]; a vector
   * counts as a row on the left and as a column on the right, and that dimension is dropped.
   */
  matmul(other: Tensor): Tensor {
    return call("aten::matmul", this, other);
  }

  /** The product of two matrices: [n, m] · [m, p] → [n, p] */
  mm(other: Tensor): Tensor {
    return call("aten::mm", this, other);
  }

  /** The products of two batches of matrices: [b, n, m] · [b, m, p] → [b, n, p] */
  bmm(other: Tensor): Tensor {
    return call("aten::bmm", this, other);
  }

  /** The product of a matrix and a vector: [n, m] · [m] → [n] */
  mv(vector: Tensor): Tensor {
    return call("aten::mv", this, vector);
  }

  /** The dot product Σ x · other of two vectors. */
  dot(other: Tensor): Tensor {
    return call("aten::dot", this, other);
  }

  /** The dot product Σ conj(x) · other of two vectors. */
  vdot(other: Tensor): Tensor {
    return call("aten::vdot", this, other);
  }

  /** Products summed over the last dimension of both: [*, m] · [+, m] → [*, +]. */
  inner(other: Tensor): Tensor {
    return call("aten::inner", this, other);
  }

  /** xᵢ · otherⱼ of two vectors: [n], [m] → [n, m]. */
  outer(other: Tensor): Tensor {
    return call("aten::outer", this, other);
  }

  /** beta · x + alpha · mat1 · mat2 */
  addmm(mat1: Tensor, mat2: Tensor, options: AddProductOptions = {}): Tensor {
    return call("aten::addmm", this, mat1, mat2, options.beta, options.alpha);
  }

  /** In place: `addmm`. */
  addmm_(mat1: Tensor, mat2: Tensor, options: AddProductOptions = {}): Tensor {
    return call("aten::addmm_", this, mat1, mat2, options.beta, options.alpha);
  }

  /** beta · x + alpha · mat · vec */
  addmv(mat: Tensor, vec: Tensor, options: AddProductOptions = {}): Tensor {
    return call("aten::addmv", this, mat, vec, options.beta, options.alpha);
  }

  /** In place: `addmv`. */
  addmv_(mat: Tensor, vec: Tensor, options: AddProductOptions = {}): Tensor {
    return call("aten::addmv_", this, mat, vec, options.beta, options.alpha);
  }

  /** beta · x + alpha · vec1 ⊗ vec2 */
  addr(vec1: Tensor, vec2: Tensor, options: AddProductOptions = {}): Tensor {
    return call("aten::addr", this, vec1, vec2, options.beta, options.alpha);
  }

  /** In place: `addr`. */
  addr_(vec1: Tensor, vec2: Tensor, options: AddProductOptions = {}): Tensor {
    return call("aten::addr_", this, vec1, vec2, options.beta, options.alpha);
  }

  /** beta · x + alpha · batch1 · batch2 for each matrix of the batch. */
  baddbmm(batch1: Tensor, batch2: Tensor, options: AddProductOptions = {}): Tensor {
    return call("aten::baddbmm", this, batch1, batch2, options.beta, options.alpha);
  }

  /** In place: `baddbmm`. */
  baddbmm_(batch1: Tensor, batch2: Tensor, options: AddProductOptions = {}): Tensor {
    return call("aten::baddbmm_", this, batch1, batch2, options.beta, options.alpha);
  }

  /** beta · x + alpha · Σ batch1ᵢ · batch2ᵢ over the batch. */
  addbmm(batch1: Tensor, batch2: Tensor, options: AddProductOptions = {}): Tensor {
    return call("aten::addbmm", this, batch1, batch2, options.beta, options.alpha);
  }

  /** In place: `addbmm`. */
  addbmm_(batch1: Tensor, batch2: Tensor, options: AddProductOptions = {}): Tensor {
    return call("aten::addbmm_", this, batch1, batch2, options.beta, options.alpha);
  }

  /** The Kronecker product: every element of x times all of `other`. */
  kron(other: Tensor): Tensor {
    return call("aten::kron", this, other);
  }

  /** The cross product along `dim` (default −1), whose size must be 3. */
  cross(other: Tensor, options: { readonly dim?: number } = {}): Tensor {
    return call("aten::linalg_cross", this, other, options.dim);
  }

  /**
   * The distance in the p-norm (default 2) of every row of x from every row of `other`: [*, n, m], [*, p, m] → [*,
   * n, p].
   */
  cdist(other: Tensor, options: { readonly p?: number } = {}): Tensor {
    return call("aten::cdist", this, other, options.p);
  }

  /** The sum of a matrix's main diagonal. */
  trace(): Tensor {
    return call("aten::trace", this);
  }

  /**
   * Products summed over `dims`: a number n contracts the last n dimensions of x with the first n of `other`; two
   * lists name the dimensions of x and of `other`.
   */
  tensordot(other: Tensor, dims: number | readonly [readonly number[], readonly number[]]): Tensor {
    if (typeof dims !== "number") return call("aten::tensordot", this, other, dims[0], dims[1]);
    const own = Array.from({ length: dims }, (_, i) => i - dims);
    return call("aten::tensordot", this, other, own, [...own.keys()]);
  }
}
