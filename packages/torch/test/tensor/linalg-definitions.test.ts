// Linear algebra and transforms by what defines them, on matrices of which the answer is known or anyone can check it.
import {
  arange,
  complex,
  eye,
  fft,
  linalg,
  rand,
  randn,
  type Tensor,
  tensor,
  zeros,
} from "@throughline/torch";
import { describe, expect } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";

checkLeaks();

const double = { dtype: "float64" } as const;
const t = (values: number[] | number[][]): Tensor => tensor(values, double);
const near = { rtol: 1e-10, atol: 1e-10, because: "well-conditioned matrices of at most 6 rows in float64" };
/** A batch of well-conditioned matrices: symmetric, eigenvalues above 1. */
const positive = (n: number): Tensor => {
  const a = randn([2, n, n], double);
  return a.matmul(a.mT).add(eye(n, double));
};
const wide = { "tall matrices": [2, 5, 3], "wide matrices": [2, 3, 5], "square matrices": [2, 4, 4] };
const orthonormal = (q: Tensor): void => {
  expect(q.mT.matmul(q)).toBeClose(
    eye(q.shape.at(-1)!, double).expand([2, q.shape.at(-1)!, q.shape.at(-1)!]),
    near,
  );
};

describe.each(Object.entries(wide))("factors of %s", (_, shape) => {
  scoped("qr: orthonormal Q, upper triangular R, their product is A", () => {
    const a = randn(shape, double);
    for (const mode of ["reduced", "complete"] as const) {
      const { Q, R } = linalg.qr(a, { mode });
      orthonormal(Q);
      expect(R.triu()).toBeClose(R, near);
      expect(Q.matmul(R)).toBeClose(a, near);
    }
    expect(linalg.qr(a, { mode: "r" }).Q.numel).toBe(0);
  });

  scoped("svd: orthonormal U and V, values descend and are those of svdvals, their product is A", () => {
    const a = randn(shape, double);
    const { U, S, Vh } = linalg.svd(a, { fullMatrices: false });
    orthonormal(U);
    orthonormal(Vh.mT);
    expect(S.diff().le(0).all().item()).toBe(true);
    expect(linalg.svdvals(a)).toBeClose(S, near);
    expect(U.mul(S.unsqueeze(-2)).matmul(Vh)).toBeClose(a, near);
  });

  scoped("pinv: the four equations of Penrose", () => {
    const a = randn(shape, double);
    const p = linalg.pinv(a);
    expect(a.matmul(p).matmul(a)).toBeClose(a, near);
    expect(p.matmul(a).matmul(p)).toBeClose(p, near);
    expect(a.matmul(p).mT).toBeClose(a.matmul(p), near);
    expect(p.matmul(a).mT).toBeClose(p.matmul(a), near);
  });

  scoped("norms are those of the singular values, of the sums of columns and of rows", () => {
    const a = randn(shape, double);
    const s = linalg.svdvals(a);
    expect(linalg.matrixNorm(a)).toBeClose(s.square().sum({ dim: -1 }).sqrt(), near);
    expect(linalg.matrixNorm(a, { ord: "nuc" })).toBeClose(s.sum({ dim: -1 }), near);
    expect(linalg.matrixNorm(a, { ord: 2 })).toBeClose(s.amax({ dim: -1 }), near);
    expect(linalg.matrixNorm(a, { ord: -2 })).toBeClose(s.amin({ dim: -1 }), near);
    expect(linalg.matrixNorm(a, { ord: 1 })).toBeClose(a.abs().sum({ dim: -2 }).amax({ dim: -1 }), near);
    expect(linalg.matrixNorm(a, { ord: Number.POSITIVE_INFINITY })).toBeClose(
      a.abs().sum({ dim: -1 }).amax({ dim: -1 }),
      near,
    );
    expect(linalg.cond(a)).toBeClose(s.amax({ dim: -1 }).div(s.amin({ dim: -1 })), near);
  });

  scoped("lstsq: what is left is orthogonal to the columns of A", () => {
    const [a, b] = [randn(shape, double), randn([2, shape[1]!, 2], double)];
    const { solution } = linalg.lstsq(a, b);
    expect(a.mT.matmul(b.sub(a.matmul(solution)))).toBeClose(zeros([2, shape[2]!, 2], double), near);
  });
});

describe("square matrices", () => {
  scoped("eigh: A V = V diag(λ) with λ ascending, and reads one triangle only", () => {
    const a = positive(4);
    const { eigenvalues, eigenvectors } = linalg.eigh(a);
    orthonormal(eigenvectors);
    expect(a.matmul(eigenvectors)).toBeClose(eigenvectors.mul(eigenvalues.unsqueeze(-2)), near);
    expect(eigenvalues.diff().ge(0).all().item()).toBe(true);
    expect(linalg.eigvalsh(a.tril())).toBeClose(eigenvalues, near);
    expect(linalg.eigvalsh(a.triu(), { uplo: "U" })).toBeClose(eigenvalues, near);
  });

  scoped("eig: a turn by a right angle has eigenvalues ±i; those of a triangle are its diagonal", () => {
    const turn = t([
      [0, -1],
      [1, 0],
    ]);
    const { eigenvalues, eigenvectors } = linalg.eig(turn);
    expect(eigenvalues.imag.sort().values).toBeClose([-1, 1], near);
    expect(eigenvalues.real).toBeClose([0, 0], near);
    expect(turn.to("complex128").matmul(eigenvectors)).toBeClose(eigenvectors.mul(eigenvalues), near);
    const triangle = randn([4, 4], double)
      .triu()
      .fillDiagonal_(0)
      .add(t([1, 2, 3, 4]).diag());
    expect(linalg.eigvals(triangle).real.sort().values).toBeClose([1, 2, 3, 4], near);
  });

  scoped("cholesky: triangular, and its product is A; solving and inverting with it", () => {
    const [a, b] = [positive(4), randn([2, 4, 3], double)];
    for (const upper of [false, true]) {
      const factor = linalg.cholesky(a, { upper });
      const product = upper ? factor.mT.matmul(factor) : factor.matmul(factor.mT);
      expect(upper ? factor.triu() : factor.tril()).toBeClose(factor, near);
      expect(product).toBeClose(a, near);
      expect(a.matmul(linalg.choleskySolve(b, factor, { upper }))).toBeClose(b, near);
      expect(linalg.choleskyInverse(factor, { upper })).toBeClose(linalg.inv(a), near);
    }
  });

  scoped("cholesky refuses what is not positive definite; choleskyEx says at which minor", () => {
    const a = t([
      [1, 0, 0],
      [0, -1, 0],
      [0, 0, 1],
    ]);
    expect(() => linalg.cholesky(a)).toThrow(/minor of order 2/);
    expect(linalg.choleskyEx(a).info.item()).toBe(2);
    expect(linalg.choleskyEx(eye(3)).info.item()).toBe(0);
  });

  scoped("solve and luSolve: A X = B, X A = B, Aᴴ X = B", () => {
    const [a, b] = [positive(4).add(randn([4, 4], double).mul(0.1)), randn([2, 4, 4], double)];
    const { LU, pivots } = linalg.luFactor(a);
    expect(a.matmul(linalg.solve(a, b))).toBeClose(b, near);
    expect(linalg.solve(a, b, { left: false }).matmul(a)).toBeClose(b, near);
    expect(a.matmul(linalg.luSolve(LU, pivots, b))).toBeClose(b, near);
    expect(linalg.luSolve(LU, pivots, b, { left: false }).matmul(a)).toBeClose(b, near);
    expect(a.mT.matmul(linalg.luSolve(LU, pivots, b, { adjoint: true }))).toBeClose(b, near);
    const { P, L, U } = linalg.lu(a);
    expect(P.matmul(L).matmul(U)).toBeClose(a, near);
  });

  scoped("solveTriangular reads one triangle, and no diagonal if it is taken as 1", () => {
    const [a, b] = [randn([4, 4], double).fillDiagonal_(3), randn([4, 2], double)];
    expect(a.triu().matmul(linalg.solveTriangular(a, b, { upper: true }))).toBeClose(b, near);
    expect(a.tril().matmul(linalg.solveTriangular(a, b, { upper: false }))).toBeClose(b, near);
    const unit = a.tril().fillDiagonal_(1);
    const x = linalg.solveTriangular(a, b, { upper: false, unitriangular: true });
    expect(unit.matmul(x)).toBeClose(b, near);
    const left = linalg.solveTriangular(a, b.t(), { upper: true, left: false });
    expect(left.matmul(a.triu())).toBeClose(b.t(), near);
  });

  scoped("singular matrices are refused by solve and inv; invEx says where", () => {
    const a = t([
      [1, 2],
      [2, 4],
    ]);
    expect(() => linalg.solve(a, t([1, 1]))).toThrow(/singular/);
    expect(() => linalg.inv(a)).toThrow(/singular/);
    expect(linalg.invEx(a).info.item()).toBe(2);
    expect(linalg.det(a)).toBeClose(0, near);
    expect(linalg.matrixRank(a).item()).toBe(1);
    expect(linalg.matrixRank(t([1, 1e-3, 1e-9]).diag(), { rtol: 1e-6 }).item()).toBe(2);
    expect(linalg.matrixRank(t([1, 1e-3, 1e-9]).diag(), { atol: t([0.5]), rtol: 0 })).toBeClose([1], near);
  });

  scoped("determinants: of Vandermonde's matrix the product of differences, of a product the product", () => {
    const x = [0.5, -1, 2, 3];
    const product = x.flatMap((a, i) => x.slice(i + 1).map((b) => b - a)).reduce((a, b) => a * b);
    expect(linalg.det(linalg.vander(t(x)))).toBeClose(product, near);
    const [a, b] = [positive(3), positive(3)];
    expect(linalg.det(a.matmul(b))).toBeClose(linalg.det(a).mul(linalg.det(b)), near);
    const { sign, logabsdet } = linalg.slogdet(eye(400, double).mul(-10));
    expect(sign).toBeClose(1, near);
    expect(logabsdet).toBeClose(400 * Math.log(10), near);
    expect(linalg.logdet(a)).toBeClose(linalg.det(a).log(), near);
    expect(linalg.logdet(t([[-1]])).item()).toBeNaN();
  });

  scoped("matrixExp of a turn's generator is the turn; of commuting matrices, sums become products", () => {
    const angle = 0.7;
    const turn = linalg.matrixExp(
      t([
        [0, -angle],
        [angle, 0],
      ]),
    );
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    expect(turn).toBeClose(
      [
        [c, -s],
        [s, c],
      ],
      near,
    );
    const a = randn([3, 3], double);
    expect(linalg.matrixExp(a.mul(2))).toBeClose(linalg.matrixPower(linalg.matrixExp(a), 2), near);
  });

  scoped("matrixPower: Fibonacci's numbers forwards, and back to the identity", () => {
    const step = t([
      [1, 1],
      [1, 0],
    ]);
    expect(linalg.matrixPower(step, 20).at(0, 1).item()).toBe(6765);
    expect(linalg.matrixPower(step, 0)).toBeClose(eye(2, double), near);
    expect(linalg.matrixPower(step, 7).matmul(linalg.matrixPower(step, -7))).toBeClose(eye(2, double), near);
  });

  scoped("householderProduct reflects: with τ = 2/|v|² it is its own inverse", () => {
    const v = t([[1], [2], [-2]]);
    const h = linalg.householderProduct(v, t([2 / 9]));
    const full = eye(3, double).sub(v.matmul(v.t()).mul(2 / 9));
    expect(h).toBeClose(full.narrow(1, 0, 1), near);
    expect(full.matmul(full)).toBeClose(eye(3, double), near);
  });

  scoped("tensorsolve and tensorinv undo tensordot; multiDot is the product", () => {
    const a = positive(6).select(0, 0).reshape([2, 3, 6]);
    const b = randn([2, 3], double);
    const x = linalg.tensorsolve(a, b);
    expect(a.reshape([6, 6]).matmul(x).reshape([2, 3])).toBeClose(b, near);
    expect(linalg.tensorinv(a).reshape([6, 6])).toBeClose(linalg.inv(a.reshape([6, 6])), near);
    const parts = [randn([2, 5], double), randn([5, 3], double), randn([3, 4], double)];
    expect(linalg.multiDot(parts)).toBeClose(parts[0]!.matmul(parts[1]!).matmul(parts[2]!), near);
  });

  scoped("vectorNorm in every order, of 3 and −4 and 0", () => {
    const orders: [number, number][] = [
      [0, 2],
      [1, 7],
      [2, 5],
      [3, (27 + 64) ** (1 / 3)],
      [Number.POSITIVE_INFINITY, 4],
      [Number.NEGATIVE_INFINITY, 0],
    ];
    for (const [ord, known] of orders)
      expect(linalg.vectorNorm(t([3, -4, 0]), { ord })).toBeClose(known, near);
    expect(linalg.vecdot(t([[1, 2]]), t([[3], [4]]).t())).toBeClose([11], near);
  });
});

/** Σⱼ xⱼ e^(∓2πijk/n) by the definition, as [cos, sin] matrices times x. */
function transform(x: Tensor, sign: number): Tensor {
  const n = x.shape.at(-1)!;
  const angles = arange(n, double)
    .unsqueeze(1)
    .mul(arange(n, double))
    .mul((sign * 2 * Math.PI) / n);
  return complex(angles.cos(), angles.sin()).matmul(x.to("complex128"));
}

describe("Fourier transforms", () => {
  for (const n of [1, 2, 5, 8]) {
    scoped(`of ${n} numbers, by the definition, in each norm`, () => {
      const x = rand([n], double);
      const factors = { backward: 1, ortho: 1 / Math.sqrt(n), forward: 1 / n } as const;
      for (const norm of ["backward", "ortho", "forward"] as const) {
        const y = fft.fft(x, { norm });
        expect(y).toBeClose(transform(x, -1).mul(factors[norm]), near);
        expect(fft.ifft(y, { norm })).toBeClose(x.to("complex128"), near);
        expect(fft.rfft(x, { norm })).toBeClose(y.narrow(0, 0, Math.floor(n / 2) + 1), near);
        expect(fft.irfft(fft.rfft(x, { norm }), { n, norm })).toBeClose(x, near);
        expect(fft.hfft(fft.ihfft(x, { norm }), { n, norm })).toBeClose(x, near);
        expect(fft.ihfft(x, { norm })).toBeClose(
          fft.ifft(x, { norm }).narrow(0, 0, Math.floor(n / 2) + 1),
          near,
        );
      }
    });
  }

  scoped("a cosine has two lines, at its frequency and at minus that", () => {
    const wave = arange(16, double)
      .mul((2 * Math.PI * 3) / 16)
      .cos();
    const known = Array.from({ length: 16 }, (_, k) => (k === 3 || k === 13 ? 8 : 0));
    expect(fft.fft(wave).abs()).toBeClose(known, near);
    expect(
      fft
        .fftfreq(16, { d: 0.5, ...double })
        .at(3)
        .item(),
    ).toBe(3 / 8);
    expect(fft.rfftfreq(5, double)).toBeClose([0, 0.2, 0.4], near);
  });

  scoped("along several dimensions: one after the other, and back", () => {
    const x = randn([2, 3, 4, 5], double);
    const one = (y: Tensor, dim: number) => fft.fft(y, { dim });
    expect(fft.fft2(x)).toBeClose(one(one(x, -1), -2), near);
    expect(fft.fftn(x, { dim: [0, 1, 3] })).toBeClose(one(one(one(x, 0), 1), 3), near);
    expect(fft.ifft2(fft.fft2(x)).real).toBeClose(x, near);
    expect(fft.ifftn(fft.fftn(x)).real).toBeClose(x, near);
    expect(fft.rfft2(x)).toBeClose(fft.fft2(x).narrow(-1, 0, 3), near);
    expect(fft.rfftn(x)).toBeClose(fft.fftn(x).narrow(-1, 0, 3), near);
    expect(fft.irfft2(fft.rfft2(x), { s: [4, 5] })).toBeClose(x, near);
    expect(fft.irfftn(fft.rfftn(x), { s: [2, 3, 4, 5] })).toBeClose(x, near);
  });

  scoped("n cuts, or fills up with zeros", () => {
    const x = t([1, 2, 3]);
    expect(fft.fft(x, { n: 2 })).toBeClose(fft.fft(t([1, 2])), near);
    expect(fft.fft(x, { n: 5 })).toBeClose(fft.fft(t([1, 2, 3, 0, 0])), near);
  });

  scoped("fftshift puts frequency 0 in the middle, of odd lengths too, and ifftshift puts it back", () => {
    expect(fft.fftshift(fft.fftfreq(5, { d: 0.2, ...double }))).toBeClose([-2, -1, 0, 1, 2], near);
    for (const n of [4, 5]) expect(fft.ifftshift(fft.fftshift(arange(n)))).toBeClose(arange(n), near);
    const rows = randn([3, 4], double);
    expect(fft.fftshift(rows, { dim: 1 })).toBeClose(rows.roll([2], [1]), near);
  });
});
