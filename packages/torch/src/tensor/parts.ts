// Parts of a tensor: slices, pieces, diagonals and triangles.
import { call } from "../dispatch.js";
import { TorchError } from "../errors.js";
import type { Scalar } from "./base.js";
import type { Tensor } from "./index.js";
import { isTensor } from "./operand.js";
import { ShapeMethods } from "./shape.js";

/** Choice of the diagonal and of its two dimensions. */
export interface DiagonalOptions {
  /** 0 is the main one, positive above it, negative below. Default 0. */
  readonly offset?: number;
  readonly dim1?: number;
  readonly dim2?: number;
}

export abstract class PartMethods extends ShapeMethods {
  /** Entry `index` along `dim`, without that dimension; a view. */
  select(dim: number, index: number): Tensor {
    return call("aten::select.int", this, dim, index);
  }

  /**
   * Entries `start`, …, `start + length − 1` along `dim`; a view. `start` is a number or a tensor of one element.
   * @throws TorchError beyond the end.
   */
  narrow(dim: number, start: number | Tensor, length: number): Tensor {
    return call(isTensor(start) ? "aten::narrow.Tensor" : "aten::narrow", this, dim, start, length);
  }

  /** Pieces along `dim` (0) of `size` each, the last perhaps smaller, or of the sizes in a list; views. */
  split(size: number | readonly number[], dim?: number): Tensor[] {
    return call(typeof size === "number" ? "aten::split.Tensor" : "aten::split.sizes", this, size, dim);
  }

  /** At most `chunks` pieces of equal size along `dim` (0), the last perhaps smaller; views. */
  chunk(chunks: number, dim?: number): Tensor[] {
    return call("aten::chunk", this, chunks, dim);
  }

  /**
   * Pieces along `dim` (default 0). A number (or int64 scalar tensor) n gives n pieces whose sizes differ by 1 at
   * most; a list (or int64 vector) of indices cuts before each of them.
   */
  tensorSplit(sections: number | readonly number[] | Tensor, dim?: number): Tensor[] {
    if (isTensor(sections)) return call("aten::tensor_split.tensor_indices_or_sections", this, sections, dim);
    const name = typeof sections === "number" ? "aten::tensor_split.sections" : "aten::tensor_split.indices";
    return call(name, this, sections, dim);
  }

  /** Every entry along `dim` (0), without that dimension; views. */
  unbind(dim?: number): Tensor[] {
    return call("aten::unbind.int", this, dim);
  }

  /**
   * The entries along the first dimension, as `unbind()` gives them: `for (const row of x)`, `const [first, second] = x`.
   * @throws TorchError `torch/argument` for a tensor without dimensions
   */
  *[Symbol.iterator](): IterableIterator<Tensor> {
    if (this.ndim === 0)
      throw new TorchError(
        "torch/argument",
        "a Tensor without dimensions has no entries to go through; use item()",
      );
    yield* this.unbind();
  }

  /** The lower triangle of the last two dimensions, 0 above diagonal `diagonal` (0). */
  tril(diagonal?: number): Tensor {
    return call("aten::tril", this, diagonal);
  }

  /** In place: `tril`. */
  tril_(diagonal?: number): Tensor {
    return call("aten::tril_", this, diagonal);
  }

  /** The upper triangle of the last two dimensions, 0 below diagonal `diagonal` (0). */
  triu(diagonal?: number): Tensor {
    return call("aten::triu", this, diagonal);
  }

  /** In place: `triu`. */
  triu_(diagonal?: number): Tensor {
    return call("aten::triu_", this, diagonal);
  }

  /** A diagonal of dimensions `dim1` (0) and `dim2` (1) as the last dimension; a view. */
  diagonal(options: DiagonalOptions = {}): Tensor {
    return call("aten::diagonal", this, options.offset, options.dim1, options.dim2);
  }

  /** The matrix with a vector on diagonal `diagonal` (0); of a matrix, the vector on that diagonal. */
  diag(diagonal?: number): Tensor {
    return call("aten::diag", this, diagonal);
  }

  /** The last dimension as the diagonal of matrices in two new dimensions `dim1` (−2) and `dim2` (−1). */
  diagEmbed(options: DiagonalOptions = {}): Tensor {
    return call("aten::diag_embed", this, options.offset, options.dim1, options.dim2);
  }

  /** All elements, flattened, on diagonal `offset` (0) of a matrix. */
  diagflat(offset?: number): Tensor {
    return call("aten::diagflat", this, offset);
  }

  /**
   * In place: the main diagonal set to `value`. `wrap` (default false): in a tall matrix, the diagonal starts again
   * below each square.
   */
  fillDiagonal_(value: Scalar, options: { readonly wrap?: boolean } = {}): Tensor {
    return call("aten::fill_diagonal_", this, value, options.wrap);
  }

  /** A copy with `source` on a diagonal of dimensions `dim1` (0) and `dim2` (1). */
  diagonalScatter(source: Tensor, options: DiagonalOptions = {}): Tensor {
    return call("aten::diagonal_scatter", this, source, options.offset, options.dim1, options.dim2);
  }

  /** A copy with `source` as entry `index` along `dim`. */
  selectScatter(source: Tensor, dim: number, index: number): Tensor {
    return call("aten::select_scatter", this, source, dim, index);
  }

  /** A copy with `source` in the entries start, start + step, … before end along `dim` (0). */
  sliceScatter(
    source: Tensor,
    options: {
      readonly dim?: number;
      readonly start?: number;
      readonly end?: number;
      readonly step?: number;
    } = {},
  ): Tensor {
    return call("aten::slice_scatter", this, source, options.dim, options.start, options.end, options.step);
  }

  /**
   * All combinations of `r` (default 2) elements of a vector, one a row, in order. `withReplacement` (default
   * false): with repetition.
   */
  combinations(options: { readonly r?: number; readonly withReplacement?: boolean } = {}): Tensor {
    return call("aten::combinations", this, options.r, options.withReplacement);
  }

  /** One-hot vectors of class indices (int64): [*] → [*, numClasses]. `numClasses`: default, the greatest index + 1. */
  oneHot(numClasses?: number): Tensor {
    return call("aten::one_hot", this, numClasses);
  }

  /** `value` (a number or a tensor) where `mask` (bool, broadcast) is true; a copy. */
  maskedFill(mask: Tensor, value: Tensor | Scalar): Tensor {
    return call(isTensor(value) ? "aten::masked_fill.Tensor" : "aten::masked_fill.Scalar", this, mask, value);
  }

  /** In place: `maskedFill`. */
  maskedFill_(mask: Tensor, value: Tensor | Scalar): Tensor {
    return call(
      isTensor(value) ? "aten::masked_fill_.Tensor" : "aten::masked_fill_.Scalar",
      this,
      mask,
      value,
    );
  }

  /** The elements where `mask` (bool, broadcast) is true, as a vector. */
  maskedSelect(mask: Tensor): Tensor {
    return call("aten::masked_select", this, mask);
  }

  /** The elements of `source`, in order, where `mask` (bool, broadcast) is true; a copy. */
  maskedScatter(mask: Tensor, source: Tensor): Tensor {
    return call("aten::masked_scatter", this, mask, source);
  }

  /** In place: `maskedScatter`. */
  maskedScatter_(mask: Tensor, source: Tensor): Tensor {
    return call("aten::masked_scatter_", this, mask, source);
  }
}
