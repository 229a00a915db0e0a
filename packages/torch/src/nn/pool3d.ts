// Pooling layers over three dimensions.
import type { Tensor } from "../tensor/index.js";
import type { Pooled } from "./functional/pool.js";
import {
  adaptiveAvgPool3d,
  adaptiveMaxPool3d,
  avgPool3d,
  maxPool3d,
  type OutputSize3,
} from "./functional/pool3d.js";
import type { Size3 } from "./options.js";
import { AdaptiveMaxPool, AdaptivePool, AvgPool, MaxPool } from "./pool.js";

/** The maximum of each window; [N, C, D, H, W] or [C, D, H, W]. With `returnIndices` it gives (maxima, places). */
export class MaxPool3d<Indices extends boolean = false> extends MaxPool<Size3, Indices> {
  override forward(x: Tensor): Pooled<Indices> {
    return maxPool3d<Indices>(x, this.kernelSize, this);
  }
}

/** The mean of each window; [N, C, D, H, W] or [C, D, H, W]. */
export class AvgPool3d extends AvgPool<Size3> {
  override forward(x: Tensor): Tensor {
    return avgPool3d(x, this.kernelSize, this);
  }
}

/** Means over windows that divide each channel into `outputSize` parts; null keeps the input's size. */
export class AdaptiveAvgPool3d extends AdaptivePool<OutputSize3> {
  override forward(x: Tensor): Tensor {
    return adaptiveAvgPool3d(x, this.outputSize);
  }
}

/** Same as `AdaptiveAvgPool3d` with maxima; with `returnIndices` it gives (maxima, places). */
export class AdaptiveMaxPool3d<Indices extends boolean = false> extends AdaptiveMaxPool<
  OutputSize3,
  Indices
> {
  override forward(x: Tensor): Pooled<Indices> {
    return adaptiveMaxPool3d<Indices>(x, this.outputSize, this);
  }
}
