// Normalisation within each example.
import { call } from "../dispatch.js";
import type { Tensor } from "../tensor/index.js";
import { ones_, zeros_ } from "./init/fill.js";
import { Module } from "./module.js";
import { type FactoryOptions, refuse } from "./options.js";
import { fullParameter, type Parameter } from "./parameter.js";
import { float, python } from "./text.js";

/** Options of `LayerNorm`. */
export interface LayerNormLayerOptions extends FactoryOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** True if the result is scaled (and shifted) by a learned weight (and bias). Default true. */
  readonly elementwiseAffine?: boolean;
  /** True if the shift is learned; without effect unless `elementwiseAffine`. Default true. */
  readonly bias?: boolean;
}

/**
 * Layer norm: (x − mean) / √(var + eps) · weight + bias over the last dimensions, which must be `normalizedShape`.
 * Weight starts as 1, bias as 0 (Ba et al. 2016).
 */
export class LayerNorm extends Module {
  readonly normalizedShape: readonly number[];
  readonly eps: number;
  readonly elementwiseAffine: boolean;
  weight: Parameter | null;
  bias: Parameter | null;

  constructor(normalizedShape: number | readonly number[], options: LayerNormLayerOptions = {}) {
    super();
    const { eps = 1e-5, elementwiseAffine = true, bias = true } = options;
    this.normalizedShape = [normalizedShape].flat();
    this.eps = eps;
    this.elementwiseAffine = elementwiseAffine;
    this.weight = elementwiseAffine ? fullParameter(this.normalizedShape, 1, options) : null;
    this.bias = elementwiseAffine && bias ? fullParameter(this.normalizedShape, 0, options) : null;
  }

  /** Sets weight to 1 and bias to 0. */
  resetParameters(): void {
    if (this.weight !== null) ones_(this.weight);
    if (this.bias !== null) zeros_(this.bias);
  }

  override forward(x: Tensor): Tensor {
    return call("aten::layer_norm", x, this.normalizedShape, this.weight, this.bias, this.eps);
  }

  override extraRepr(): string {
    const { normalizedShape, eps, elementwiseAffine, bias } = this;
    const shown = `${python(normalizedShape)}, eps=${float(eps)}, elementwise_affine=${python(elementwiseAffine)}`;
    return `${shown}, bias=${python(bias !== null)}`;
  }
}

/** Options of `RMSNorm`. */
export interface RmsNormLayerOptions extends FactoryOptions {
  /** Added to the mean square. Default null: the dtype's epsilon. */
  readonly eps?: number | null;
  /** True if the result is scaled by a learned weight. Default true. */
  readonly elementwiseAffine?: boolean;
}

/**
 * RMS norm: x / √(mean(x²) + eps) · weight over the last dimensions, which must be `normalizedShape` (Zhang and
 * Sennrich 2019).
 */
export class RMSNorm extends Module {
  readonly normalizedShape: readonly number[];
  readonly eps: number | null;
  readonly elementwiseAffine: boolean;
  weight: Parameter | null;

  constructor(normalizedShape: number | readonly number[], options: RmsNormLayerOptions = {}) {
    super();
    const { eps = null, elementwiseAffine = true } = options;
    this.normalizedShape = [normalizedShape].flat();
    this.eps = eps;
    this.elementwiseAffine = elementwiseAffine;
    this.weight = elementwiseAffine ? fullParameter(this.normalizedShape, 1, options) : null;
  }

  /** Sets weight to 1. */
  resetParameters(): void {
    if (this.weight !== null) ones_(this.weight);
  }

  override forward(x: Tensor): Tensor {
    return call("aten::rms_norm", x, this.normalizedShape, this.weight, this.eps);
  }

  override extraRepr(): string {
    const { normalizedShape, eps, elementwiseAffine } = this;
    const shown = `${python(normalizedShape)}, eps=${eps === null ? "None" : float(eps)}`;
    return `${shown}, elementwise_affine=${python(elementwiseAffine)}`;
  }
}

/** Options of `GroupNorm`. */
export interface GroupNormLayerOptions extends FactoryOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** True if the result is scaled and shifted by a learned weight and bias for each channel. Default true. */
  readonly affine?: boolean;
  /** True if the shift is learned; without effect unless `affine`. Default true. */
  readonly bias?: boolean;
}

/** Normalises each of `numGroups` groups of channels as `LayerNorm` does; [N, C, *] (Wu and He 2018). */
export class GroupNorm extends Module {
  readonly numGroups: number;
  readonly numChannels: number;
  readonly eps: number;
  readonly affine: boolean;
  weight: Parameter | null;
  bias: Parameter | null;

  /** @throws TorchError unless `numGroups` divides `numChannels`. */
  constructor(numGroups: number, numChannels: number, options: GroupNormLayerOptions = {}) {
    super();
    if (numChannels % numGroups !== 0) {
      throw refuse("GroupNorm", `${numGroups} groups do not divide ${numChannels} channels`);
    }
    this.numGroups = numGroups;
    this.numChannels = numChannels;
    this.eps = options.eps ?? 1e-5;
    this.affine = options.affine ?? true;
    this.weight = this.affine ? fullParameter([numChannels], 1, options) : null;
    this.bias = this.affine && (options.bias ?? true) ? fullParameter([numChannels], 0, options) : null;
  }

  /** Sets weight to 1 and bias to 0. */
  resetParameters(): void {
    if (this.weight !== null) ones_(this.weight);
    if (this.bias !== null) zeros_(this.bias);
  }

  override forward(x: Tensor): Tensor {
    return call("aten::group_norm", x, this.numGroups, this.weight, this.bias, this.eps);
  }

  override extraRepr(): string {
    const { numGroups, numChannels, eps, affine, bias } = this;
    const flags = `affine=${python(affine)}, bias=${python(bias !== null)}`;
    return `${numGroups}, ${numChannels}, eps=${float(eps)}, ${flags}`;
  }
}
