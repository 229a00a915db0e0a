// Reductions to one number, or along dimensions.
import { call } from "../dispatch.js";
import type { DType } from "../dtype.js";
import type { Scalar } from "./base.js";
import { ComparisonMethods } from "./comparison.js";
import type { Tensor } from "./index.js";
import { asDims } from "./operand.js";
import { refusePositional } from "./positional.js";

/** Dimensions of a reduction. */
export interface ReduceOptions {
  /** One dimension or several, negative from the last; default: all. */
  readonly dim?: number | readonly number[];
  /** Keep reduced dimensions with size 1. Default false. */
  readonly keepdim?: boolean;
}

/** Same as `ReduceOptions`, with the dtype of the sum. */
export interface SumOptions extends ReduceOptions {
  /** Cast to this first. Default: the tensor's, and int64 for sums and products of whole numbers. */
  readonly dtype?: DType;
}

/** A reduction over one dimension. */
export interface ReduceOneOptions {
  readonly dim?: number;
  /** Keep the reduced dimension with size 1. Default false. */
  readonly keepdim?: boolean;
}

/** Options of `var` and `std`. */
export interface VarianceOptions extends ReduceOptions {
  /**
   * Bessel's correction: the sum of squares is divided by n − correction. Default 1 (unbiased); 0 is the
   * population's variance.
   */
  readonly correction?: number;
}

/** The elements that a reduction chose, and their indices along the dimension (int64). */
export interface ValuesAndIndices {
  readonly values: Tensor;
  readonly indices: Tensor;
}

export abstract class ReductionMethods extends ComparisonMethods {
  /** Σ x. The sum of nothing is 0. */
  sum(options: SumOptions = {}): Tensor {
    refusePositional("sum", options);
    const { dim, keepdim, dtype } = options;
    if (dim === undefined && !keepdim) return call("aten::sum", this, dtype);
    return call("aten::sum.dim_IntList", this, dim ?? null, keepdim, dtype);
  }

  /** Σ x over the elements that are not NaN. */
  nansum(options: SumOptions = {}): Tensor {
    refusePositional("nansum", options);
    return call("aten::nansum", this, options.dim, options.keepdim, options.dtype);
  }

  /** Σ x / n. @throws TorchError for whole numbers unless `dtype` says in which dtype to compute. */
  mean(options: SumOptions = {}): Tensor {
    refusePositional("mean", options);
    const { dim, keepdim, dtype } = options;
    if (dim === undefined && !keepdim) return call("aten::mean", this, dtype);
    return call("aten::mean.dim", this, dim ?? null, keepdim, dtype);
  }

  /** The mean of the elements that are not NaN. */
  nanmean(options: SumOptions = {}): Tensor {
    refusePositional("nanmean", options);
    return call("aten::nanmean", this, options.dim, options.keepdim, options.dtype);
  }

  /** Π x, of all elements or along one dimension. The product of nothing is 1. */
  prod(options: ReduceOneOptions & { readonly dtype?: DType } = {}): Tensor {
    refusePositional("prod", options);
    const { dim, keepdim, dtype } = options;
    if (dim === undefined) return call("aten::prod", this, dtype);
    return call("aten::prod.dim_int", this, dim, keepdim, dtype);
  }

  /** The variance Σ (x − mean)² / (n − correction); see `VarianceOptions`. */
  var(options: VarianceOptions = {}): Tensor {
    refusePositional("var", options);
    return call("aten::var.correction", this, options.dim, options.correction, options.keepdim);
  }

  /** The standard deviation, √ of `var`. */
  std(options: VarianceOptions = {}): Tensor {
    refusePositional("std", options);
    return call("aten::std.correction", this, options.dim, options.correction, options.keepdim);
  }

  /** Variance and mean in one pass. */
  varMean(options: VarianceOptions = {}): { variance: Tensor; mean: Tensor } {
    refusePositional("varMean", options);
    const { dim, correction, keepdim } = options;
    const [variance, mean] = call<[Tensor, Tensor]>(
      "aten::var_mean.correction",
      this,
      dim,
      correction,
      keepdim,
    );
    return { variance, mean };
  }

  /** Standard deviation and mean in one pass. */
  stdMean(options: VarianceOptions = {}): { std: Tensor; mean: Tensor } {
    refusePositional("stdMean", options);
    const { dim, correction, keepdim } = options;
    const [std, mean] = call<[Tensor, Tensor]>("aten::std_mean.correction", this, dim, correction, keepdim);
    return { std, mean };
  }

  /**
   * The greatest element; along a dimension, with its index. NaN wins. Among equal elements the gradient is shared
   * evenly without `dim`, and goes to the chosen one with it.
   */
  max(): Tensor;
  max(options: ReduceOneOptions & { readonly dim: number }): ValuesAndIndices;
  max(options: ReduceOneOptions = {}): Tensor | ValuesAndIndices {
    refusePositional("max", options);
    if (options.dim === undefined) return call("aten::max", this);
    return chosen("aten::max.dim", this.self, options.dim, options.keepdim);
  }

  /** The least element; along a dimension, with its index. NaN wins. */
  min(): Tensor;
  min(options: ReduceOneOptions & { readonly dim: number }): ValuesAndIndices;
  min(options: ReduceOneOptions = {}): Tensor | ValuesAndIndices {
    refusePositional("min", options);
    if (options.dim === undefined) return call("aten::min", this);
    return chosen("aten::min.dim", this.self, options.dim, options.keepdim);
  }

  /** The greatest element along any number of dimensions; the gradient is shared among equal ones. */
  amax(options: ReduceOptions = {}): Tensor {
    refusePositional("amax", options);
    return call("aten::amax", this, options.dim, options.keepdim);
  }

  /** The least element along any number of dimensions; the gradient is shared among equal ones. */
  amin(options: ReduceOptions = {}): Tensor {
    refusePositional("amin", options);
    return call("aten::amin", this, options.dim, options.keepdim);
  }

  /** The least and the greatest element in one pass. */
  aminmax(options: ReduceOneOptions = {}): { min: Tensor; max: Tensor } {
    refusePositional("aminmax", options);
    const [min, max] = call<[Tensor, Tensor]>("aten::aminmax", this, options.dim, options.keepdim);
    return { min, max };
  }

  /** The index of the greatest element, in the flattened tensor or along `dim`, as int64. */
  argmax(options: ReduceOneOptions = {}): Tensor {
    refusePositional("argmax", options);
    return call("aten::argmax", this, options.dim, options.keepdim);
  }

  /** The index of the least element, in the flattened tensor or along `dim`, as int64. */
  argmin(options: ReduceOneOptions = {}): Tensor {
    refusePositional("argmin", options);
    return call("aten::argmin", this, options.dim, options.keepdim);
  }

  /** True if any element is not 0, as a bool tensor. */
  any(options: ReduceOptions = {}): Tensor {
    refusePositional("any", options);
    if (options.dim === undefined && !options.keepdim) return call("aten::any", this);
    return call("aten::any.dims", this, asDims(options.dim), options.keepdim);
  }

  /** True if every element is not 0, as a bool tensor. */
  all(options: ReduceOptions = {}): Tensor {
    refusePositional("all", options);
    if (options.dim === undefined && !options.keepdim) return call("aten::all", this);
    return call("aten::all.dims", this, asDims(options.dim), options.keepdim);
  }

  /** Number of elements that are not 0, as int64. */
  countNonzero(options: { readonly dim?: number | readonly number[] } = {}): Tensor {
    refusePositional("countNonzero", options);
    if (options.dim === undefined) return call("aten::count_nonzero", this);
    return call("aten::count_nonzero.dim_IntList", this, asDims(options.dim));
  }

  /** ln Σ eˣ over `dim` (required, one or several), without overflow on the way. */
  logsumexp(dim: number | readonly number[], options: { readonly keepdim?: boolean } = {}): Tensor {
    return call("aten::logsumexp", this, dim, options.keepdim);
  }

  /**
   * The p-norm (Σ |x|ᵖ)^(1/p) of the elements as one vector or along `dim`; p may be `Infinity`, 0, negative. Default
   * p 2. Matrix norms: `linalg.matrixNorm`.
   */
  norm(options: SumOptions & { readonly p?: number } = {}): Tensor {
    refusePositional("norm", options);
    return call("aten::linalg_vector_norm", this, options.p, options.dim, options.keepdim, options.dtype);
  }

  /** The p-norm of x − other. Default p 2. */
  dist(other: Tensor, options: { readonly p?: Scalar } = {}): Tensor {
    return call("aten::dist", this, other, options.p);
  }

  /** The median (the lower of two middle elements); along a dimension, with its index. NaN wins. */
  median(): Tensor;
  median(options: ReduceOneOptions & { readonly dim: number }): ValuesAndIndices;
  median(options: ReduceOneOptions = {}): Tensor | ValuesAndIndices {
    refusePositional("median", options);
    if (options.dim === undefined) return call("aten::median", this);
    return chosen("aten::median.dim", this.self, options.dim, options.keepdim);
  }

  /** Same as `median`, over the elements that are not NaN. */
  nanmedian(): Tensor;
  nanmedian(options: ReduceOneOptions & { readonly dim: number }): ValuesAndIndices;
  nanmedian(options: ReduceOneOptions = {}): Tensor | ValuesAndIndices {
    refusePositional("nanmedian", options);
    if (options.dim === undefined) return call("aten::nanmedian", this);
    return chosen("aten::nanmedian.dim", this.self, options.dim, options.keepdim);
  }

  /** The most frequent element along `dim` (default the last), the least of them on a tie, and an index of it. */
  mode(options: ReduceOneOptions = {}): ValuesAndIndices {
    refusePositional("mode", options);
    return chosen("aten::mode", this.self, options.dim, options.keepdim);
  }
}

/** Calls an operator that returns values and indices. */
export function chosen(name: string, ...args: unknown[]): ValuesAndIndices {
  const [values, indices] = call<[Tensor, Tensor]>(name, ...args);
  return { values, indices };
}
