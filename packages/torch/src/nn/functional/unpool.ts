// The inverse of max pooling, and pooling over windows at random places.
import { show } from "../../checks/show.js";
import { call } from "../../dispatch.js";
import { scope } from "../../memory.js";
import type { Tensor } from "../../tensor/index.js";
import { expand, refuse, type Size1, type Size2, type Size3 } from "../options.js";
import type { Pooled } from "./pool.js";

/** Options of `maxUnpool1d` and its likes: those of the pooling that is undone. */
export interface MaxUnpoolOptions<Size> {
  /** Default: the kernel's size. */
  readonly stride?: Size | null;
  /** Default 0. */
  readonly padding?: Size;
  /** Sizes of the result's spatial dimensions, or its whole shape. Default: the smallest that pooling may have had. */
  readonly outputSize?: readonly number[] | null;
}

function unpooledSize(
  dims: 1 | 2 | 3,
  x: Tensor,
  kernel: readonly number[],
  stride: readonly number[],
  options: MaxUnpoolOptions<number | readonly number[]>,
): number[] {
  const padding = expand(options.padding ?? 0, dims);
  const smallest = x.shape
    .slice(-dims)
    .map((size, i) => (size - 1) * stride[i]! + kernel[i]! - 2 * padding[i]!);
  const given = options.outputSize;
  if (given === undefined || given === null) return smallest;
  const sizes = given.length === dims + 2 ? given.slice(2) : [...given];
  const fits = sizes.length === dims && sizes.every((size, i) => Math.abs(size - smallest[i]!) < stride[i]!);
  if (fits) return sizes;
  throw refuse(
    `maxUnpool${dims}d`,
    `outputSize is ${show(given)}, accepted: sizes less than [${stride}] from [${smallest}]`,
  );
}

function maxUnpool(
  dims: 1 | 2 | 3,
  x: Tensor,
  indices: Tensor,
  kernelSize: number | readonly number[],
  options: MaxUnpoolOptions<number | readonly number[]>,
): Tensor {
  const kernel = expand(kernelSize, dims);
  const stride = expand(options.stride ?? kernelSize, dims);
  const size = unpooledSize(dims, x, kernel, stride, options);
  if (dims === 3)
    return call("aten::max_unpool3d", x, indices, size, stride, expand(options.padding ?? 0, 3));
  if (dims === 2) return call("aten::max_unpool2d", x, indices, size);
  return scope(() =>
    call("aten::max_unpool2d", x.unsqueeze(-1), indices.unsqueeze(-1), [...size, 1]).squeeze(-1),
  );
}

/**
 * Puts the maxima of `maxPool1d` back to their places, zeros elsewhere; x [N, C, L] or [C, L]
 * @param indices the places that `returnIndices` gave, int64 of x's shape.
 */
export function maxUnpool1d(
  x: Tensor,
  indices: Tensor,
  kernelSize: Size1,
  options: MaxUnpoolOptions<Size1> = {},
): Tensor {
  return maxUnpool(1, x, indices, kernelSize, options);
}

/** Same as `maxUnpool1d`; x [N, C, H, W] or [C, H, W] */
export function maxUnpool2d(
  x: Tensor,
  indices: Tensor,
  kernelSize: Size2,
  options: MaxUnpoolOptions<Size2> = {},
): Tensor {
  return maxUnpool(2, x, indices, kernelSize, options);
}

/** Same as `maxUnpool1d`; x [N, C, D, H, W] or [C, D, H, W] */
export function maxUnpool3d(
  x: Tensor,
  indices: Tensor,
  kernelSize: Size3,
  options: MaxUnpoolOptions<Size3> = {},
): Tensor {
  return maxUnpool(3, x, indices, kernelSize, options);
}

/** Options of `fractionalMaxPool2d` and `fractionalMaxPool3d`; exactly one of the sizes is needed. */
export interface FractionalMaxPoolOptions<Size, Indices extends boolean = boolean> {
  /** Sizes of the result. */
  readonly outputSize?: Size | null;
  /** The result's sizes ÷ the input's, above 0 and below 1. */
  readonly outputRatio?: Size | null;
  /** True to return (maxima, their places) too. Default false. */
  readonly returnIndices?: Indices;
  /** Places of the windows, from 0 to 1: [N, C, dims]. Default: drawn. */
  readonly samples?: Tensor | null;
}

function fractional<Indices extends boolean>(
  dims: 2 | 3,
  x: Tensor,
  kernelSize: number | readonly number[],
  options: FractionalMaxPoolOptions<number | readonly number[], Indices>,
): Pooled<Indices> {
  const { outputSize, outputRatio, samples } = options;
  const name = `fractionalMaxPool${dims}d`;
  const given = outputSize ?? outputRatio;
  if (given === undefined || given === null || (outputSize != null && outputRatio != null))
    throw refuse(name, "needs exactly one of outputSize and outputRatio");
  const wanted = expand(given, dims);
  if (outputSize == null && !wanted.every((ratio) => ratio > 0 && ratio < 1))
    throw refuse(name, `outputRatio is ${show(given)}, accepted: numbers above 0 and below 1`);
  const sizes = x.shape.slice(-dims);
  const size = outputSize == null ? sizes.map((length, i) => Math.trunc(length * wanted[i]!)) : wanted;
  return scope(() => {
    // libtorch computes places in memory from them, and checks nothing.
    if (samples != null && !samples.ge(0).logicalAnd(samples.le(1)).all().item())
      throw refuse(name, "samples lie outside of 0 to 1");
    const batch = x.ndim === dims + 1 ? 1 : x.size(0);
    const channels = x.size(-dims - 1);
    const { dtype, device } = x;
    const places =
      samples ?? call("aten::rand", [batch, channels, dims], dtype, undefined, device, undefined);
    const kernel = expand(kernelSize, dims);
    const result = call<[Tensor, Tensor]>(`aten::fractional_max_pool${dims}d`, x, kernel, size, places);
    return (options.returnIndices ? result : result[0]) as Pooled<Indices>;
  });
}

/**
 * Maxima of windows of `kernelSize` at places drawn so that the result has the wanted size (Graham 2015);
 * x [N, C, H, W] or [C, H, W]
 * @throws TorchError unless exactly one size is given, and samples lie in 0 to 1.
 */
export function fractionalMaxPool2d<Indices extends boolean = false>(
  x: Tensor,
  kernelSize: Size2,
  options: FractionalMaxPoolOptions<Size2, Indices>,
): Pooled<Indices> {
  return fractional(2, x, kernelSize, options);
}

/** Same as `fractionalMaxPool2d`; x [N, C, D, H, W] or [C, D, H, W] */
export function fractionalMaxPool3d<Indices extends boolean = false>(
  x: Tensor,
  kernelSize: Size3,
  options: FractionalMaxPoolOptions<Size3, Indices>,
): Pooled<Indices> {
  return fractional(3, x, kernelSize, options);
}
