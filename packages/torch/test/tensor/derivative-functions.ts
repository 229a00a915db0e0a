// Every hand-written differentiable function, with the inputs its derivative is checked at.
import {
  blockDiag,
  broadcastTensors,
  cartesianProd,
  cat,
  columnStack,
  complex,
  dstack,
  einsum,
  fft,
  hstack,
  linalg,
  meshgrid,
  polar,
  stack,
  type Tensor,
  vstack,
  where,
} from "@throughline/torch";
import type { Inputs } from "./derivative-inputs.js";

/** One call: the tensors it starts from, and what is computed of them. */
export interface FunctionCall {
  readonly inputs: (make: Inputs) => Tensor[];
  // biome-ignore lint/suspicious/noExplicitAny: each entry has its own number of tensors
  readonly run: (...tensors: any[]) => unknown;
}

const at = (inputs: FunctionCall["inputs"], run: FunctionCall["run"]): FunctionCall => ({ inputs, run });
const pair: FunctionCall["inputs"] = (m) => [m.normal(2, 3), m.normal(2, 3)];
const square: FunctionCall["inputs"] = (m) => [m.matrix(3)];
const batch: FunctionCall["inputs"] = (m) => [m.matrix(2, 2)];
const tall: FunctionCall["inputs"] = (m) => [m.normal(4, 2)];
const wide: FunctionCall["inputs"] = (m) => [m.normal(2, 4)];
const definite: FunctionCall["inputs"] = (m) => [m.definite(3)];
const symmetric = (A: Tensor): Tensor => A.add(A.mH);

const joining = {
  cat: [at(pair, (a, b) => cat([a, b], 1))],
  stack: [at(pair, (a, b) => stack([a, b], -1))],
  hstack: [at(pair, (a, b) => hstack([a, b]))],
  vstack: [at(pair, (a, b) => vstack([a, b]))],
  dstack: [at(pair, (a, b) => dstack([a, b]))],
  columnStack: [at(pair, (a, b) => columnStack([a, b]))],
  blockDiag: [at(pair, (a, b) => blockDiag([a, b]))],
  cartesianProd: [
    at(
      (m) => [m.normal(2), m.normal(3)],
      (a, b) => cartesianProd([a, b]),
    ),
  ],
  meshgrid: [
    at(
      (m) => [m.normal(2), m.normal(3)],
      (a, b) => meshgrid([a, b], { indexing: "xy" }),
    ),
  ],
  broadcastTensors: [
    at(
      (m) => [m.normal(2, 1), m.normal(3)],
      (a, b) => broadcastTensors(a, b),
    ),
  ],
  where: [
    at(
      (m) => [m.mask([true, false, true]), m.normal(2, 3), m.normal(3)],
      (mask, a, b) => where(mask, a, b),
    ),
    at(
      (m) => [m.mask([true, false, true]), m.normal(3)],
      (mask, a) => where(mask, a, 0.5),
    ),
    at(
      (m) => [m.mask([true, false, true]), m.normal(3)],
      (mask, a) => where(mask, -1, a),
    ),
  ],
  einsum: [
    at(
      (m) => [m.normal(2, 3), m.normal(3, 2), m.normal(2)],
      (a, b, c) => einsum("ij,jk,k->i", a, b, c),
    ),
    at(
      (m) => [m.normal(2, 2, 2)],
      (a) => einsum("...ii->...", a),
    ),
  ],
  complex: [at(pair, complex)],
  polar: [at((m) => [m.positive(3), m.normal(3)], polar)],
};

// Eigen- and singular vectors have no sign (complex: phase) of their own: only what does not depend on it has a derivative.
const decompositions = {
  qr: [
    at(square, (A) => linalg.qr(A)),
    at(tall, (A) => linalg.qr(A)),
    at(batch, (A) => linalg.qr(A)),
    at(
      (m) => [m.complex(3, 2)],
      (A) => linalg.qr(A),
    ),
  ],
  svd: [
    at(tall, (A) => {
      const { U, S, Vh } = linalg.svd(A, { fullMatrices: false });
      return [U.abs(), S, Vh.abs()];
    }),
    at(wide, (A) => {
      const { U, S, Vh } = linalg.svd(A, { fullMatrices: false });
      return U.mul(S.exp().unsqueeze(-2)).matmul(Vh);
    }),
  ],
  svdvals: [at(tall, linalg.svdvals), at(batch, linalg.svdvals)],
  eigh: [
    at(square, (A) => {
      const { eigenvalues, eigenvectors } = linalg.eigh(symmetric(A), { uplo: "U" });
      return [eigenvalues, eigenvectors.abs()];
    }),
    at(
      (m) => [m.complex(2, 2)],
      (A) => linalg.eigh(symmetric(A)).eigenvectors.abs(),
    ),
  ],
  eigvalsh: [at(square, (A) => linalg.eigvalsh(symmetric(A)))],
  eig: [
    at(square, (A) => {
      const { eigenvalues, eigenvectors } = linalg.eig(A);
      return [eigenvalues, eigenvectors.abs()];
    }),
  ],
  eigvals: [at(square, linalg.eigvals)],
  cholesky: [
    at(square, (A) => linalg.cholesky(A.matmul(A.mT))),
    at(square, (A) => linalg.cholesky(A.matmul(A.mT), { upper: true })),
  ],
  choleskyEx: [at(square, (A) => linalg.choleskyEx(A.matmul(A.mT)).L)],
  lu: [at(square, (A) => linalg.lu(A))],
  luFactor: [at(square, (A) => linalg.luFactor(A).LU)],
};

const solvers = {
  solve: [
    at(
      (m) => [m.matrix(3), m.normal(3, 2)],
      (A, B) => linalg.solve(A, B),
    ),
    at(
      (m) => [m.matrix(3), m.normal(2, 3)],
      (A, B) => linalg.solve(A, B, { left: false }),
    ),
  ],
  solveTriangular: [
    at(
      (m) => [m.matrix(3), m.normal(3, 2)],
      (A, B) => linalg.solveTriangular(A.triu(), B, { upper: true }),
    ),
    at(
      (m) => [m.matrix(3), m.normal(2, 3)],
      (A, B) => linalg.solveTriangular(A.tril(), B, { upper: false, left: false, unitriangular: true }),
    ),
  ],
  choleskySolve: [
    at(
      (m) => [m.normal(3, 2), m.matrix(3)],
      (B, L) => linalg.choleskySolve(B, L.tril()),
    ),
  ],
  choleskyInverse: [at(square, (L) => linalg.choleskyInverse(L.tril()))],
  luSolve: [
    at(
      (m) => [m.matrix(3), m.normal(3, 2)],
      (A, B) => {
        const { LU, pivots } = linalg.luFactor(A);
        return linalg.luSolve(LU, pivots, B);
      },
    ),
  ],
  lstsq: [
    at(
      (m) => [m.normal(4, 2), m.normal(4, 2)],
      (A, B) => linalg.lstsq(A, B, { driver: "gelsd" }).solution,
    ),
  ],
  inv: [at(square, linalg.inv), at((m) => [m.complex(2, 2)], linalg.inv)],
  invEx: [at(batch, (A) => linalg.invEx(A).inverse)],
  pinv: [at(tall, (A) => linalg.pinv(A)), at(wide, (A) => linalg.pinv(A))],
  tensorinv: [
    at(
      (m) => [m.matrix(4)],
      (A) => linalg.tensorinv(A.reshape([2, 2, 4]), { ind: 2 }),
    ),
  ],
  tensorsolve: [
    at(
      (m) => [m.matrix(4), m.normal(2, 2)],
      (A, B) => linalg.tensorsolve(A.reshape([2, 2, 4]), B),
    ),
  ],
};

const numbers = {
  det: [at(square, linalg.det), at(batch, linalg.det)],
  slogdet: [at(square, (A) => linalg.slogdet(A).logabsdet)],
  logdet: [at(definite, linalg.logdet)],
  norm: [
    at(tall, (A) => linalg.norm(A)),
    at(tall, (A) => linalg.norm(A, { ord: "nuc", dim: [0, 1] })),
    at(tall, (A) => linalg.norm(A, { ord: 1, dim: 0 })),
  ],
  vectorNorm: [at(tall, (A) => linalg.vectorNorm(A, { ord: 3, dim: 1 }))],
  matrixNorm: [1, -1, 2, -2, Number.POSITIVE_INFINITY, "fro" as const, "nuc" as const].map((ord) =>
    at(
      (m) => [m.distinct(3, 3)],
      (A) => linalg.matrixNorm(A, { ord }),
    ),
  ),
  cond: [at(square, (A) => linalg.cond(A)), at(square, (A) => linalg.cond(A, { p: -2 }))],
};

const products = {
  matrixExp: [at(square, linalg.matrixExp)],
  matrixPower: [at(square, (A) => linalg.matrixPower(A, 3)), at(square, (A) => linalg.matrixPower(A, -2))],
  multiDot: [
    at(
      (m) => [m.normal(2, 3), m.normal(3, 2), m.normal(2, 2)],
      (...list) => linalg.multiDot(list),
    ),
  ],
  householderProduct: [at((m) => [m.normal(4, 2), m.normal(2)], linalg.householderProduct)],
  vander: [
    at(
      (m) => [m.normal(3)],
      (x) => linalg.vander(x, { n: 4 }),
    ),
  ],
  vecdot: [
    at(pair, (x, y) => linalg.vecdot(x, y)),
    at(
      (m) => [m.complex(3), m.complex(3)],
      (x, y) => linalg.vecdot(x, y),
    ),
  ],
};

const one = (run: (x: Tensor) => unknown, complexInput = true): FunctionCall[] => [
  ...(complexInput ? [at((m) => [m.complex(2, 3)], run)] : []),
  at((m) => [m.normal(2, 3)], run),
];
const transforms = {
  fft: one((x) => fft.fft(x, { n: 4, norm: "ortho" })),
  ifft: one((x) => fft.ifft(x, { dim: 0 })),
  rfft: one((x) => fft.rfft(x), false),
  irfft: one((x) => fft.irfft(x, { n: 3 })),
  hfft: one((x) => fft.hfft(x, { n: 4 })),
  ihfft: one((x) => fft.ihfft(x), false),
  fft2: one((x) => fft.fft2(x, { s: [2, 2] })),
  ifft2: one((x) => fft.ifft2(x)),
  rfft2: one((x) => fft.rfft2(x), false),
  irfft2: one((x) => fft.irfft2(x)),
  fftn: one((x) => fft.fftn(x, { dim: [1] })),
  ifftn: one((x) => fft.ifftn(x)),
  rfftn: one((x) => fft.rfftn(x), false),
  irfftn: one((x) => fft.irfftn(x)),
  fftshift: one((x) => fft.fftshift(x)),
  ifftshift: one((x) => fft.ifftshift(x, { dim: 1 })),
};

/** Calls by name within joining.ts and creation.ts, linalg.ts, fft.ts. */
export const functions: Readonly<
  Record<"torch" | "linalg" | "fft", Readonly<Record<string, readonly FunctionCall[]>>>
> = {
  torch: joining,
  linalg: { ...decompositions, ...solvers, ...numbers, ...products },
  fft: transforms,
};

/** Functions without a derivative, and why. */
export const notDifferentiable: Readonly<Record<string, string>> = Object.fromEntries([
  ..."tensor fromTypedArray zeros ones empty full eye arange linspace logspace zerosLike onesLike emptyLike fullLike trilIndices triuIndices hannWindow hammingWindow blackmanWindow fftfreq rfftfreq"
    .split(" ")
    .map((name) => [name, "makes a tensor of no other"]),
  ..."rand randn randint randperm randLike randnLike randintLike normal binomial"
    .split(" ")
    .map((name) => [name, "random"]),
  ["broadcastShapes", "computes with shapes"],
  ["matrixRank", "the result is whole numbers"],
]);
