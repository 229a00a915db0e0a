// Power-average, fractional and inverse pooling layers.
import type { Tensor } from "../tensor/index.js";
import type { Pooled } from "./functional/pool.js";
import { type LpPoolOptions, lpPool1d, lpPool2d, lpPool3d } from "./functional/pool-power.js";
import {
  type FractionalMaxPoolOptions,
  fractionalMaxPool2d,
  fractionalMaxPool3d,
  maxUnpool1d,
  maxUnpool2d,
  maxUnpool3d,
} from "./functional/unpool.js";
import { Module } from "./module.js";
import { expand, refuse, type Size1, type Size2, type Size3 } from "./options.js";
import { python } from "./text.js";

abstract class LpPool<Size> extends Module {
  readonly normType: number;
  readonly kernelSize: Size;
  readonly stride: Size | null;
  readonly ceilMode: boolean;

  constructor(normType: number, kernelSize: Size, options: LpPoolOptions<Size> = {}) {
    super();
    this.normType = normType;
    this.kernelSize = kernelSize;
    this.stride = options.stride ?? null;
    this.ceilMode = options.ceilMode ?? false;
  }

  override extraRepr(): string {
    const { normType, kernelSize, stride, ceilMode } = this;
    const sizes = `kernel_size=${python(kernelSize)}, stride=${python(stride)}`;
    return `norm_type=${python(normType)}, ${sizes}, ceil_mode=${python(ceilMode)}`;
  }
}

/** (Σ xᵖ)^(1/p), p = `normType`, over each window; [N, C, L] or [C, L]. */
export class LPPool1d extends LpPool<Size1> {
  override forward(x: Tensor): Tensor {
    return lpPool1d(x, this.normType, this.kernelSize, this);
  }
}

/** Same as `LPPool1d`; [N, C, H, W] or [C, H, W]. */
export class LPPool2d extends LpPool<Size2> {
  override forward(x: Tensor): Tensor {
    return lpPool2d(x, this.normType, this.kernelSize, this);
  }
}

/** Same as `LPPool1d`; [N, C, D, H, W] or [C, D, H, W]. */
export class LPPool3d extends LpPool<Size3> {
  override forward(x: Tensor): Tensor {
    return lpPool3d(x, this.normType, this.kernelSize, this);
  }
}

/** Options of `MaxUnpool1d` and its likes. */
export interface MaxUnpoolLayerOptions<Size> {
  /** Default: the kernel's size. */
  readonly stride?: Size | null;
  /** Default 0. */
  readonly padding?: Size;
}

abstract class MaxUnpool<Size extends number | readonly number[]> extends Module<
  [x: Tensor, indices: Tensor, outputSize?: readonly number[]]
> {
  readonly kernelSize: Size;
  readonly stride: Size;
  readonly padding: Size | 0;
  protected abstract readonly dims: 1 | 2 | 3;

  constructor(kernelSize: Size, options: MaxUnpoolLayerOptions<Size> = {}) {
    super();
    this.kernelSize = kernelSize;
    this.stride = options.stride ?? kernelSize;
    this.padding = options.padding ?? 0;
  }

  override extraRepr(): string {
    const [kernel, stride, padding] = [this.kernelSize, this.stride, this.padding].map((size) =>
      python(expand(size, this.dims)),
    );
    return `kernel_size=${kernel}, stride=${stride}, padding=${padding}`;
  }
}

/** Puts the maxima of `MaxPool1d` back to the places it gave, zeros elsewhere; [N, C, L] or [C, L]. */
export class MaxUnpool1d extends MaxUnpool<Size1> {
  protected override readonly dims: 1 | 2 | 3 = 1;

  override forward(x: Tensor, indices: Tensor, outputSize?: readonly number[]): Tensor {
    const { kernelSize, stride, padding } = this;
    return maxUnpool1d(x, indices, kernelSize, { stride, padding, outputSize: outputSize ?? null });
  }
}

/** Same as `MaxUnpool1d`; [N, C, H, W] or [C, H, W]. */
export class MaxUnpool2d extends MaxUnpool<Size2> {
  protected override readonly dims: 1 | 2 | 3 = 2;

  override forward(x: Tensor, indices: Tensor, outputSize?: readonly number[]): Tensor {
    const { kernelSize, stride, padding } = this;
    return maxUnpool2d(x, indices, kernelSize, { stride, padding, outputSize: outputSize ?? null });
  }
}

/** Same as `MaxUnpool1d`; [N, C, D, H, W] or [C, D, H, W]. */
export class MaxUnpool3d extends MaxUnpool<Size3> {
  protected override readonly dims: 1 | 2 | 3 = 3;

  override forward(x: Tensor, indices: Tensor, outputSize?: readonly number[]): Tensor {
    const { kernelSize, stride, padding } = this;
    return maxUnpool3d(x, indices, kernelSize, { stride, padding, outputSize: outputSize ?? null });
  }
}

abstract class FractionalMaxPool<Size, Indices extends boolean> extends Module<[Tensor], Pooled<Indices>> {
  readonly kernelSize: Size;
  readonly outputSize: Size | null;
  readonly outputRatio: Size | null;
  readonly returnIndices: Indices;

  /** @throws TorchError unless exactly one of `outputSize` and `outputRatio` is given. */
  constructor(kernelSize: Size, options: Omit<FractionalMaxPoolOptions<Size, Indices>, "samples">) {
    super();
    this.kernelSize = kernelSize;
    this.outputSize = options.outputSize ?? null;
    this.outputRatio = options.outputRatio ?? null;
    this.returnIndices = (options.returnIndices ?? false) as Indices;
    if ((this.outputSize === null) === (this.outputRatio === null))
      throw refuse(new.target.name, "needs exactly one of outputSize and outputRatio");
  }
}

/** Maxima of windows at drawn places; see `functional.fractionalMaxPool2d`. */
export class FractionalMaxPool2d<Indices extends boolean = false> extends FractionalMaxPool<Size2, Indices> {
  override forward(x: Tensor): Pooled<Indices> {
    return fractionalMaxPool2d<Indices>(x, this.kernelSize, this);
  }
}

/** Same as `FractionalMaxPool2d` over three dimensions. */
export class FractionalMaxPool3d<Indices extends boolean = false> extends FractionalMaxPool<Size3, Indices> {
  override forward(x: Tensor): Pooled<Indices> {
    return fractionalMaxPool3d<Indices>(x, this.kernelSize, this);
  }
}
