// Pooling layers over three dimensions.
import type { Tensor } from "../tensor/index.js";
import type { MaxPoolOptions, Pooled } from "./functional/pool.js";
import {
  type AvgPool3dOptions,
  adaptiveAvgPool3d,
  adaptiveMaxPool3d,
  avgPool3d,
  maxPool3d,
  type OutputSize3,
} from "./functional/pool3d.js";
import { Module } from "./module.js";
import type { Size3 } from "./options.js";
import { AdaptivePool, MaxPool } from "./pool.js";
import { python } from "./text.js";

/** The maximum of each window; [N, C, D, H, W] or [C, D, H, W]. With `returnIndices` it gives (maxima, places). */
export class MaxPool3d<Indices extends boolean = false> extends MaxPool<Size3, Indices> {
  constructor(kernelSize: Size3, options: MaxPoolOptions<Size3> & { readonly returnIndices?: Indices } = {}) {
    super(kernelSize, options);
  }

  override forward(x: Tensor): Pooled<Indices> {
    return maxPool3d<Indices>(x, this.kernelSize, this);
  }
}

/** The mean of each window; [N, C, D, H, W] or [C, D, H, W]. */
export class AvgPool3d extends Module {
  readonly kernelSize: Size3;
  readonly stride: Size3;
  readonly padding: Size3;
  readonly ceilMode: boolean;
  readonly countIncludePad: boolean;
  readonly divisorOverride: number | null;

  constructor(kernelSize: Size3, options: AvgPool3dOptions = {}) {
    super();
    this.kernelSize = kernelSize;
    this.stride = options.stride ?? kernelSize;
    this.padding = options.padding ?? 0;
    this.ceilMode = options.ceilMode ?? false;
    this.countIncludePad = options.countIncludePad ?? true;
    this.divisorOverride = options.divisorOverride ?? null;
  }

  override forward(x: Tensor): Tensor {
    return avgPool3d(x, this.kernelSize, this);
  }

  override extraRepr(): string {
    const { kernelSize, stride, padding } = this;
    return `kernel_size=${python(kernelSize)}, stride=${python(stride)}, padding=${python(padding)}`;
  }
}

/** Means over windows that divide each channel into `outputSize` parts; null keeps the input's size. */
export class AdaptiveAvgPool3d extends AdaptivePool<OutputSize3> {
  override forward(x: Tensor): Tensor {
    return adaptiveAvgPool3d(x, this.outputSize);
  }
}

/** Same as `AdaptiveAvgPool3d` with maxima; with `returnIndices` it gives (maxima, places). */
export class AdaptiveMaxPool3d<Indices extends boolean = false> extends AdaptivePool<
  OutputSize3,
  Pooled<Indices>
> {
  readonly returnIndices: Indices;

  /** @param options `returnIndices`: default false. */
  constructor(outputSize: OutputSize3, options: { readonly returnIndices?: Indices } = {}) {
    super(outputSize);
    this.returnIndices = (options.returnIndices ?? false) as Indices;
  }

  override forward(x: Tensor): Pooled<Indices> {
    return adaptiveMaxPool3d<Indices>(x, this.outputSize, this);
  }
}
