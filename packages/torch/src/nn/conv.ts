// Convolutional layers.
import { choice } from "../checks/index.js";
import { call } from "../dispatch.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { type PadMode, pad } from "./functional/image.js";
import { kaimingUniform_ } from "./init/scaled.js";
import { fillBias } from "./linear.js";
import { Module } from "./module.js";
import { expand, type FactoryOptions, refuse, type Size1, type Size2, type Size3 } from "./options.js";
import { emptyParameter, type Parameter } from "./parameter.js";
import { python } from "./text.js";

/** Options of convolutional layers. */
export interface ConvLayerOptions<Size> extends FactoryOptions {
  /** Default 1. */
  readonly stride?: Size;
  /** Number of elements added on both sides; `"same"` keeps the size (stride 1 only), `"valid"` is 0. Default 0. */
  readonly padding?: Size | "same" | "valid";
  /** Distance between the kernel's elements. Default 1. */
  readonly dilation?: Size;
  /** Number of independent groups that the channels are divided into. Default 1. */
  readonly groups?: number;
  /** True if a learned bias is added. Default true. */
  readonly bias?: boolean;
  /** Values that the padding is filled with. Default `"zeros"`. */
  readonly paddingMode?: "zeros" | Exclude<PadMode, "constant">;
}

type Sizes = number | readonly number[];

/** @throws TorchError unless `groups` divides both numbers of channels. */
export function checkGroups(who: string, inChannels: number, outChannels: number, groups: number): void {
  if (Number.isInteger(groups) && groups > 0 && inChannels % groups === 0 && outChannels % groups === 0)
    return;
  throw refuse(who, `${groups} groups do not divide ${inChannels} input and ${outChannels} output channels`);
}

/** Shared part of convolutions over any number of dimensions; weight [out, in / groups, *kernel], bias [out]. */
abstract class Conv extends Module {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[] | "same" | "valid";
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly paddingMode: "zeros" | Exclude<PadMode, "constant">;
  weight: Parameter;
  bias: Parameter | null;
  private readonly operator: string;
  /** Arguments of `pad`, where the operator has no such padding itself. */
  private readonly around: readonly number[] | null;

  constructor(
    dims: number,
    inChannels: number,
    outChannels: number,
    kernelSize: Sizes,
    options: ConvLayerOptions<Sizes>,
  ) {
    super();
    const { stride = 1, padding = 0, dilation = 1, groups = 1, bias = true, paddingMode = "zeros" } = options;
    const who = `Conv${dims}d`;
    checkGroups(who, inChannels, outChannels, groups);
    if (typeof padding === "string") choice(`${who}: padding`, padding, ["same", "valid"]);
    choice(`${who}: paddingMode`, paddingMode, ["zeros", "reflect", "replicate", "circular"]);
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = expand(kernelSize, dims);
    this.stride = expand(stride, dims);
    this.padding = typeof padding === "string" ? padding : expand(padding, dims);
    this.dilation = expand(dilation, dims);
    this.groups = groups;
    this.paddingMode = paddingMode;
    if (padding === "same" && this.stride.some((step) => step !== 1)) {
      throw refuse(who, `padding "same" needs stride 1, got [${this.stride}]`);
    }
    this.around = paddingMode === "zeros" ? null : paddingAround(this);
    this.operator = `aten::conv${dims}d${typeof this.padding === "string" && this.around === null ? ".padding" : ""}`;
    this.weight = emptyParameter([outChannels, inChannels / groups, ...this.kernelSize], options);
    this.bias = bias ? emptyParameter([outChannels], options) : null;
    this.resetParameters();
  }

  /** Re-initialises weight and bias. */
  resetParameters(): void {
    kaimingUniform_(this.weight, { a: Math.sqrt(5) });
    if (this.bias !== null) fillBias(this.weight, this.bias);
  }

  override forward(x: Tensor): Tensor {
    const { weight, bias, stride, padding, dilation, groups } = this;
    const { around } = this;
    if (around === null) return call(this.operator, x, weight, bias, stride, padding, dilation, groups);
    const mode = this.paddingMode as PadMode;
    return scope(() =>
      call(this.operator, pad(x, around, { mode }), weight, bias, stride, 0, dilation, groups),
    );
  }

  override extraRepr(): string {
    const { kernelSize, stride, padding, dilation, groups, paddingMode } = this;
    const parts = [`${this.inChannels}, ${this.outChannels}, kernel_size=${python(kernelSize)}`];
    parts.push(`stride=${python(stride)}`);
    if (typeof padding === "string" || padding.some((size) => size !== 0))
      parts.push(`padding=${textOf(padding)}`);
    if (dilation.some((size) => size !== 1)) parts.push(`dilation=${python(dilation)}`);
    if (groups !== 1) parts.push(`groups=${groups}`);
    if (this.bias === null) parts.push("bias=False");
    if (paddingMode !== "zeros") parts.push(`padding_mode=${paddingMode}`);
    return parts.join(", ");
  }
}

function textOf(padding: readonly number[] | string): string {
  return typeof padding === "string" ? padding : python(padding);
}

/** Padding as `pad` takes it: (before, after) of each dimension, the last first. */
function paddingAround(layer: Conv): number[] {
  const { padding, kernelSize, dilation } = layer;
  const pairs = kernelSize.map((size, i) => {
    if (padding === "valid") return [0, 0];
    if (padding !== "same") return [padding[i]!, padding[i]!];
    const total = dilation[i]! * (size - 1);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  });
  return pairs.reverse().flat();
}

/**
 * 1-D convolution: y[o, t] = bias[o] + Σ weight[o, c, k] · x[c, stride · t + dilation · k]; [N, C, L] or [C, L].
 * Weight and bias start uniform on ±1 / √(channels · kernel / groups).
 */
export class Conv1d extends Conv {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size1,
    options: ConvLayerOptions<Size1> = {},
  ) {
    super(1, inChannels, outChannels, kernelSize, options);
  }
}

/** Same as `Conv1d` over two dimensions; [N, C, H, W] or [C, H, W]. */
export class Conv2d extends Conv {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size2,
    options: ConvLayerOptions<Size2> = {},
  ) {
    super(2, inChannels, outChannels, kernelSize, options);
  }
}

/** Same as `Conv1d` over three dimensions; [N, C, D, H, W] or [C, D, H, W]. */
export class Conv3d extends Conv {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size3,
    options: ConvLayerOptions<Size3> = {},
  ) {
    super(3, inChannels, outChannels, kernelSize, options);
  }
}
