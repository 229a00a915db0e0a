// Shapes: the same elements, differently arranged. Most results are views: they share this tensor's memory.
import { call, type MemoryFormat } from "../dispatch.js";
import type { DType } from "../dtype.js";
import type { Tensor } from "./index.js";
import { StatisticsMethods } from "./statistics.js";

export abstract class ShapeMethods extends StatisticsMethods {
  /** The elements in row-major order as `shape`, one size of which may be −1 (inferred); a view if possible. */
  reshape(shape: readonly number[]): Tensor {
    return call("aten::reshape", this, shape);
  }

  /** Same as `reshape`, always a view. @throws TorchError if the strides do not allow one. */
  view(shape: readonly number[]): Tensor {
    return call("aten::view", this, shape);
  }

  /** A view with the shape of `other`. */
  viewAs(other: Tensor): Tensor {
    return call("aten::view_as", this, other);
  }

  /** The same bytes read as another dtype; the last dimension changes with the element's size. */
  viewDtype(dtype: DType): Tensor {
    return call("aten::view.dtype", this, dtype);
  }

  /** `reshape` to the shape of `other`. */
  reshapeAs(other: Tensor): Tensor {
    return call("aten::reshape_as", this, other);
  }

  /** Complex [*] as real [*, 2], a view. */
  viewAsReal(): Tensor {
    return call("aten::view_as_real", this);
  }

  /** Real [*, 2] as complex [*], a view. */
  viewAsComplex(): Tensor {
    return call("aten::view_as_complex", this);
  }

  /** Dimension i of the result is dimension `dims[i]` of this tensor; a view. */
  permute(dims: readonly number[]): Tensor {
    return call("aten::permute", this, dims);
  }

  /** Two dimensions exchanged; a view. */
  transpose(dim0: number, dim1: number): Tensor {
    return call("aten::transpose.int", this, dim0, dim1);
  }

  /** In place: two dimensions exchanged. */
  transpose_(dim0: number, dim1: number): Tensor {
    return call("aten::transpose_", this, dim0, dim1);
  }

  /** The transpose of a matrix, a view; a tensor of fewer dimensions as it is. @throws TorchError beyond 2-D. */
  t(): Tensor {
    return call("aten::t", this);
  }

  /** In place: the transpose of a matrix. */
  t_(): Tensor {
    return call("aten::t_", this);
  }

  /** The last two dimensions exchanged, for batches of matrices; a view. */
  get mT(): Tensor {
    return call("aten::mT", this);
  }

  /** The last two dimensions exchanged and conjugated, for batches of matrices. */
  get mH(): Tensor {
    return call("aten::adjoint", this);
  }

  /** Dimensions moved from `source` to `destination`, the others in their order; a view. */
  movedim(source: number | readonly number[], destination: number | readonly number[]): Tensor {
    const one = typeof source === "number" && typeof destination === "number";
    return call(one ? "aten::movedim.int" : "aten::movedim.intlist", this, source, destination);
  }

  /** Without dimensions of size 1: all of them, or those in `dim`; a view. */
  squeeze(dim?: number | readonly number[]): Tensor {
    if (dim === undefined) return call("aten::squeeze", this);
    return call(typeof dim === "number" ? "aten::squeeze.dim" : "aten::squeeze.dims", this, dim);
  }

  /** In place: `squeeze`. */
  squeeze_(dim?: number | readonly number[]): Tensor {
    if (dim === undefined) return call("aten::squeeze_", this);
    return call(typeof dim === "number" ? "aten::squeeze_.dim" : "aten::squeeze_.dims", this, dim);
  }

  /** A view with a new dimension of size 1 at `dim`. */
  unsqueeze(dim: number): Tensor {
    return call("aten::unsqueeze", this, dim);
  }

  /** In place: `unsqueeze`. */
  unsqueeze_(dim: number): Tensor {
    return call("aten::unsqueeze_", this, dim);
  }

  /** Dimensions of size 1 stretched to `shape` without copying (−1: as it is); new ones may stand in front. */
  expand(shape: readonly number[]): Tensor {
    return call("aten::expand", this, shape);
  }

  /** `expand` to the shape of `other`. */
  expandAs(other: Tensor): Tensor {
    return call("aten::expand_as", this, other);
  }

  /** Broadcast to `shape`, a view. */
  broadcastTo(shape: readonly number[]): Tensor {
    return call("aten::broadcast_to", this, shape);
  }

  /** Copies side by side, `repeats[i]` times along dimension i; more entries than dimensions add new ones in front. */
  repeat(repeats: readonly number[]): Tensor {
    return call("aten::repeat", this, repeats);
  }

  /** Same as `repeat`, but fewer entries than dimensions count from the last one (NumPy's rule). */
  tile(repeats: readonly number[]): Tensor {
    return call("aten::tile", this, repeats);
  }

  /** Each element `repeats` times (a number, or one for each), along `dim` or of the flattened tensor. */
  repeatInterleave(
    repeats: number | Tensor,
    options: { readonly dim?: number; readonly outputSize?: number } = {},
  ): Tensor {
    const name =
      typeof repeats === "number"
        ? "aten::repeat_interleave.self_int"
        : "aten::repeat_interleave.self_Tensor";
    return call(name, this, repeats, options.dim, options.outputSize);
  }

  /** Dimensions `startDim` (default 0) to `endDim` (default −1) flattened into one; a view if possible. */
  flatten(startDim?: number, endDim?: number): Tensor {
    return call("aten::flatten.using_ints", this, startDim, endDim);
  }

  /** All elements in one dimension; a view if possible. */
  ravel(): Tensor {
    return call("aten::ravel", this);
  }

  /** Dimension `dim` split into `sizes`, one of which may be −1 (inferred); a view. */
  unflatten(dim: number, sizes: readonly number[]): Tensor {
    return call("aten::unflatten.int", this, dim, sizes);
  }

  /** Windows of `size` elements at every `step` along `dim`, in a new last dimension; a view. */
  unfold(dim: number, size: number, step: number): Tensor {
    return call("aten::unfold", this, dim, size, step);
  }

  /** A view of the memory with any shape and strides, in elements. @throws TorchError outside the memory. */
  asStrided(shape: readonly number[], strides: readonly number[], storageOffset?: number): Tensor {
    return call("aten::as_strided", this, shape, strides, storageOffset);
  }

  /** The order reversed along `dims`; a copy. */
  flip(dims: readonly number[]): Tensor {
    return call("aten::flip", this, dims);
  }

  /** The order reversed along the second dimension. */
  fliplr(): Tensor {
    return call("aten::fliplr", this);
  }

  /** The order reversed along the first dimension. */
  flipud(): Tensor {
    return call("aten::flipud", this);
  }

  /**
   * Elements rolled by `shifts` along `dims`: those shifted beyond the end reappear at the beginning. Without
   * `dims`, the flattened tensor is rolled.
   */
  roll(shifts: number | readonly number[], dims?: number | readonly number[]): Tensor {
    return call("aten::roll", this, shifts, dims);
  }

  /** Rotated by k · 90° (default k 1) in the plane of `dims` (default [0, 1]), from the first towards the second. */
  rot90(k?: number, dims?: readonly [number, number]): Tensor {
    return call("aten::rot90", this, k, dims);
  }

  /** A copy, differentiable; its memory format is kept unless one is given. */
  clone(options: { readonly memoryFormat?: MemoryFormat } = {}): Tensor {
    return call("aten::clone", this, options.memoryFormat);
  }

  /**
   * This tensor itself if its elements lie in the order of `memoryFormat` (default row-major), else a copy that
   * does.
   */
  contiguous(options: { readonly memoryFormat?: MemoryFormat } = {}): Tensor {
    return call("aten::contiguous", this, options.memoryFormat);
  }
}
