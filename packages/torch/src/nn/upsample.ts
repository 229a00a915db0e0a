// Resizing as a layer.
import type { Tensor } from "../tensor/index.js";
import { type InterpolateOptions, type InterpolationMode, interpolate } from "./functional/image.js";
import { Module } from "./module.js";
import { float, python } from "./text.js";

/** Resizes the spatial dimensions of [N, C, *] to `size` or by `scaleFactor`; see `functional.interpolate`. */
export class Upsample extends Module {
  readonly size: number | readonly number[] | null;
  readonly scaleFactor: number | readonly number[] | null;
  readonly mode: InterpolationMode;
  readonly alignCorners: boolean | null;
  readonly recomputeScaleFactor: boolean | null;

  constructor(options: Omit<InterpolateOptions, "antialias">) {
    super();
    this.size = options.size ?? null;
    this.scaleFactor = options.scaleFactor ?? null;
    this.mode = options.mode ?? "nearest";
    this.alignCorners = options.alignCorners ?? null;
    this.recomputeScaleFactor = options.recomputeScaleFactor ?? null;
  }

  override forward(x: Tensor): Tensor {
    return interpolate(x, this);
  }

  override extraRepr(): string {
    const { size, scaleFactor, mode } = this;
    if (scaleFactor === null) return `size=${python(size)}, mode=${python(mode)}`;
    const factor =
      typeof scaleFactor === "number" ? float(scaleFactor) : `(${scaleFactor.map(float).join(", ")})`;
    return `scale_factor=${factor}, mode=${python(mode)}`;
  }
}
