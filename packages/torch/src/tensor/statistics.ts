// Quantiles, counts, running sums and differences.
import { call } from "../dispatch.js";
import type { DType } from "../dtype.js";
import type { Scalar } from "./base.js";
import type { Tensor } from "./index.js";
import { isTensor } from "./operand.js";
import { refusePositional } from "./positional.js";
import { chosen, type ReduceOneOptions, ReductionMethods, type ValuesAndIndices } from "./reductions.js";

/** Options of `quantile` and `nanquantile`. */
export interface QuantileOptions extends ReduceOneOptions {
  /** Interpolation between two elements. Default `"linear"`. */
  readonly interpolation?: "linear" | "lower" | "higher" | "nearest" | "midpoint";
}

/** Further results of `unique` and `uniqueConsecutive` besides the elements. */
export interface UniqueOptions {
  /** Compare slices along this dimension instead of elements. */
  readonly dim?: number;
  /** Return also the index in `output` of each element. Default false. */
  readonly returnInverse?: boolean;
  /** Return also the number of occurrences of each. Default false. */
  readonly returnCounts?: boolean;
}

/** The result of `unique` and `uniqueConsecutive`; what was not asked for is absent. */
export interface Unique {
  readonly output: Tensor;
  readonly inverse?: Tensor;
  readonly counts?: Tensor;
}

export abstract class StatisticsMethods extends ReductionMethods {
  /** The `q`-quantile (q in [0, 1], a number or a 1-D tensor of the same dtype) of all elements or along `dim`. */
  quantile(q: number | Tensor, options: QuantileOptions = {}): Tensor {
    const name = isTensor(q) ? "aten::quantile" : "aten::quantile.scalar";
    return call(name, this, q, options.dim, options.keepdim, options.interpolation);
  }

  /** Same as `quantile`, over the elements that are not NaN. */
  nanquantile(q: number | Tensor, options: QuantileOptions = {}): Tensor {
    const name = isTensor(q) ? "aten::nanquantile" : "aten::nanquantile.scalar";
    return call(name, this, q, options.dim, options.keepdim, options.interpolation);
  }

  /** The k-th least element along `dim` (default the last), k from 1, and its index. */
  kthvalue(k: number, options: ReduceOneOptions = {}): ValuesAndIndices {
    return chosen("aten::kthvalue", this, k, options.dim, options.keepdim);
  }

  /** The distinct elements (or slices along `dim`), in ascending order. */
  unique(options: UniqueOptions = {}): Unique {
    refusePositional("unique", options);
    const { dim, returnInverse = false, returnCounts = false } = options;
    const found =
      dim === undefined
        ? call<Tensor[]>("aten::_unique2", this, true, returnInverse, returnCounts)
        : call<Tensor[]>("aten::unique_dim", this, dim, true, returnInverse, returnCounts);
    return asked(found, returnInverse, returnCounts);
  }

  /** The elements (or slices along `dim`) without repetitions of the one before. */
  uniqueConsecutive(options: UniqueOptions = {}): Unique {
    refusePositional("uniqueConsecutive", options);
    const { dim, returnInverse = false, returnCounts = false } = options;
    const found = call<Tensor[]>("aten::unique_consecutive", this, returnInverse, returnCounts, dim);
    return asked(found, returnInverse, returnCounts);
  }

  /**
   * Histogram: the number of elements in each of `bins` (default 100) equal bins of [min, max]. If both are 0
   * (default), the range is that of the data.
   */
  histc(options: { readonly bins?: number; readonly min?: Scalar; readonly max?: Scalar } = {}): Tensor {
    refusePositional("histc", options);
    return call("aten::histc", this, options.bins, options.min, options.max);
  }

  /** Number of times each whole number from 0 occurs, or the sum of its `weights`; at least `minlength` entries. */
  bincount(options: { readonly weights?: Tensor; readonly minlength?: number } = {}): Tensor {
    refusePositional("bincount", options);
    return call("aten::bincount", this, options.weights, options.minlength);
  }

  /** Covariance of the rows' variables: [variables, observations] → [variables, variables]. */
  cov(
    options: { readonly correction?: number; readonly fweights?: Tensor; readonly aweights?: Tensor } = {},
  ): Tensor {
    return call("aten::cov", this, options.correction, options.fweights, options.aweights);
  }

  /** Pearson's correlation of the rows' variables: [variables, observations] → [variables, variables]. */
  corrcoef(): Tensor {
    return call("aten::corrcoef", this);
  }

  /** The cumulative sum along `dim`. */
  cumsum(dim: number, options: { readonly dtype?: DType } = {}): Tensor {
    return call("aten::cumsum", this, dim, options.dtype);
  }

  /** In place: `cumsum`. */
  cumsum_(dim: number): Tensor {
    return call("aten::cumsum_", this, dim);
  }

  /** The cumulative product along `dim`. */
  cumprod(dim: number, options: { readonly dtype?: DType } = {}): Tensor {
    return call("aten::cumprod", this, dim, options.dtype);
  }

  /** In place: `cumprod`. */
  cumprod_(dim: number): Tensor {
    return call("aten::cumprod_", this, dim);
  }

  /** The cumulative ln Σ eˣ along `dim`, without overflow on the way. */
  logcumsumexp(dim: number): Tensor {
    return call("aten::logcumsumexp", this, dim);
  }

  /** The cumulative maximum along `dim`, and its index (the last of equal ones). */
  cummax(dim: number): ValuesAndIndices {
    return chosen("aten::cummax", this, dim);
  }

  /** The cumulative minimum along `dim`, and its index (the last of equal ones). */
  cummin(dim: number): ValuesAndIndices {
    return chosen("aten::cummin", this, dim);
  }

  /** The `n`-th differences (default first) of neighbours along `dim` (default last); see `DiffOptions`. */
  diff(options: DiffOptions = {}): Tensor {
    refusePositional("diff", options);
    return call("aten::diff", this, options.n, options.dim, options.prepend, options.append);
  }

  /**
   * The integral along `dim` (default last) by the trapezoidal rule, at spacing `dx` (default 1) or at the
   * positions `x`.
   */
  trapezoid(options: { readonly x?: Tensor; readonly dx?: Scalar; readonly dim?: number } = {}): Tensor {
    refusePositional("trapezoid", options);
    const { x, dx, dim } = options;
    return x === undefined
      ? call("aten::trapezoid.dx", this, dx, dim)
      : call("aten::trapezoid.x", this, x, dim);
  }

  /** Slices along `dim` scaled down where their p-norm exceeds `maxnorm`. */
  renorm(p: Scalar, dim: number, maxnorm: Scalar): Tensor {
    return call("aten::renorm", this, p, dim, maxnorm);
  }

  /** In place: `renorm`. */
  renorm_(p: Scalar, dim: number, maxnorm: Scalar): Tensor {
    return call("aten::renorm_", this, p, dim, maxnorm);
  }
}

/** Options of `diff`. */
export interface DiffOptions {
  readonly n?: number;
  readonly dim?: number;
  /** Values joined in front along `dim` before differencing. Default none. */
  readonly prepend?: Tensor;
  /** Values joined at the end along `dim` before differencing. Default none. */
  readonly append?: Tensor;
}

function asked([output, inverse, counts]: Tensor[], returnInverse: boolean, returnCounts: boolean): Unique {
  if (!returnInverse) inverse?.dispose();
  if (!returnCounts) counts?.dispose();
  return {
    output: output!,
    ...(returnInverse && { inverse: inverse! }),
    ...(returnCounts && { counts: counts! }),
  };
}
