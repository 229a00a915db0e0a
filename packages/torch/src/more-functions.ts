// Functions of dtypes, shapes and several tensors that are no methods.
import type { TensorOptions } from "./creation.js";
import { call } from "./dispatch.js";
import type { DType } from "./dtype.js";
import { TorchError } from "./errors.js";
import { finish } from "./made.js";
import { scope } from "./memory.js";
import type { Scalar } from "./tensor/base.js";
import type { Tensor } from "./tensor/index.js";
import { isTensor } from "./tensor/operand.js";

/** The smallest dtype that holds both. */
export function promoteTypes(a: DType, b: DType): DType {
  return call("aten::promote_types", a, b);
}

/** True if `from` can be converted to `to` without leaving its kind: not floating to whole, nor complex to real. */
export function canCast(from: DType, to: DType): boolean {
  return call("aten::can_cast", from, to);
}

/** The dtype of arithmetic on both; tensors without dimensions and numbers count by kind only. */
export function resultType(a: Tensor | Scalar, b: Tensor | Scalar): DType {
  const names = ["Scalar_Scalar", "Scalar_Tensor", "Scalar", "Tensor"];
  return call(`aten::result_type.${names[2 * Number(isTensor(a)) + Number(isTensor(b))]}`, a, b);
}

/** x with at least one dimension. */
export function atleast1d(x: Tensor): Tensor {
  return call("aten::atleast_1d", x);
}

/** x with at least two dimensions, new ones first. */
export function atleast2d(x: Tensor): Tensor {
  return call("aten::atleast_2d", x);
}

/** x with at least three dimensions: a vector becomes [1, n, 1], a matrix [m, n, 1]. */
export function atleast3d(x: Tensor): Tensor {
  return call("aten::atleast_3d", x);
}

/** Options of `gradient`. */
export interface GradientOptions {
  /** Distance of neighbours, one for all dimensions or one each; or the places, a vector for each. Default 1. */
  readonly spacing?: number | readonly number[] | readonly Tensor[];
  /** Default: all dimensions. */
  readonly dim?: number | readonly number[];
  /** Order of the formula at the ends, 1 or 2. Default 1. */
  readonly edgeOrder?: 1 | 2;
}

/** Derivatives of sampled values along each dimension by differences of second order. @returns one tensor a dimension. */
export function gradient(x: Tensor, options: GradientOptions = {}): Tensor[] {
  const { spacing = 1, edgeOrder = 1 } = options;
  const dim = options.dim === undefined ? x.shape.map((_, i) => i) : [options.dim].flat();
  if (typeof spacing === "number") return call("aten::gradient.scalararray", x, spacing, dim, edgeOrder);
  const kind = spacing.some(isTensor) ? "tensorarray" : "scalarrayarray";
  return call(`aten::gradient.${kind}`, x, spacing, dim, edgeOrder);
}

/** Coordinates of places that are counted through a tensor of `shape`: int64 [*] → one tensor [*] a dimension. */
export function unravelIndex(indices: Tensor, shape: readonly number[]): Tensor[] {
  const size = shape.reduce((product, length) => product * length, 1);
  return scope(() => {
    if (indices.numel > 0 && (indices.min().item() < 0 || indices.max().item() >= size))
      throw new TorchError("torch/argument", `unravelIndex: an index lies outside of [${shape}]`);
    let step = size;
    return shape.map((length) => {
      step /= length;
      return indices.floorDivide(step).remainder(length);
    });
  });
}

/** Elements of no known value with these strides. */
export function emptyStrided(
  shape: readonly number[],
  strides: readonly number[],
  options: TensorOptions = {},
): Tensor {
  const { dtype, device } = options;
  return finish(call("aten::empty_strided", shape, strides, dtype, undefined, device), options);
}

/** Elements of no known value whose dimensions lie in memory in the order `physicalLayout`, the slowest first. */
export function emptyPermuted(
  shape: readonly number[],
  physicalLayout: readonly number[],
  options: TensorOptions = {},
): Tensor {
  const { dtype, device } = options;
  return finish(call("aten::empty_permuted", shape, physicalLayout, dtype, undefined, device), options);
}

/** P, L and U of what `linalg.luFactor` gave, so that A = P L U. */
export function luUnpack(LU: Tensor, pivots: Tensor): { P: Tensor; L: Tensor; U: Tensor } {
  const [P, L, U] = call<[Tensor, Tensor, Tensor]>("aten::lu_unpack", LU, pivots);
  return { P, L, U };
}
