// Layers that only rearrange elements.
import { call } from "../dispatch.js";
import type { Tensor } from "../tensor/index.js";
import { type FoldOptions, fold, pixelShuffle, pixelUnshuffle, unfold } from "./functional/image.js";
import { Module } from "./module.js";
import type { Size2 } from "./options.js";
import { python } from "./text.js";

/** Flattens dimensions startDim … endDim into one. */
export class Flatten extends Module {
  readonly startDim: number;
  readonly endDim: number;

  /** @param options `startDim`: default 1, which keeps the batch; `endDim`: default −1. */
  constructor(options: { readonly startDim?: number; readonly endDim?: number } = {}) {
    super();
    this.startDim = options.startDim ?? 1;
    this.endDim = options.endDim ?? -1;
  }

  override forward(x: Tensor): Tensor {
    return call("aten::flatten.using_ints", x, this.startDim, this.endDim);
  }

  override extraRepr(): string {
    return `start_dim=${this.startDim}, end_dim=${this.endDim}`;
  }
}

/** Splits dimension `dim` into `unflattenedSize`, of which one size may be −1. */
export class Unflatten extends Module {
  readonly dim: number;
  readonly unflattenedSize: readonly number[];

  constructor(dim: number, unflattenedSize: readonly number[]) {
    super();
    this.dim = dim;
    this.unflattenedSize = unflattenedSize;
  }

  override forward(x: Tensor): Tensor {
    return call("aten::unflatten.int", x, this.dim, this.unflattenedSize);
  }

  override extraRepr(): string {
    return `dim=${this.dim}, unflattened_size=${python(this.unflattenedSize)}`;
  }
}

/** Rearranges channels into space: [*, C·r², H, W] → [*, C, H·r, W·r] */
export class PixelShuffle extends Module {
  readonly upscaleFactor: number;

  constructor(upscaleFactor: number) {
    super();
    this.upscaleFactor = upscaleFactor;
  }

  override forward(x: Tensor): Tensor {
    return pixelShuffle(x, this.upscaleFactor);
  }

  override extraRepr(): string {
    return `upscale_factor=${this.upscaleFactor}`;
  }
}

/** Rearranges space into channels: [*, C, H·r, W·r] → [*, C·r², H, W] */
export class PixelUnshuffle extends Module {
  readonly downscaleFactor: number;

  constructor(downscaleFactor: number) {
    super();
    this.downscaleFactor = downscaleFactor;
  }

  override forward(x: Tensor): Tensor {
    return pixelUnshuffle(x, this.downscaleFactor);
  }

  override extraRepr(): string {
    return `downscale_factor=${this.downscaleFactor}`;
  }
}

/** The windows of [N, C, H, W] as columns → [N, C · kH · kW, windows] */
export class Unfold extends Module {
  readonly kernelSize: Size2;
  readonly dilation: Size2;
  readonly padding: Size2;
  readonly stride: Size2;

  constructor(kernelSize: Size2, options: FoldOptions = {}) {
    super();
    this.kernelSize = kernelSize;
    this.dilation = options.dilation ?? 1;
    this.padding = options.padding ?? 0;
    this.stride = options.stride ?? 1;
  }

  override forward(x: Tensor): Tensor {
    return unfold(x, this.kernelSize, this);
  }

  override extraRepr(): string {
    return windowText(this);
  }
}

/** Sums windows [N, C · kH · kW, windows] where they overlap → [N, C, *outputSize] */
export class Fold extends Module {
  readonly outputSize: Size2;
  readonly kernelSize: Size2;
  readonly dilation: Size2;
  readonly padding: Size2;
  readonly stride: Size2;

  constructor(outputSize: Size2, kernelSize: Size2, options: FoldOptions = {}) {
    super();
    this.outputSize = outputSize;
    this.kernelSize = kernelSize;
    this.dilation = options.dilation ?? 1;
    this.padding = options.padding ?? 0;
    this.stride = options.stride ?? 1;
  }

  override forward(x: Tensor): Tensor {
    return fold(x, this.outputSize, this.kernelSize, this);
  }

  override extraRepr(): string {
    return `output_size=${python(this.outputSize)}, ${windowText(this)}`;
  }
}

function windowText(layer: Required<FoldOptions> & { readonly kernelSize: Size2 }): string {
  const { kernelSize, dilation, padding, stride } = layer;
  const sizes = `kernel_size=${python(kernelSize)}, dilation=${python(dilation)}`;
  return `${sizes}, padding=${python(padding)}, stride=${python(stride)}`;
}
