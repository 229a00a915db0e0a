// Convolutions (cross-correlations, as everywhere in deep learning) over 1, 2 and 3 dimensions, and their transposes.
import { call } from "../../dispatch.js";
import type { Tensor } from "../../tensor/index.js";
import { expand, type Size1, type Size2, type Size3 } from "../options.js";

/** Options of convolutions. */
export interface ConvOptions<Size> {
  /** Default 1. */
  readonly stride?: Size;
  /** Number of zeros added on both sides; `"same"` keeps the size (stride 1 only), `"valid"` is 0. Default 0. */
  readonly padding?: Size | "same" | "valid";
  /** Distance between the kernel's elements. Default 1. */
  readonly dilation?: Size;
  /** Number of independent groups that the channels are divided into. Default 1. */
  readonly groups?: number;
}

type Sizes = number | readonly number[];

function conv(
  dims: 1 | 2 | 3,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null | undefined,
  options: ConvOptions<Sizes>,
): Tensor {
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  const named = typeof padding === "string";
  return call(
    `aten::conv${dims}d${named ? ".padding" : ""}`,
    x,
    weight,
    bias,
    expand(stride, dims),
    named ? padding : expand(padding, dims),
    expand(dilation, dims),
    groups,
  );
}

/** 1-D convolution: x [N, C, L] or [C, L], weight [out, C / groups, k], bias [out] → [N, out, L′] */
export function conv1d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor | null,
  options: ConvOptions<Size1> = {},
): Tensor {
  return conv(1, x, weight, bias, options);
}

/** 2-D convolution: x [N, C, H, W] or [C, H, W], weight [out, C / groups, kH, kW], bias [out] → [N, out, H′, W′] */
export function conv2d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor | null,
  options: ConvOptions<Size2> = {},
): Tensor {
  return conv(2, x, weight, bias, options);
}

/**
 * 3-D convolution: x [N, C, D, H, W] or [C, D, H, W], weight [out, C / groups, kD, kH, kW], bias [out] → [N, out,
 * D′, H′, W′]
 */
export function conv3d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor | null,
  options: ConvOptions<Size3> = {},
): Tensor {
  return conv(3, x, weight, bias, options);
}

/** Options of transposed convolutions. */
export interface ConvTransposeOptions<Size> {
  /** Default 1. */
  readonly stride?: Size;
  /** Number of elements removed from both ends of the result. Default 0. */
  readonly padding?: Size;
  /** Number of elements added at the far end of the result. Default 0. */
  readonly outputPadding?: Size;
  /** Default 1. */
  readonly groups?: number;
  /** Default 1. */
  readonly dilation?: Size;
}

function convTranspose(
  operator: string,
  dims: number,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null | undefined,
  options: ConvTransposeOptions<Sizes>,
): Tensor {
  const { stride = 1, padding = 0, outputPadding = 0, groups = 1, dilation = 1 } = options;
  const [s, p, o, d] = [stride, padding, outputPadding, dilation].map((size) => expand(size, dims));
  return call(operator, x, weight, bias, s, p, o, groups, d);
}

/** The transpose of `conv1d` as a linear map: x [N, C, L], weight [C, out / groups, k] → [N, out, L′] */
export function convTranspose1d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor | null,
  options: ConvTransposeOptions<Size1> = {},
): Tensor {
  return convTranspose("aten::conv_transpose1d", 1, x, weight, bias, options);
}

/** The transpose of `conv2d` as a linear map: x [N, C, H, W], weight [C, out / groups, kH, kW] → [N, out, H′, W′] */
export function convTranspose2d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor | null,
  options: ConvTransposeOptions<Size2> = {},
): Tensor {
  return convTranspose("aten::conv_transpose2d.input", 2, x, weight, bias, options);
}

/** The transpose of `conv3d` as a linear map: x [N, C, D, H, W], weight [C, out / groups, kD, kH, kW] → [N, out, …] */
export function convTranspose3d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor | null,
  options: ConvTransposeOptions<Size3> = {},
): Tensor {
  return convTranspose("aten::conv_transpose3d.input", 3, x, weight, bias, options);
}
