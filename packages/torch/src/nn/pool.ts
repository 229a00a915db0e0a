// Pooling layers.
import type { Tensor } from "../tensor/index.js";
import {
  type AvgPoolOptions,
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  avgPool1d,
  avgPool2d,
  type MaxPoolOptions,
  maxPool1d,
  maxPool2d,
  type OutputSize2,
  type Pooled,
  type WithIndices,
} from "./functional/pool.js";
import { Module } from "./module.js";
import type { Size1, Size2, Size3 } from "./options.js";
import { python } from "./text.js";

/** @internal Shared part of max pooling. */
export abstract class MaxPool<Size, Indices extends boolean> extends Module<[Tensor], Pooled<Indices>> {
  readonly kernelSize: Size;
  readonly stride: Size;
  readonly padding: Size | 0;
  readonly dilation: Size | 1;
  readonly returnIndices: Indices;
  readonly ceilMode: boolean;

  constructor(kernelSize: Size, options: MaxPoolOptions<Size> & WithIndices<Indices> = {}) {
    super();
    this.kernelSize = kernelSize;
    this.stride = options.stride ?? kernelSize;
    this.padding = options.padding ?? 0;
    this.dilation = options.dilation ?? 1;
    this.returnIndices = (options.returnIndices ?? false) as Indices;
    this.ceilMode = options.ceilMode ?? false;
  }

  override extraRepr(): string {
    const { kernelSize, stride, padding, dilation, ceilMode } = this;
    const sizes = `kernel_size=${python(kernelSize)}, stride=${python(stride)}, padding=${python(padding)}`;
    return `${sizes}, dilation=${python(dilation)}, ceil_mode=${python(ceilMode)}`;
  }
}

/** The maximum of each window; [N, C, L] or [C, L]. With `returnIndices` it gives (maxima, indices). */
export class MaxPool1d<Indices extends boolean = false> extends MaxPool<Size1, Indices> {
  override forward(x: Tensor): Pooled<Indices> {
    return maxPool1d<Indices>(x, this.kernelSize, this);
  }
}

/** The maximum of each window; [N, C, H, W] or [C, H, W]. With `returnIndices` it gives (maxima, indices). */
export class MaxPool2d<Indices extends boolean = false> extends MaxPool<Size2, Indices> {
  override forward(x: Tensor): Pooled<Indices> {
    return maxPool2d<Indices>(x, this.kernelSize, this);
  }
}

/** The mean of each window; [N, C, L] or [C, L]. */
export class AvgPool1d extends Module {
  readonly kernelSize: Size1;
  readonly stride: Size1;
  readonly padding: Size1;
  readonly ceilMode: boolean;
  readonly countIncludePad: boolean;

  constructor(kernelSize: Size1, options: AvgPoolOptions<Size1> = {}) {
    super();
    this.kernelSize = kernelSize;
    this.stride = options.stride ?? kernelSize;
    this.padding = options.padding ?? 0;
    this.ceilMode = options.ceilMode ?? false;
    this.countIncludePad = options.countIncludePad ?? true;
  }

  override forward(x: Tensor): Tensor {
    return avgPool1d(x, this.kernelSize, this);
  }

  override extraRepr(): string {
    const [kernel, stride, padding] = [this.kernelSize, this.stride, this.padding].map((size) =>
      python([size].flat()),
    );
    return `kernel_size=${kernel}, stride=${stride}, padding=${padding}`;
  }
}

/** @internal Shared part of average pooling over two and three dimensions. */
export abstract class AvgPool<Size extends Size2 | Size3> extends Module {
  readonly kernelSize: Size;
  readonly stride: Size;
  readonly padding: Size | number;
  readonly ceilMode: boolean;
  readonly countIncludePad: boolean;
  readonly divisorOverride: number | null;

  constructor(
    kernelSize: Size,
    options: AvgPoolOptions<Size> & { readonly divisorOverride?: number | null } = {},
  ) {
    super();
    this.kernelSize = kernelSize;
    this.stride = options.stride ?? kernelSize;
    this.padding = options.padding ?? 0;
    this.ceilMode = options.ceilMode ?? false;
    this.countIncludePad = options.countIncludePad ?? true;
    this.divisorOverride = options.divisorOverride ?? null;
  }

  override extraRepr(): string {
    const { kernelSize, stride, padding } = this;
    return `kernel_size=${python(kernelSize)}, stride=${python(stride)}, padding=${python(padding)}`;
  }
}

/** The mean of each window; [N, C, H, W] or [C, H, W]. */
export class AvgPool2d extends AvgPool<Size2> {
  override forward(x: Tensor): Tensor {
    return avgPool2d(x, this.kernelSize, this);
  }
}

/** @internal Shared part of adaptive pooling. */
export abstract class AdaptivePool<Size, Out = Tensor> extends Module<[Tensor], Out> {
  readonly outputSize: Size;

  constructor(outputSize: Size) {
    super();
    this.outputSize = outputSize;
  }

  override extraRepr(): string {
    return `output_size=${python(this.outputSize)}`;
  }
}

/**
 * Adaptive average pooling: the means of windows that divide each channel into `outputSize` parts; [N, C, L] or [C,
 * L].
 */
export class AdaptiveAvgPool1d extends AdaptivePool<Size1> {
  override forward(x: Tensor): Tensor {
    return adaptiveAvgPool1d(x, this.outputSize);
  }
}

/** Same as `AdaptiveAvgPool1d` over two dimensions; null keeps the input's size. */
export class AdaptiveAvgPool2d extends AdaptivePool<OutputSize2> {
  override forward(x: Tensor): Tensor {
    return adaptiveAvgPool2d(x, this.outputSize);
  }
}

/** @internal Shared part of adaptive max pooling. */
export abstract class AdaptiveMaxPool<Size, Indices extends boolean> extends AdaptivePool<
  Size,
  Pooled<Indices>
> {
  readonly returnIndices: Indices;

  /** @param options `returnIndices`: default false. */
  constructor(outputSize: Size, options: WithIndices<Indices> = {}) {
    super(outputSize);
    this.returnIndices = (options.returnIndices ?? false) as Indices;
  }
}

/** Same as `AdaptiveAvgPool1d` with maxima; with `returnIndices` it gives (maxima, indices). */
export class AdaptiveMaxPool1d<Indices extends boolean = false> extends AdaptiveMaxPool<Size1, Indices> {
  override forward(x: Tensor): Pooled<Indices> {
    return adaptiveMaxPool1d<Indices>(x, this.outputSize, this);
  }
}

/** Same as `AdaptiveAvgPool2d` with maxima; with `returnIndices` it gives (maxima, indices). */
export class AdaptiveMaxPool2d<Indices extends boolean = false> extends AdaptiveMaxPool<
  OutputSize2,
  Indices
> {
  override forward(x: Tensor): Pooled<Indices> {
    return adaptiveMaxPool2d<Indices>(x, this.outputSize, this);
  }
}
