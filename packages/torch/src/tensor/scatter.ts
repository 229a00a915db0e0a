// Elements read and written at indices that another tensor holds.
import { call } from "../dispatch.js";
import type { Scalar } from "./base.js";
import type { Tensor } from "./index.js";
import { IndexingMethods } from "./indexing.js";
import { isTensor } from "./operand.js";

/** Reduction by which `scatterReduce` and `indexReduce` combine values with the same index. */
export type Reduction = "sum" | "prod" | "mean" | "amax" | "amin";

/** Options of `scatter`. */
export interface ScatterOptions {
  /** Add to, or multiply, the existing value instead of replacing it. Default: replace. */
  readonly reduce?: "add" | "multiply";
}

export abstract class ScatterMethods extends IndexingMethods {
  /** out[i][j] = x[index[i][j]][j] for dim 0, and so on: `index` (int64) has as many dimensions and gives the shape. */
  gather(dim: number, index: Tensor): Tensor {
    return call("aten::gather", this, dim, index);
  }

  /**
   * A copy with x[index[i][j]][j] = source[i][j] for dim 0, and so on; where an index repeats, any one of its
   * values may win. `reduce` adds to or multiplies the existing value instead (no derivative; see `scatterReduce`).
   */
  scatter(dim: number, index: Tensor, source: Tensor | Scalar, options: ScatterOptions = {}): Tensor {
    return put("aten::scatter", this.self, dim, index, source, options.reduce);
  }

  /** In place: `scatter`. */
  scatter_(dim: number, index: Tensor, source: Tensor | Scalar, options: ScatterOptions = {}): Tensor {
    return put("aten::scatter_", this.self, dim, index, source, options.reduce);
  }

  /** A copy with source[i][j] added to x[index[i][j]][j] for dim 0, and so on. */
  scatterAdd(dim: number, index: Tensor, source: Tensor): Tensor {
    return call("aten::scatter_add", this, dim, index, source);
  }

  /** In place: `scatterAdd`. */
  scatterAdd_(dim: number, index: Tensor, source: Tensor): Tensor {
    return call("aten::scatter_add_", this, dim, index, source);
  }

  /**
   * Same as `scatter`, where values with the same index are combined by `reduce`. `includeSelf` (default true): the
   * existing value takes part.
   */
  scatterReduce(
    dim: number,
    index: Tensor,
    source: Tensor,
    reduce: Reduction,
    options: { readonly includeSelf?: boolean } = {},
  ): Tensor {
    return call("aten::scatter_reduce.two", this, dim, index, source, reduce, options.includeSelf);
  }

  /** In place: `scatterReduce`. */
  scatterReduce_(
    dim: number,
    index: Tensor,
    source: Tensor,
    reduce: Reduction,
    options: { readonly includeSelf?: boolean } = {},
  ): Tensor {
    return call("aten::scatter_reduce_.two", this, dim, index, source, reduce, options.includeSelf);
  }

  /** The entries along `dim` that `index` (a vector of int32 or int64) names; a copy. */
  indexSelect(dim: number, index: Tensor): Tensor {
    return call("aten::index_select", this, dim, index);
  }

  /** A copy with alpha · source[i] added to entry index[i] along `dim`. */
  indexAdd(dim: number, index: Tensor, source: Tensor, options: { readonly alpha?: Scalar } = {}): Tensor {
    return call("aten::index_add", this, dim, index, source, options.alpha);
  }

  /** In place: `indexAdd`. */
  indexAdd_(dim: number, index: Tensor, source: Tensor, options: { readonly alpha?: Scalar } = {}): Tensor {
    return call("aten::index_add_", this, dim, index, source, options.alpha);
  }

  /** A copy with source[i] as entry index[i] along `dim`. */
  indexCopy(dim: number, index: Tensor, source: Tensor): Tensor {
    return call("aten::index_copy", this, dim, index, source);
  }

  /** In place: `indexCopy`. */
  indexCopy_(dim: number, index: Tensor, source: Tensor): Tensor {
    return call("aten::index_copy_", this, dim, index, source);
  }

  /** A copy with `value` in the entries along `dim` that `index` names. */
  indexFill(dim: number, index: Tensor, value: Tensor | Scalar): Tensor {
    const name = isTensor(value) ? "aten::index_fill.int_Tensor" : "aten::index_fill.int_Scalar";
    return call(name, this, dim, index, value);
  }

  /** In place: `indexFill`. */
  indexFill_(dim: number, index: Tensor, value: Tensor | Scalar): Tensor {
    const name = isTensor(value) ? "aten::index_fill_.int_Tensor" : "aten::index_fill_.int_Scalar";
    return call(name, this, dim, index, value);
  }

  /**
   * Same as `indexCopy`, where source entries with the same index are combined by `reduce`. `includeSelf` (default
   * true): the existing entry takes part.
   */
  indexReduce(
    dim: number,
    index: Tensor,
    source: Tensor,
    reduce: Exclude<Reduction, "sum">,
    options: { readonly includeSelf?: boolean } = {},
  ): Tensor {
    return call("aten::index_reduce", this, dim, index, source, reduce, options.includeSelf);
  }

  /** In place: `indexReduce`. */
  indexReduce_(
    dim: number,
    index: Tensor,
    source: Tensor,
    reduce: Exclude<Reduction, "sum">,
    options: { readonly includeSelf?: boolean } = {},
  ): Tensor {
    return call("aten::index_reduce_", this, dim, index, source, reduce, options.includeSelf);
  }

  /** The elements of the flattened tensor that `index` (int64) names, in the shape of `index`. */
  take(index: Tensor): Tensor {
    return call("aten::take", this, index);
  }

  /** Same as `gather`, with `index` broadcast in the other dimensions; without `dim` of the flattened tensor. */
  takeAlongDim(index: Tensor, dim?: number): Tensor {
    return call("aten::take_along_dim", this, index, dim);
  }

  /** A copy with `source` at the places of the flattened tensor that `index` names; `accumulate`: added. */
  put(index: Tensor, source: Tensor, options: { readonly accumulate?: boolean } = {}): Tensor {
    return call("aten::put", this, index, source, options.accumulate);
  }

  /** In place: `put`. */
  put_(index: Tensor, source: Tensor, options: { readonly accumulate?: boolean } = {}): Tensor {
    return call("aten::put_", this, index, source, options.accumulate);
  }

  /** The indices of the elements that are not 0, one a row: [n, ndim], int64. */
  nonzero(): Tensor {
    return call("aten::nonzero", this);
  }

  /** Same as `nonzero`, as one index vector per dimension: `x.at(...x.nonzeroTuple())`. */
  nonzeroTuple(): Tensor[] {
    return call("aten::nonzero_numpy", this);
  }

  /** Same as `nonzero`, where a scalar counts as having no dimension: [1, 0] or [0, 0]. */
  argwhere(): Tensor {
    return call("aten::argwhere", this);
  }
}

function put(
  name: string,
  self: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor | Scalar,
  reduce: string | undefined,
): Tensor {
  const kind = isTensor(source) ? "src" : "value";
  if (reduce === undefined) return call(`${name}.${kind}`, self, dim, index, source);
  const overload = kind === "src" ? "reduce" : "value_reduce";
  return call(`${name}.${overload}`, self, dim, index, source, reduce);
}
