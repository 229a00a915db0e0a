// Linear maps.
import { call } from "../dispatch.js";
import type { Tensor } from "../tensor/index.js";
import { uniform_ } from "./init/fill.js";
import { fanInAndOut, kaimingUniform_ } from "./init/scaled.js";
import { Module } from "./module.js";
import type { FactoryOptions } from "./options.js";
import { emptyParameter, type Parameter } from "./parameter.js";
import { python } from "./text.js";

/** Options of linear layers. */
export interface LinearOptions extends FactoryOptions {
  /** True if a learned bias is added. Default true. */
  readonly bias?: boolean;
}

/**
 * x · weightᵀ + bias; [*, inFeatures] → [*, outFeatures].
 * Weight [out, in] and bias [out] start uniform on ±1 / √inFeatures.
 */
export class Linear extends Module {
  readonly inFeatures: number;
  readonly outFeatures: number;
  weight: Parameter;
  bias: Parameter | null;

  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    super();
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    this.weight = emptyParameter([outFeatures, inFeatures], options);
    this.bias = (options.bias ?? true) ? emptyParameter([outFeatures], options) : null;
    this.resetParameters();
  }

  /** Re-initialises weight and bias. */
  resetParameters(): void {
    kaimingUniform_(this.weight, { a: Math.sqrt(5) });
    if (this.bias !== null) fillBias(this.weight, this.bias);
  }

  override forward(x: Tensor): Tensor {
    return call("aten::linear", x, this.weight, this.bias);
  }

  override extraRepr(): string {
    const { inFeatures, outFeatures, bias } = this;
    return `in_features=${inFeatures}, out_features=${outFeatures}, bias=${python(bias !== null)}`;
  }
}

/** Fills a bias uniformly on ±1 / √(fan in of the weight). */
export function fillBias(weight: Tensor, bias: Tensor): void {
  const { fanIn } = fanInAndOut(weight);
  const bound = fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0;
  uniform_(bias, { a: -bound, b: bound });
}

/**
 * yₖ = x1ᵀ · weightₖ · x2 + biasₖ; [*, in1Features], [*, in2Features] → [*, outFeatures].
 * Weight [out, in1, in2] and bias [out] start uniform on ±1 / √in1Features.
 */
export class Bilinear extends Module<[Tensor, Tensor]> {
  readonly in1Features: number;
  readonly in2Features: number;
  readonly outFeatures: number;
  weight: Parameter;
  bias: Parameter | null;

  constructor(in1Features: number, in2Features: number, outFeatures: number, options: LinearOptions = {}) {
    super();
    this.in1Features = in1Features;
    this.in2Features = in2Features;
    this.outFeatures = outFeatures;
    this.weight = emptyParameter([outFeatures, in1Features, in2Features], options);
    this.bias = (options.bias ?? true) ? emptyParameter([outFeatures], options) : null;
    this.resetParameters();
  }

  /** Re-initialises weight and bias. */
  resetParameters(): void {
    const bound = 1 / Math.sqrt(this.in1Features);
    uniform_(this.weight, { a: -bound, b: bound });
    if (this.bias !== null) uniform_(this.bias, { a: -bound, b: bound });
  }

  override forward(x1: Tensor, x2: Tensor): Tensor {
    return call("aten::bilinear", x1, x2, this.weight, this.bias);
  }

  override extraRepr(): string {
    const { in1Features, in2Features, outFeatures, bias } = this;
    const sizes = `in1_features=${in1Features}, in2_features=${in2Features}, out_features=${outFeatures}`;
    return `${sizes}, bias=${python(bias !== null)}`;
  }
}

/** Gives its argument back, as a tensor of its own that shares the memory. */
export class Identity extends Module {
  override forward(x: Tensor): Tensor {
    return call("aten::alias", x);
  }
}
