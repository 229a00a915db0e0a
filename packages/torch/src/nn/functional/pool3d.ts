// Pooling over three dimensions.
import { call } from "../../dispatch.js";
import type { Tensor } from "../../tensor/index.js";
import type { Size3 } from "../options.js";
import {
  type AvgPoolOptions,
  avgPool,
  type MaxPoolOptions,
  maxima,
  maxPool,
  outputSize,
  type Pooled,
  type WithIndices,
} from "./pool.js";

/** The maximum of each window; x [N, C, D, H, W] or [C, D, H, W] */
export function maxPool3d<Indices extends boolean = false>(
  x: Tensor,
  kernelSize: Size3,
  options: MaxPoolOptions<Size3> & WithIndices<Indices> = {},
): Pooled<Indices> {
  return maxPool(3, x, kernelSize, options) as Pooled<Indices>;
}

/** Options of `avgPool3d`. */
export interface AvgPool3dOptions extends AvgPoolOptions<Size3> {
  /** Divisor of the sums. Default: the number of elements of the window. */
  readonly divisorOverride?: number | null;
}

/** The mean of each window; x [N, C, D, H, W] or [C, D, H, W] */
export function avgPool3d(x: Tensor, kernelSize: Size3, options: AvgPool3dOptions = {}): Tensor {
  return avgPool(3, x, kernelSize, options);
}

/** A size of which null entries stay as the input's. */
export type OutputSize3 = number | readonly [number | null, number | null, number | null];

/** Means over windows that divide each channel into `size` parts; x [N, C, D, H, W] or [C, D, H, W] */
export function adaptiveAvgPool3d(x: Tensor, size: OutputSize3): Tensor {
  return call("aten::adaptive_avg_pool3d", x, outputSize(x, size, 3));
}

/** Same as `adaptiveAvgPool3d` with maxima. @param options `returnIndices`: also return their places. Default false. */
export function adaptiveMaxPool3d<Indices extends boolean = false>(
  x: Tensor,
  size: OutputSize3,
  options: WithIndices<Indices> = {},
): Pooled<Indices> {
  return maxima("aten::adaptive_max_pool3d", x, outputSize(x, size, 3), options);
}
