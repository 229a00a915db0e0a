// Products of upper triangular matrices whose rows grow and shrink at very different rates.
import { dispose, eye, keep, linalg, scope, type Tensor, where, zeros } from "@throughline/torch";
import { logSingularValues } from "./jacobi.js";

/** Exponent of a row of zeros: below every other. */
const none = -(2 ** 40);

/**
 * Rₙ … R₁ for a batch, held as rows X scaled by powers of two, 2^e · X, so that nothing over- or underflows and scaling does
 * not round. Holds its tensors until `dispose()`.
 */
export class GradedProduct {
  /** [B, N, N], float64, upper triangular. */
  #rows: Tensor;
  /** [B, N], whole numbers. */
  #exponents: Tensor;

  constructor(batch: number, n: number) {
    this.#rows = keep(scope(() => eye(n, { dtype: "float64" }).expand([batch, n, n]).clone()));
    this.#exponents = keep(zeros([batch, n], { dtype: "float64" }));
  }

  /** Multiplies by R [B, N, N] from the left. */
  multiply(R: Tensor): void {
    const next = scope(() => {
      const { factors, exponents } = scaled(R, this.#exponents);
      const rows = factors.bmm(this.#rows);
      const shift = exponentOf(linalg.vectorNorm(rows, { dim: -1 }));
      return {
        rows: rows.mul(powerOf2(shift.neg()).unsqueeze(-1)),
        exponents: exponents.add(shift).clamp({ min: none }),
      };
    });
    this.dispose();
    this.#rows = keep(next.rows);
    this.#exponents = keep(next.exponents);
  }

  /** ln of the singular values, descending, of each member. */
  logSingularValues(): Float64Array[] {
    return scope(() => {
      // A QR decomposition of the transpose, rows by size, leaves a triangular matrix with nearly orthogonal rows.
      const order = this.#exponents.argsort({ dim: -1, descending: true });
      const rows = this.#rows.gather(1, order.unsqueeze(-1).expand(this.#rows.shape));
      const { R } = linalg.qr(rows.mT);
      const { factors, exponents } = scaled(R, this.#exponents.gather(1, order));
      const [batch, n] = exponents.shape as [number, number];
      const numbers = factors.contiguous().toTypedArray() as Float64Array;
      const powers = exponents.contiguous().toTypedArray() as Float64Array;
      return Array.from({ length: batch }, (_, b) =>
        logSingularValues({
          rows: Array.from({ length: n }, (_unused, i) =>
            numbers.slice((b * n + i) * n, (b * n + i + 1) * n),
          ),
          exponents: powers.slice(b * n, (b + 1) * n),
        }),
      );
    });
  }

  /** Releases the tensors. */
  dispose(): void {
    dispose([this.#rows, this.#exponents]);
  }
}

/** R · diag(2^e) as 2^e′ times factors of at most about 1 in each row. */
function scaled(R: Tensor, e: Tensor): { factors: Tensor; exponents: Tensor } {
  const size = exponentOf(R.abs()).add(e.unsqueeze(-2));
  const isZero = R.eq(0);
  const exponents = where(isZero, none, size).amax({ dim: -1 });
  const relative = e.unsqueeze(-2).sub(exponents.unsqueeze(-1));
  return { factors: where(isZero, 0, R.mul(powerOf2(relative))), exponents };
}

/** log₂ rounded to a whole number; 2 × `none` for 0. */
function exponentOf(size: Tensor): Tensor {
  return where(size.eq(0), 2 * none, size.log2().round());
}

function powerOf2(exponent: Tensor): Tensor {
  return exponent.clamp({ min: -2000, max: 1000 }).exp2();
}
