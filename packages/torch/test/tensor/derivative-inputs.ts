// Inputs at which derivatives are checked: small, in float64, away from kinks, from one fixed seed.
import {
  complex,
  type DType,
  Generator,
  linspace,
  rand,
  randn,
  randperm,
  type Tensor,
  tensor,
} from "@throughline/torch";

/** Makes inputs; each call of `inputs` starts the same stream anew. */
export class Inputs {
  readonly #generator = Generator.create({ seed: 20 });

  /** Normal. */
  normal(...shape: number[]): Tensor {
    return randn(shape, { generator: this.#generator, dtype: "float64" });
  }

  /** Evenly from [from, to). */
  between(from: number, to: number, ...shape: number[]): Tensor {
    return rand(shape, { generator: this.#generator, dtype: "float64" })
      .mul(to - from)
      .add(from);
  }

  /** From [0.5, 1.5), fit for roots and logarithms. */
  positive(...shape: number[]): Tensor {
    return this.between(0.5, 1.5, ...shape);
  }

  /** All different by at least a tenth, none near a whole number, in random order; for sorting and choosing. */
  distinct(...shape: number[]): Tensor {
    const count = shape.reduce((product, size) => product * size, 1);
    const values = linspace(-count / 5, count / 5 + 0.13, count, { dtype: "float64" });
    return values.at(randperm(count, { generator: this.#generator })).reshape(shape);
  }

  /** Complex normal. */
  complex(...shape: number[]): Tensor {
    return complex(this.normal(...shape), this.normal(...shape));
  }

  /** A square matrix with eigenvalues near 2, 3, 4, … */
  matrix(n: number, ...batch: number[]): Tensor {
    return this.normal(...batch, n, n)
      .mul(0.2)
      .add(linspace(2, n + 1, n, { dtype: "float64" }).diag());
  }

  /** A symmetric positive definite matrix. */
  definite(n: number): Tensor {
    const A = this.matrix(n);
    return A.matmul(A.mT);
  }

  /** Whole numbers. */
  index(values: number[] | number[][], dtype: DType = "int64"): Tensor {
    return tensor(values as number[], { dtype });
  }

  /** Booleans. */
  mask(values: boolean[] | boolean[][]): Tensor {
    return tensor(values as boolean[]);
  }

  dispose(): void {
    this.#generator.dispose();
  }
}
