// Tensors made of several others.
import { call } from "./dispatch.js";
import { TorchError } from "./errors.js";
import type { Scalar } from "./tensor/base.js";
import type { Tensor } from "./tensor/index.js";
import { isTensor } from "./tensor/operand.js";

/** Tensors joined along the existing dimension `dim` (0); the other sizes must agree, dtypes are promoted. */
export function cat(tensors: readonly Tensor[], dim?: number): Tensor {
  return call("aten::cat", tensors, dim);
}

/** Tensors of one shape joined along a new dimension `dim` (0). */
export function stack(tensors: readonly Tensor[], dim?: number): Tensor {
  return call("aten::stack", tensors, dim);
}

/** Tensors joined along the second dimension (vectors: along their only one). */
export function hstack(tensors: readonly Tensor[]): Tensor {
  return call("aten::hstack", tensors);
}

/** Tensors joined along the first dimension, vectors as rows. */
export function vstack(tensors: readonly Tensor[]): Tensor {
  return call("aten::vstack", tensors);
}

/** Tensors joined along the third dimension. */
export function dstack(tensors: readonly Tensor[]): Tensor {
  return call("aten::dstack", tensors);
}

/** Tensors joined along the second dimension, vectors as columns. */
export function columnStack(tensors: readonly Tensor[]): Tensor {
  return call("aten::column_stack", tensors);
}

/** The block-diagonal matrix of the given matrices, 0 elsewhere. */
export function blockDiag(tensors: readonly Tensor[]): Tensor {
  return call("aten::block_diag", tensors);
}

/** All combinations of one element from each vector, one a row. */
export function cartesianProd(tensors: readonly Tensor[]): Tensor {
  return call("aten::cartesian_prod", tensors);
}

/**
 * `a` where `condition` (bool) is true, else `b`; all three are broadcast, and a number takes part in the promotion of
 * dtypes as a number does in arithmetic.
 */
export function where(condition: Tensor, a: Tensor | Scalar, b: Tensor | Scalar): Tensor {
  const name = isTensor(a)
    ? isTensor(b)
      ? "aten::where.self"
      : "aten::where.ScalarOther"
    : isTensor(b)
      ? "aten::where.ScalarSelf"
      : "aten::where.Scalar";
  return call(name, condition, a, b);
}

/**
 * Sums of products in Einstein's notation, such as `einsum("bij,bjk->bik", a, b)`; `...` stands for further dimensions.
 * More than two tensors are multiplied from left to right.
 */
export function einsum(equation: string, ...tensors: Tensor[]): Tensor {
  return call("aten::einsum", equation, tensors);
}

/** Coordinate grids of vectors; `indexing` `"ij"` (default) for matrix order, `"xy"` for Cartesian. */
export function meshgrid(
  tensors: readonly Tensor[],
  options: { readonly indexing?: "ij" | "xy" } = {},
): Tensor[] {
  return call("aten::meshgrid.indexing", tensors, options.indexing ?? "ij");
}

/** Views of all tensors in the shape they broadcast to. */
export function broadcastTensors(...tensors: Tensor[]): Tensor[] {
  return call("aten::broadcast_tensors", tensors);
}

/** The shape that shapes broadcast to. @throws TorchError if they do not. */
export function broadcastShapes(...shapes: (readonly number[])[]): number[] {
  const ndim = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: ndim }, (_, i) => {
    const sizes = shapes.map((shape) => shape[i - ndim + shape.length] ?? 1).filter((size) => size !== 1);
    if (sizes.some((size) => size !== sizes[0])) {
      const list = shapes.map((shape) => `[${shape.join(",")}]`).join(" and ");
      throw new TorchError("torch/argument", `broadcastShapes: ${list} do not broadcast`);
    }
    return sizes[0] ?? 1;
  });
}
