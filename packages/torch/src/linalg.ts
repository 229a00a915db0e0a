// Linear algebra (torch.linalg): matrices are the last two dimensions, everything before them is a batch.
import { call } from "./dispatch.js";
import type { DType } from "./dtype.js";
import { scope } from "./memory.js";
import type { Tensor } from "./tensor/index.js";
import { isTensor } from "./tensor/operand.js";

/**
 * The QR decomposition A = Q R, with orthonormal columns in Q and R upper triangular: [*, m, n] → Q [*, m, k], R
 * [*, k, n], k = min(m, n). `mode` `"complete"`: k = m for Q; `"r"`: Q is empty. The signs of R's diagonal are
 * LAPACK's.
 */
export function qr(
  A: Tensor,
  options: { readonly mode?: "reduced" | "complete" | "r" } = {},
): { Q: Tensor; R: Tensor } {
  const [Q, R] = call<[Tensor, Tensor]>("aten::linalg_qr", A, options.mode);
  return { Q, R };
}

/**
 * The singular value decomposition A = U diag(S) Vh, S descending. `fullMatrices` (default true, as in PyTorch): U
 * and Vh square, else thin. The gradient needs distinct singular values and, unless A is square, `fullMatrices`
 * false.
 */
export function svd(
  A: Tensor,
  options: { readonly fullMatrices?: boolean } = {},
): { U: Tensor; S: Tensor; Vh: Tensor } {
  const [U, S, Vh] = call<[Tensor, Tensor, Tensor]>("aten::linalg_svd", A, options.fullMatrices);
  return { U, S, Vh };
}

/** The singular values, descending. */
export function svdvals(A: Tensor): Tensor {
  return call("aten::linalg_svdvals", A);
}

/** Triangle of a symmetric matrix that is read. */
export interface TriangleOptions {
  /** Default `"L"`, the lower one. */
  readonly uplo?: "L" | "U";
}

/**
 * The eigendecomposition A = V diag(λ) Vᴴ of symmetric (Hermitian) matrices, λ ascending; only one triangle of A is
 * read.
 */
export function eigh(
  A: Tensor,
  options: TriangleOptions = {},
): { eigenvalues: Tensor; eigenvectors: Tensor } {
  const [eigenvalues, eigenvectors] = call<[Tensor, Tensor]>("aten::linalg_eigh", A, options.uplo);
  return { eigenvalues, eigenvectors };
}

/** The eigenvalues of symmetric (Hermitian) matrices, ascending. */
export function eigvalsh(A: Tensor, options: TriangleOptions = {}): Tensor {
  return call("aten::linalg_eigvalsh", A, options.uplo);
}

/**
 * The eigendecomposition A = V diag(λ) V⁻¹ of square matrices, complex; columns of V have norm 1 and an arbitrary
 * phase, and the order is LAPACK's.
 */
export function eig(A: Tensor): { eigenvalues: Tensor; eigenvectors: Tensor } {
  const [eigenvalues, eigenvectors] = call<[Tensor, Tensor]>("aten::linalg_eig", A);
  return { eigenvalues, eigenvectors };
}

/** The eigenvalues of square matrices, complex. */
export function eigvals(A: Tensor): Tensor {
  return call("aten::linalg_eigvals", A);
}

/**
 * The solution X of A X = B (`left` false: of X A = B). B is [*, n] or [*, n, k]. @throws TorchError if A is
 * singular.
 */
export function solve(A: Tensor, B: Tensor, options: { readonly left?: boolean } = {}): Tensor {
  return call("aten::linalg_solve", A, B, options.left);
}

/** Options of `solveTriangular`. */
export interface SolveTriangularOptions {
  /** True if A is upper triangular (else lower); the other triangle is not read. */
  readonly upper: boolean;
  /** A X = B (default true) or X A = B. */
  readonly left?: boolean;
  /** Take the diagonal as 1 without reading it. Default false. */
  readonly unitriangular?: boolean;
}

/** The solution X of A X = B for triangular A. A 0 on the diagonal gives ∞ or NaN. */
export function solveTriangular(A: Tensor, B: Tensor, options: SolveTriangularOptions): Tensor {
  return call("aten::linalg_solve_triangular", A, B, options.upper, options.left, options.unitriangular);
}

/**
 * The Cholesky decomposition A = L Lᴴ, L lower triangular (`upper`: A = Uᴴ U). @throws TorchError if A is not
 * positive definite.
 */
export function cholesky(A: Tensor, options: { readonly upper?: boolean } = {}): Tensor {
  return call("aten::linalg_cholesky", A, options.upper);
}

/** Same as `cholesky` without the check: `info` (int32) is 0, or the order of the first minor that is not positive. */
export function choleskyEx(
  A: Tensor,
  options: { readonly upper?: boolean } = {},
): { L: Tensor; info: Tensor } {
  const [L, info] = call<[Tensor, Tensor]>("aten::linalg_cholesky_ex", A, options.upper);
  return { L, info };
}

/** The solution X of A X = B, given A's Cholesky factor L. `upper` (default false): the factor is Lᴴ. */
export function choleskySolve(B: Tensor, L: Tensor, options: { readonly upper?: boolean } = {}): Tensor {
  return call("aten::cholesky_solve", B, L, options.upper);
}

/** The inverse A⁻¹, given A's Cholesky factor L. `upper` (default false): the factor is Lᴴ. */
export function choleskyInverse(L: Tensor, options: { readonly upper?: boolean } = {}): Tensor {
  return call("aten::cholesky_inverse", L, options.upper);
}

/** The determinant. */
export function det(A: Tensor): Tensor {
  return call("aten::linalg_det", A);
}

/** The determinant's sign (or phase) and ln of its modulus, without overflow. */
export function slogdet(A: Tensor): { sign: Tensor; logabsdet: Tensor } {
  const [sign, logabsdet] = call<[Tensor, Tensor]>("aten::linalg_slogdet", A);
  return { sign, logabsdet };
}

/** The logarithm ln det A; −∞ for 0, NaN for a negative determinant. */
export function logdet(A: Tensor): Tensor {
  return call("aten::logdet", A);
}

/** The inverse A⁻¹. Solving with it is slower and less accurate than `solve`. @throws TorchError if A is singular. */
export function inv(A: Tensor): Tensor {
  return call("aten::linalg_inv", A);
}

/** Same as `inv` without the check: `info` (int32) is 0 where A is invertible. */
export function invEx(A: Tensor): { inverse: Tensor; info: Tensor } {
  const [inverse, info] = call<[Tensor, Tensor]>("aten::linalg_inv_ex", A);
  return { inverse, info };
}

/** Tolerances of a rank: singular values up to max(atol, rtol · the largest one) count as 0. */
export interface RankOptions {
  /** Absolute tolerance; a tensor: one for each matrix of the batch. */
  readonly atol?: number | Tensor;
  /** Tolerance relative to the largest singular value. Default: max(m, n) · the dtype's ε, or 0 if `atol` is given. */
  readonly rtol?: number | Tensor;
  /** True if A is symmetric (Hermitian), which is faster. Default false. */
  readonly hermitian?: boolean;
}

/** The Moore–Penrose inverse: [*, m, n] → [*, n, m]. */
export function pinv(A: Tensor, options: RankOptions = {}): Tensor {
  return ranked("aten::linalg_pinv", A, options);
}

/** Number of singular values that do not count as 0, as int64. */
export function matrixRank(A: Tensor, options: RankOptions = {}): Tensor {
  return ranked("aten::linalg_matrix_rank", A, options);
}

function ranked(name: string, A: Tensor, { atol, rtol, hermitian }: RankOptions): Tensor {
  if (!isTensor(atol) && !isTensor(rtol)) return call(`${name}.atol_rtol_float`, A, atol, rtol, hermitian);
  return scope(() => {
    const tensors = [atol, rtol].map((bound) =>
      typeof bound === "number" ? call("aten::scalar_tensor", bound, "float64", undefined, A.device) : bound,
    );
    return call(`${name}.atol_rtol_tensor`, A, ...tensors, hermitian);
  });
}

/** Options of norms. */
export interface NormOptions {
  readonly dim?: number | readonly number[];
  /** Keep reduced dimensions with size 1. Default false. */
  readonly keepdim?: boolean;
  /** Dtype that the input is cast to first. Default: the input's. */
  readonly dtype?: DType;
}

/** Orders of a matrix norm: `±1`, `±2`, `±Infinity`, Frobenius, nuclear. */
export type MatrixOrder = number | "fro" | "nuc";

/**
 * The norm of order `ord`: of vectors where `dim` is one dimension, of matrices where it is two; by default the
 * 2-norm of all elements.
 */
export function norm(A: Tensor, options: NormOptions & { readonly ord?: MatrixOrder } = {}): Tensor {
  const { ord, dim, keepdim, dtype } = options;
  const name = typeof ord === "string" ? "aten::linalg_norm.ord_str" : "aten::linalg_norm";
  return call(name, A, ord, dim, keepdim, dtype);
}

/**
 * The vector norm (Σ |x|^ord)^(1/ord) of all elements or along `dim`. `ord` (default 2) may be `±Infinity`,
 * negative, or 0 (the number of elements that are not 0).
 */
export function vectorNorm(x: Tensor, options: NormOptions & { readonly ord?: number } = {}): Tensor {
  const { ord, dim, keepdim, dtype } = options;
  return call("aten::linalg_vector_norm", x, ord, dim, keepdim, dtype);
}

/** The norm of order `ord` (default `"fro"`) of the matrices in two dimensions (default the last two). */
export function matrixNorm(
  A: Tensor,
  options: NormOptions & { readonly ord?: MatrixOrder; readonly dim?: readonly [number, number] } = {},
): Tensor {
  const { ord = "fro", dim, keepdim, dtype } = options;
  const name = typeof ord === "string" ? "aten::linalg_matrix_norm.str_ord" : "aten::linalg_matrix_norm";
  return call(name, A, ord, dim, keepdim, dtype);
}

/**
 * The condition number ‖A‖ · ‖A⁻¹‖ in the norm `p` (default 2, the ratio of extreme singular values; only ±2 have a
 * derivative).
 */
export function cond(A: Tensor, options: { readonly p?: MatrixOrder } = {}): Tensor {
  return call(typeof options.p === "string" ? "aten::linalg_cond.p_str" : "aten::linalg_cond", A, options.p);
}

/** Options of `lstsq`. */
export interface LeastSquaresOptions {
  /** Singular values below rcond · the greatest count as 0. Default: the dtype's ε · max(m, n). */
  readonly rcond?: number;
  /** LAPACK's routine. Default `"gelsy"` on the CPU, `"gels"` (A of full rank) on CUDA. */
  readonly driver?: "gels" | "gelsy" | "gelsd" | "gelss";
}

/** The result of `lstsq`; tensors that the driver does not compute are empty. */
export interface LeastSquares {
  readonly solution: Tensor;
  readonly residuals: Tensor;
  readonly rank: Tensor;
  readonly singularValues: Tensor;
}

/** The least-squares solution: X that minimises ‖A X − B‖; A [*, m, n], B [*, m, k] → X [*, n, k]. */
export function lstsq(A: Tensor, B: Tensor, options: LeastSquaresOptions = {}): LeastSquares {
  const [solution, residuals, rank, singularValues] = call<[Tensor, Tensor, Tensor, Tensor]>(
    "aten::linalg_lstsq",
    A,
    B,
    options.rcond,
    options.driver,
  );
  return { solution, residuals, rank, singularValues };
}

/** The matrix exponential e^A = Σ Aᵏ / k! */
export function matrixExp(A: Tensor): Tensor {
  return call("aten::linalg_matrix_exp", A);
}

/** The matrix power Aⁿ for whole n; a negative n inverts A. */
export function matrixPower(A: Tensor, n: number): Tensor {
  return call("aten::linalg_matrix_power", A, n);
}

/** The product of two or more matrices in the cheapest order. */
export function multiDot(matrices: readonly Tensor[]): Tensor {
  return call("aten::linalg_multi_dot", matrices);
}

/**
 * The LU decomposition A = P L U: permutation, unit lower and upper triangular. `pivot` false (CUDA only): without
 * P.
 */
export function lu(
  A: Tensor,
  options: { readonly pivot?: boolean } = {},
): { P: Tensor; L: Tensor; U: Tensor } {
  const [P, L, U] = call<[Tensor, Tensor, Tensor]>("aten::linalg_lu", A, options.pivot);
  return { P, L, U };
}

/** The compact form of `lu` that `luSolve` takes: L and U in one matrix, and LAPACK's pivots (int32, from 1). */
export function luFactor(
  A: Tensor,
  options: { readonly pivot?: boolean } = {},
): { LU: Tensor; pivots: Tensor } {
  const [LU, pivots] = call<[Tensor, Tensor]>("aten::linalg_lu_factor", A, options.pivot);
  return { LU, pivots };
}

/** The solution X of A X = B, given `luFactor(A)`. `left` false: of X A = B; `adjoint` true: of Aᴴ X = B. */
export function luSolve(
  LU: Tensor,
  pivots: Tensor,
  B: Tensor,
  options: { readonly left?: boolean; readonly adjoint?: boolean } = {},
): Tensor {
  return call("aten::linalg_lu_solve", LU, pivots, B, options.left, options.adjoint);
}

/** The product of Householder matrices I − τᵢ vᵢ vᵢᴴ, vᵢ the columns below the diagonal of `input`. */
export function householderProduct(input: Tensor, tau: Tensor): Tensor {
  return call("aten::linalg_householder_product", input, tau);
}

/**
 * The Vandermonde matrix, with rows of powers 1, x, …, xᴺ⁻¹: [*, n] → [*, n, N]. N is the option `n`; default: the
 * number of elements.
 */
export function vander(x: Tensor, options: { readonly n?: number } = {}): Tensor {
  return call("aten::linalg_vander", x, options.n);
}

/** The dot products Σ conj(x) · y along `dim` (default −1), broadcast. */
export function vecdot(x: Tensor, y: Tensor, options: { readonly dim?: number } = {}): Tensor {
  return call("aten::linalg_vecdot", x, y, options.dim);
}

/** The inverse with respect to `tensordot` with the first `ind` (2) dimensions of A. */
export function tensorinv(A: Tensor, options: { readonly ind?: number } = {}): Tensor {
  return call("aten::linalg_tensorinv", A, options.ind);
}

/** The solution X of tensordot(A, X, X.ndim) = B; `dims` of A are moved to the end first. */
export function tensorsolve(
  A: Tensor,
  B: Tensor,
  options: { readonly dims?: readonly number[] } = {},
): Tensor {
  return call("aten::linalg_tensorsolve", A, B, options.dims);
}
