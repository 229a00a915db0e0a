// Sorting and searching.
import { call } from "../dispatch.js";
import type { Scalar } from "./base.js";
import type { Tensor } from "./index.js";
import { isTensor } from "./operand.js";
import { refusePositional } from "./positional.js";
import { chosen, type ValuesAndIndices } from "./reductions.js";
import { ScatterMethods } from "./scatter.js";

/** Options of `sort` and `argsort`. */
export interface SortOptions {
  /** Default: the last dimension. */
  readonly dim?: number;
  readonly descending?: boolean;
  /** Keep the order of equal elements. Default false. */
  readonly stable?: boolean;
}

/** Options of `searchsorted` and `bucketize`. */
export interface SearchOptions {
  /** Return int32 instead of int64. Default false. */
  readonly outInt32?: boolean;
  /** Insert after equal elements instead of before them. Default false. */
  readonly right?: boolean;
}

export abstract class OrderingMethods extends ScatterMethods {
  /** The elements in ascending order along `dim`, and their indices before sorting. NaN counts as the greatest. */
  sort(options: SortOptions = {}): ValuesAndIndices {
    refusePositional("sort", options);
    return chosen("aten::sort.stable", this, options.stable ?? false, options.dim, options.descending);
  }

  /** The indices that sort the tensor along `dim`. */
  argsort(options: SortOptions = {}): Tensor {
    refusePositional("argsort", options);
    return call("aten::argsort.stable", this, options.stable ?? false, options.dim, options.descending);
  }

  /** The elements in ascending order along the first dimension. */
  msort(): Tensor {
    return call("aten::msort", this);
  }

  /**
   * The `k` greatest elements along `dim` (last) in descending order, and their indices. `largest` false: the
   * least. `sorted` false: in any order.
   */
  topk(
    k: number,
    options: { readonly dim?: number; readonly largest?: boolean; readonly sorted?: boolean } = {},
  ): ValuesAndIndices {
    return chosen("aten::topk", this, k, options.dim, options.largest, options.sorted);
  }

  /**
   * Insertion indices that keep the last dimension of this tensor sorted, for each of `values`: a number, or a
   * tensor with the same leading dimensions. The last dimension must ascend; otherwise give `sorter`, the indices
   * that sort it.
   */
  searchsorted(values: Tensor | Scalar, options: SearchOptions & { readonly sorter?: Tensor } = {}): Tensor {
    const name = isTensor(values) ? "aten::searchsorted.Tensor" : "aten::searchsorted.Scalar";
    return call(name, this, values, options.outInt32, options.right, undefined, options.sorter);
  }

  /** The index of each element's bucket between the ascending `boundaries` (a vector). */
  bucketize(boundaries: Tensor, options: SearchOptions = {}): Tensor {
    return call("aten::bucketize.Tensor", this, boundaries, options.outInt32, options.right);
  }
}
