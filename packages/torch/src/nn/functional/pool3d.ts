// Pooling over three dimensions; options are those of ./pool.ts.
import { call } from "../../dispatch.js";
import type { Tensor } from "../../tensor/index.js";
import { expand, refuse, type Size3 } from "../options.js";
import type { AvgPoolOptions, MaxPoolOptions, Pooled } from "./pool.js";

type WithIndices<Indices extends boolean> = { readonly returnIndices?: Indices };

/** The maximum of each window; x [N, C, D, H, W] or [C, D, H, W] */
export function maxPool3d<Indices extends boolean = false>(
  x: Tensor,
  kernelSize: Size3,
  options: MaxPoolOptions<Size3> & WithIndices<Indices> = {},
): Pooled<Indices> {
  const { stride, padding = 0, dilation = 1, ceilMode = false, returnIndices = false } = options;
  const sizes = [kernelSize, stride ?? kernelSize, padding, dilation].map((size) => expand(size, 3));
  return call(`aten::max_pool3d${returnIndices ? "_with_indices" : ""}`, x, ...sizes, ceilMode);
}

/** Options of `avgPool3d`. */
export interface AvgPool3dOptions extends AvgPoolOptions<Size3> {
  /** Divisor of the sums. Default: the number of elements of the window. */
  readonly divisorOverride?: number | null;
}

/** The mean of each window; x [N, C, D, H, W] or [C, D, H, W] */
export function avgPool3d(x: Tensor, kernelSize: Size3, options: AvgPool3dOptions = {}): Tensor {
  const { stride, padding = 0, ceilMode, countIncludePad, divisorOverride } = options;
  const [k, s, p] = [kernelSize, stride ?? kernelSize, padding].map((size) => expand(size, 3));
  return call("aten::avg_pool3d", x, k, s, p, ceilMode, countIncludePad, divisorOverride);
}

/** A size of which null entries stay as the input's. */
export type OutputSize3 = number | readonly [number | null, number | null, number | null];

function outputSize(x: Tensor, size: OutputSize3): number[] {
  if (typeof size === "number") return [size, size, size];
  const shape = x.shape.slice(-3);
  if (shape.length < 3) throw refuse("adaptive pooling", `needs at least 3 dimensions, got ${shape.length}`);
  return size.map((entry, i) => entry ?? shape[i]!);
}

/** Means over windows that divide each channel into `size` parts; x [N, C, D, H, W] or [C, D, H, W] */
export function adaptiveAvgPool3d(x: Tensor, size: OutputSize3): Tensor {
  return call("aten::adaptive_avg_pool3d", x, outputSize(x, size));
}

/** Same as `adaptiveAvgPool3d` with maxima. @param options `returnIndices`: also return their places. Default false. */
export function adaptiveMaxPool3d<Indices extends boolean = false>(
  x: Tensor,
  size: OutputSize3,
  options: WithIndices<Indices> = {},
): Pooled<Indices> {
  const [values, places] = call<[Tensor, Tensor]>("aten::adaptive_max_pool3d", x, outputSize(x, size));
  if (options.returnIndices) return [values, places] as Pooled<Indices>;
  places.dispose();
  return values as Pooled<Indices>;
}
