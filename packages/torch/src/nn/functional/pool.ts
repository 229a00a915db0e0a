// Pooling over 1 and 2 dimensions, and the parts that three share.
import { call } from "../../dispatch.js";
import type { Tensor } from "../../tensor/index.js";
import { expand, refuse, type Size1, type Size2 } from "../options.js";

/** Options of max pooling. */
export interface MaxPoolOptions<Size> {
  /** Default: the kernel's size, so that windows do not overlap. */
  readonly stride?: Size | null;
  /** Number of elements (−∞) added on both sides, at most half the kernel. Default 0. */
  readonly padding?: Size;
  /** Distance between a window's elements. Default 1. */
  readonly dilation?: Size;
  /** True to keep a last, incomplete window (the output size is rounded up). Default false. */
  readonly ceilMode?: boolean;
  /**
   * True to return (maxima, indices): the indices count through the input's flattened spatial dimensions. Default
   * false.
   */
  readonly returnIndices?: boolean;
}

/** Result of max pooling: the maxima, with their indices if `returnIndices` is true. */
export type Pooled<Indices extends boolean> = Indices extends true ? [Tensor, Tensor] : Tensor;
/** The option on which the type of a result depends. */
export type WithIndices<Indices extends boolean> = { readonly returnIndices?: Indices };
type Sizes = number | readonly number[];

/** Max pooling over so many dimensions. */
export function maxPool(
  dims: 1 | 2 | 3,
  x: Tensor,
  kernelSize: Sizes,
  options: MaxPoolOptions<Sizes>,
): Tensor | Tensor[] {
  const { stride, padding = 0, dilation = 1, ceilMode = false, returnIndices = false } = options;
  return call(
    `aten::max_pool${dims}d${returnIndices ? "_with_indices" : ""}`,
    x,
    expand(kernelSize, dims),
    expand(stride ?? kernelSize, dims),
    expand(padding, dims),
    expand(dilation, dims),
    ceilMode,
  );
}

/** The maximum of each window; x [N, C, L] or [C, L] */
export function maxPool1d<Indices extends boolean = false>(
  x: Tensor,
  kernelSize: Size1,
  options: MaxPoolOptions<Size1> & WithIndices<Indices> = {},
): Pooled<Indices> {
  return maxPool(1, x, kernelSize, options) as Pooled<Indices>;
}

/** The maximum of each window; x [N, C, H, W] or [C, H, W] */
export function maxPool2d<Indices extends boolean = false>(
  x: Tensor,
  kernelSize: Size2,
  options: MaxPoolOptions<Size2> & WithIndices<Indices> = {},
): Pooled<Indices> {
  return maxPool(2, x, kernelSize, options) as Pooled<Indices>;
}

/** Options of average pooling. */
export interface AvgPoolOptions<Size> {
  /** Default: the kernel's size, so that windows do not overlap. */
  readonly stride?: Size | null;
  /** Number of zeros added on both sides, at most half the kernel. Default 0. */
  readonly padding?: Size;
  /** True to keep a last, incomplete window (the output size is rounded up). Default false. */
  readonly ceilMode?: boolean;
  /** True if the padding counts in the mean. Default true. */
  readonly countIncludePad?: boolean;
}

/** Options of `avgPool2d`. */
export interface AvgPool2dOptions extends AvgPoolOptions<Size2> {
  /** Divisor of the sums. Default: the number of elements of the window. */
  readonly divisorOverride?: number | null;
}

/** The mean of each window; x [N, C, L] or [C, L] */
export function avgPool1d(x: Tensor, kernelSize: Size1, options: AvgPoolOptions<Size1> = {}): Tensor {
  const { stride, padding = 0, ceilMode, countIncludePad } = options;
  const [k, s, p] = [kernelSize, stride ?? kernelSize, padding].map((size) => expand(size, 1));
  return call("aten::avg_pool1d", x, k, s, p, ceilMode, countIncludePad);
}

/** The mean of each window; x [N, C, H, W] or [C, H, W] */
export function avgPool2d(x: Tensor, kernelSize: Size2, options: AvgPool2dOptions = {}): Tensor {
  return avgPool(2, x, kernelSize, options);
}

/** Average pooling over two or three dimensions. */
export function avgPool(
  dims: 2 | 3,
  x: Tensor,
  kernelSize: Sizes,
  options: AvgPoolOptions<Sizes> & Pick<AvgPool2dOptions, "divisorOverride">,
): Tensor {
  const { stride, padding = 0, ceilMode, countIncludePad, divisorOverride } = options;
  const [k, s, p] = [kernelSize, stride ?? kernelSize, padding].map((size) => expand(size, dims));
  return call(`aten::avg_pool${dims}d`, x, k, s, p, ceilMode, countIncludePad, divisorOverride);
}

/** Output size; null keeps the input's. */
export type OutputSize2 = number | readonly [number | null, number | null];

/** A size with the input's own in place of null. @throws TorchError if the input has fewer dimensions */
export function outputSize(x: Tensor, size: number | readonly (number | null)[], dims: 2 | 3): number[] {
  if (typeof size === "number") return new Array<number>(dims).fill(size);
  const shape = x.shape.slice(-dims);
  if (shape.length < dims)
    throw refuse("adaptive pooling", `needs at least ${dims} dimensions, got ${shape.length}`);
  return size.map((entry, i) => entry ?? shape[i]!);
}

/** Adaptive average pooling: the means of windows that divide each channel into `size` parts; x [N, C, L] or [C, L] */
export function adaptiveAvgPool1d(x: Tensor, size: Size1): Tensor {
  return call("aten::adaptive_avg_pool1d", x, expand(size, 1));
}

/**
 * Adaptive average pooling: the means of windows that divide each channel into `size` parts; x [N, C, H, W] or [C,
 * H, W]
 */
export function adaptiveAvgPool2d(x: Tensor, size: OutputSize2): Tensor {
  return call("aten::adaptive_avg_pool2d", x, outputSize(x, size, 2));
}

/**
 * Same as `adaptiveAvgPool1d` with maxima. @param options `returnIndices`: also return their indices. Default
 * false.
 */
export function adaptiveMaxPool1d<Indices extends boolean = false>(
  x: Tensor,
  size: Size1,
  options: WithIndices<Indices> = {},
): Pooled<Indices> {
  return maxima("aten::adaptive_max_pool1d", x, expand(size, 1), options);
}

/**
 * Same as `adaptiveAvgPool2d` with maxima. @param options `returnIndices`: also return their indices. Default
 * false.
 */
export function adaptiveMaxPool2d<Indices extends boolean = false>(
  x: Tensor,
  size: OutputSize2,
  options: WithIndices<Indices> = {},
): Pooled<Indices> {
  return maxima("aten::adaptive_max_pool2d", x, outputSize(x, size, 2), options);
}

/** Adaptive max pooling by an operator. */
export function maxima<Indices extends boolean>(
  operator: string,
  x: Tensor,
  size: number[],
  options: WithIndices<Indices>,
): Pooled<Indices> {
  const [values, places] = call<[Tensor, Tensor]>(operator, x, size);
  if (options.returnIndices) return [values, places] as Pooled<Indices>;
  places.dispose();
  return values as Pooled<Indices>;
}
