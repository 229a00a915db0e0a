// Padding, resizing and rearranging of signals and images.
import { choice } from "../../checks/index.js";
import { call } from "../../dispatch.js";
import type { Tensor } from "../../tensor/index.js";
import { expand, refuse, type Size2 } from "../options.js";

/** Values that `pad` fills with. */
export type PadMode = "constant" | "reflect" | "replicate" | "circular";

/**
 * Pads the last dimensions. @param padding (before, after) for the last dimension, then for the one before it, and
 * so on; negative numbers crop.
 * @param options `mode`: default `"constant"`; `value`: the value of constant padding, default 0.
 */
export function pad(
  x: Tensor,
  padding: readonly number[],
  options: { readonly mode?: PadMode; readonly value?: number | boolean } = {},
): Tensor {
  const { mode, value } = options;
  return call("aten::pad", x, padding, mode, typeof value === "boolean" ? Number(value) : value);
}

/**
 * Method by which `interpolate` finds values between elements; `linear` … `trilinear` are for 1, 2 and 3 spatial
 * dimensions.
 */
export type InterpolationMode =
  | "nearest"
  | "nearest-exact"
  | "linear"
  | "bilinear"
  | "bicubic"
  | "trilinear"
  | "area";

/** Options of `interpolate`; exactly one of `size` and `scaleFactor` is needed. */
export interface InterpolateOptions {
  /** Size of the result's spatial dimensions; one number for all. */
  readonly size?: number | readonly number[] | null;
  /** The result's size ÷ the input's; one number for all dimensions. */
  readonly scaleFactor?: number | readonly number[] | null;
  /** Default `"nearest"`. */
  readonly mode?: InterpolationMode;
  /** True if corner elements' centres, and not their corners, stay in place (linear and cubic modes). Default false. */
  readonly alignCorners?: boolean | null;
  /** Compute with the sizes' ratio instead of `scaleFactor`, which differ by rounding. Default false. */
  readonly recomputeScaleFactor?: boolean | null;
  /** Smooth before shrinking (bilinear and bicubic). Default false. */
  readonly antialias?: boolean;
}

// The operator of each mode for 1, 2 and 3 spatial dimensions.
const resizers: Readonly<Record<InterpolationMode, readonly (string | undefined)[]>> = {
  nearest: ["upsample_nearest1d", "upsample_nearest2d", "upsample_nearest3d"],
  "nearest-exact": ["_upsample_nearest_exact1d", "_upsample_nearest_exact2d", "_upsample_nearest_exact3d"],
  area: ["adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_avg_pool3d"],
  linear: ["upsample_linear1d"],
  bilinear: [undefined, "upsample_bilinear2d"],
  bicubic: [undefined, "upsample_bicubic2d"],
  trilinear: [undefined, undefined, "upsample_trilinear3d"],
};

/** Resizes the spatial dimensions of x [N, C, *]. @throws TorchError if mode and number of dimensions do not fit. */
export function interpolate(x: Tensor, options: InterpolateOptions): Tensor {
  const { mode = "nearest", alignCorners = null, antialias = false } = options;
  choice("interpolate: mode", mode, Object.keys(resizers) as InterpolationMode[]);
  const shape = x.shape;
  const dims = shape.length - 2;
  const operator = resizers[mode][dims - 1];
  if (operator === undefined)
    throw refuse("interpolate", `mode ${mode} does not apply to ${shape.length} dimensions`);
  const { size, scales } = target(shape, options);
  if (mode === "area") return call(`aten::${operator}`, x, size);
  if (mode === "nearest" || mode === "nearest-exact") {
    if (alignCorners !== null) throw refuse("interpolate", `alignCorners does not apply to mode ${mode}`);
    return call(`aten::${operator}.vec`, x, size, scales);
  }
  if (antialias && mode !== "bilinear" && mode !== "bicubic") {
    throw refuse("interpolate", `antialias applies to bilinear and bicubic, not to ${mode}`);
  }
  const name = antialias ? `aten::_${operator}_aa.vec` : `aten::${operator}.vec`;
  return call(name, x, size, alignCorners ?? false, scales);
}

function target(shape: number[], options: InterpolateOptions): { size?: number[]; scales?: number[] } {
  const { size, scaleFactor, mode, recomputeScaleFactor } = options;
  const given = size ?? scaleFactor;
  if (given === undefined || given === null || (size != null && scaleFactor != null)) {
    throw refuse("interpolate", "needs exactly one of size and scaleFactor");
  }
  const spatial = shape.slice(2);
  const values = expand(given, spatial.length);
  if (values.length !== spatial.length) {
    throw refuse(
      "interpolate",
      `${spatial.length} spatial dimensions, but size or scaleFactor has ${values.length}`,
    );
  }
  if (size != null) return { size: values };
  if (mode !== "area" && !recomputeScaleFactor) return { scales: values };
  return { size: spatial.map((length, i) => Math.trunc(length * values[i]!)) };
}

/** Rearranges channels into space, r = `upscaleFactor`: [*, C·r², H, W] → [*, C, H·r, W·r] */
export function pixelShuffle(x: Tensor, upscaleFactor: number): Tensor {
  return call("aten::pixel_shuffle", x, upscaleFactor);
}

/** Rearranges space into channels, r = `downscaleFactor`: [*, C, H·r, W·r] → [*, C·r², H, W] */
export function pixelUnshuffle(x: Tensor, downscaleFactor: number): Tensor {
  return call("aten::pixel_unshuffle", x, downscaleFactor);
}

/** Options of `unfold` and `fold`. */
export interface FoldOptions {
  /** Distance between a window's elements. Default 1. */
  readonly dilation?: Size2;
  /** Number of zeros added on both sides. Default 0. */
  readonly padding?: Size2;
  /** Distance between windows. Default 1. */
  readonly stride?: Size2;
}

function foldSizes(kernelSize: Size2, { dilation = 1, padding = 0, stride = 1 }: FoldOptions): number[][] {
  return [kernelSize, dilation, padding, stride].map((size) => expand(size, 2));
}

/** The windows of x [N, C, H, W] as columns → [N, C · kH · kW, windows] */
export function unfold(x: Tensor, kernelSize: Size2, options: FoldOptions = {}): Tensor {
  return call("aten::im2col", x, ...foldSizes(kernelSize, options));
}

/** Sums windows [N, C · kH · kW, windows] where they overlap → [N, C, *outputSize]; not the inverse of `unfold` */
export function fold(x: Tensor, outputSize: Size2, kernelSize: Size2, options: FoldOptions = {}): Tensor {
  return call("aten::col2im", x, expand(outputSize, 2), ...foldSizes(kernelSize, options));
}

/** Options of `gridSample`. */
export interface GridSampleOptions {
  /** Default `"bilinear"`. */
  readonly mode?: "bilinear" | "nearest" | "bicubic";
  /** Source of values outside the input. Default `"zeros"`. */
  readonly paddingMode?: "zeros" | "border" | "reflection";
  /** True if ±1 are the centres of the corner elements and not their outer edges. Default false. */
  readonly alignCorners?: boolean;
}

/** Samples x [N, C, H, W] at the coordinates (x, y) in [−1, 1] of grid [N, H′, W′, 2] → [N, C, H′, W′] */
export function gridSample(x: Tensor, grid: Tensor, options: GridSampleOptions = {}): Tensor {
  const { mode = "bilinear", paddingMode = "zeros", alignCorners = false } = options;
  const modes = ["bilinear", "nearest", "bicubic"] as const;
  const paddings = ["zeros", "border", "reflection"] as const;
  const modeCode = modes.indexOf(choice("gridSample: mode", mode, modes));
  const paddingCode = paddings.indexOf(choice("gridSample: paddingMode", paddingMode, paddings));
  return call("aten::grid_sampler", x, grid, modeCode, paddingCode, alignCorners);
}

/**
 * The grid for `gridSample` of affine maps theta [N, 2, 3]; size [N, C, H, W]. @param options `alignCorners`:
 * false.
 */
export function affineGrid(
  theta: Tensor,
  size: readonly number[],
  options: { readonly alignCorners?: boolean } = {},
): Tensor {
  return call("aten::affine_grid_generator", theta, size, options.alignCorners ?? false);
}
