// Transposed convolutional layers.
import { call } from "../dispatch.js";
import type { Tensor } from "../tensor/index.js";
import { checkGroups } from "./conv.js";
import { kaimingUniform_ } from "./init/scaled.js";
import { fillBias } from "./linear.js";
import { Module } from "./module.js";
import { expand, type FactoryOptions, refuse, type Size1, type Size2, type Size3 } from "./options.js";
import { emptyParameter, type Parameter } from "./parameter.js";
import { python } from "./text.js";

/** Options of transposed convolutional layers. */
export interface ConvTransposeLayerOptions<Size> extends FactoryOptions {
  /** Default 1. */
  readonly stride?: Size;
  /** Number of elements removed from both ends of the result. Default 0. */
  readonly padding?: Size;
  /** Number of elements added at the far end of the result; less than the stride or the dilation. Default 0. */
  readonly outputPadding?: Size;
  /** Number of independent groups that the channels are divided into. Default 1. */
  readonly groups?: number;
  /** True if a learned bias is added. Default true. */
  readonly bias?: boolean;
  /** Distance between the kernel's elements. Default 1. */
  readonly dilation?: Size;
}

type Sizes = number | readonly number[];
const operators = ["aten::conv_transpose1d", "aten::conv_transpose2d.input", "aten::conv_transpose3d.input"];

/** @internal Shared part of transposed convolutions; weight [in, out / groups, *kernel], bias [out]. */
export abstract class ConvTranspose extends Module<[x: Tensor, outputSize?: readonly number[]]> {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly outputPadding: readonly number[];
  readonly groups: number;
  readonly dilation: readonly number[];
  weight: Parameter;
  bias: Parameter | null;
  private readonly operator: string;

  constructor(
    dims: number,
    inChannels: number,
    outChannels: number,
    kernelSize: Sizes,
    options: ConvTransposeLayerOptions<Sizes>,
  ) {
    super();
    const { stride = 1, padding = 0, outputPadding = 0, groups = 1, bias = true, dilation = 1 } = options;
    checkGroups(`ConvTranspose${dims}d`, inChannels, outChannels, groups);
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = expand(kernelSize, dims);
    this.stride = expand(stride, dims);
    this.padding = expand(padding, dims);
    this.outputPadding = expand(outputPadding, dims);
    this.groups = groups;
    this.dilation = expand(dilation, dims);
    this.operator = operators[dims - 1]!;
    this.weight = emptyParameter([inChannels, outChannels / groups, ...this.kernelSize], options);
    this.bias = bias ? emptyParameter([outChannels], options) : null;
    this.resetParameters();
  }

  /** Re-initialises weight and bias. */
  resetParameters(): void {
    kaimingUniform_(this.weight, { a: Math.sqrt(5) });
    if (this.bias !== null) fillBias(this.weight, this.bias);
  }

  /**
   * @param outputSize the spatial size of the result, of the several that are possible if stride > 1; default: the
   * smallest one plus `outputPadding`. @throws TorchError if it is not possible.
   */
  override forward(x: Tensor, outputSize?: readonly number[]): Tensor {
    const { weight, bias, stride, padding, groups, dilation } = this;
    const outputPadding =
      outputSize === undefined ? this.outputPadding : this.paddingFor(x.shape, outputSize);
    return call(this.operator, x, weight, bias, stride, padding, outputPadding, groups, dilation);
  }

  private paddingFor(shape: readonly number[], outputSize: readonly number[]): number[] {
    const dims = this.kernelSize.length;
    const smallest = shape.slice(-dims).map((length, i) => {
      const kernel = this.dilation[i]! * (this.kernelSize[i]! - 1) + 1;
      return (length - 1) * this.stride[i]! - 2 * this.padding[i]! + kernel;
    });
    const extra = outputSize.slice(-dims).map((size, i) => size - smallest[i]!);
    if (extra.length < dims || extra.some((more, i) => more < 0 || more >= this.stride[i]!)) {
      const largest = smallest.map((size, i) => size + this.stride[i]! - 1);
      throw refuse(
        `ConvTranspose${dims}d`,
        `output size [${outputSize}] is not between [${smallest}] and [${largest}], the sizes possible for [${shape}]`,
      );
    }
    return extra;
  }

  override extraRepr(): string {
    const { kernelSize, stride, padding, dilation, outputPadding, groups } = this;
    const parts = [`${this.inChannels}, ${this.outChannels}, kernel_size=${python(kernelSize)}`];
    parts.push(`stride=${python(stride)}`);
    if (padding.some((size) => size !== 0)) parts.push(`padding=${python(padding)}`);
    if (dilation.some((size) => size !== 1)) parts.push(`dilation=${python(dilation)}`);
    if (outputPadding.some((size) => size !== 0)) parts.push(`output_padding=${python(outputPadding)}`);
    if (groups !== 1) parts.push(`groups=${groups}`);
    if (this.bias === null) parts.push("bias=False");
    return parts.join(", ");
  }
}

/** The transpose of a `Conv1d` as a linear map, which undoes its change of size; [N, C, L] or [C, L]. */
export class ConvTranspose1d extends ConvTranspose {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size1,
    options: ConvTransposeLayerOptions<Size1> = {},
  ) {
    super(1, inChannels, outChannels, kernelSize, options);
  }
}

/** Same as `ConvTranspose1d` over two dimensions; [N, C, H, W] or [C, H, W]. */
export class ConvTranspose2d extends ConvTranspose {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size2,
    options: ConvTransposeLayerOptions<Size2> = {},
  ) {
    super(2, inChannels, outChannels, kernelSize, options);
  }
}

/** Same as `ConvTranspose1d` over three dimensions; [N, C, D, H, W] or [C, D, H, W]. */
export class ConvTranspose3d extends ConvTranspose {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size3,
    options: ConvTransposeLayerOptions<Size3> = {},
  ) {
    super(3, inChannels, outChannels, kernelSize, options);
  }
}
