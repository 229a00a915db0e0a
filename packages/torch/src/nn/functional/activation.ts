// Activations that act on each element by itself.
import { call } from "../../dispatch.js";
import { scope } from "../../memory.js";
import type { Tensor } from "../../tensor/index.js";
import { refuse } from "../options.js";

/** An option of activations that can overwrite their argument. */
export interface InplaceOptions {
  /** Overwrite the argument and return it. Default false. */
  readonly inplace?: boolean;
}

/** max(0, x) */
export function relu(x: Tensor, options: InplaceOptions = {}): Tensor {
  return call(options.inplace ? "aten::relu_" : "aten::relu", x);
}

/** min(max(0, x), 6) */
export function relu6(x: Tensor, options: InplaceOptions = {}): Tensor {
  return call(options.inplace ? "aten::relu6_" : "aten::relu6", x);
}

/** x where x > 0, else negativeSlope · x. @param options `negativeSlope`: default 0.01. */
export function leakyRelu(
  x: Tensor,
  options: InplaceOptions & { readonly negativeSlope?: number } = {},
): Tensor {
  return call(options.inplace ? "aten::leaky_relu_" : "aten::leaky_relu", x, options.negativeSlope);
}

/** x where x > 0, else weight · x. @param weight one number, or one for each channel (dimension 1). */
export function prelu(x: Tensor, weight: Tensor): Tensor {
  return call("aten::prelu", x, weight);
}

/** x where x > 0, else a · x with a drawn uniformly from [lower, upper] in training and their mean otherwise. */
export function rrelu(
  x: Tensor,
  options: InplaceOptions & {
    /** Default 1/8. */
    readonly lower?: number;
    /** Default 1/3. */
    readonly upper?: number;
    /** Default false. */
    readonly training?: boolean;
  } = {},
): Tensor {
  const { lower, upper, training = false } = options;
  return call(options.inplace ? "aten::rrelu_" : "aten::rrelu", x, lower, upper, training);
}

/** x where x > 0, else alpha · (eˣ − 1). @param options `alpha`: default 1. */
export function elu(x: Tensor, options: InplaceOptions & { readonly alpha?: number } = {}): Tensor {
  return call(options.inplace ? "aten::elu_" : "aten::elu", x, options.alpha);
}

/** scale · elu(x, α) with the constants that keep mean 0 and variance 1 (Klambauer et al. 2017). */
export function selu(x: Tensor, options: InplaceOptions = {}): Tensor {
  return call(options.inplace ? "aten::selu_" : "aten::selu", x);
}

/** max(0, x) + min(0, alpha · (e^(x/alpha) − 1)). @param options `alpha`: default 1. */
export function celu(x: Tensor, options: InplaceOptions & { readonly alpha?: number } = {}): Tensor {
  return call(options.inplace ? "aten::celu_" : "aten::celu", x, options.alpha);
}

/** x · Φ(x), Φ the normal distribution function. @param options `approximate`: `"none"` (default) or `"tanh"`. */
export function gelu(x: Tensor, options: { readonly approximate?: "none" | "tanh" } = {}): Tensor {
  return call("aten::gelu", x, options.approximate);
}

/** x · sigmoid(x), also called swish */
export function silu(x: Tensor, options: InplaceOptions = {}): Tensor {
  return call(options.inplace ? "aten::silu_" : "aten::silu", x);
}

/** x · tanh(softplus(x)) */
export function mish(x: Tensor, options: InplaceOptions = {}): Tensor {
  return call(options.inplace ? "aten::mish_" : "aten::mish", x);
}

/**
 * log(1 + e^(beta·x)) / beta, and x itself where beta · x > threshold.
 * @param options `beta`: default 1; `threshold`: default 20.
 */
export function softplus(
  x: Tensor,
  options: { readonly beta?: number; readonly threshold?: number } = {},
): Tensor {
  return call("aten::softplus", x, options.beta, options.threshold);
}

/** x / (1 + |x|) */
export function softsign(x: Tensor): Tensor {
  return scope(() => call("aten::div.Tensor", x, call("aten::add.Scalar", call("aten::abs", x), 1)));
}

/** 1 / (1 + e⁻ˣ) */
export function sigmoid(x: Tensor): Tensor {
  return call("aten::sigmoid", x);
}

/** The hyperbolic tangent. */
export function tanh(x: Tensor): Tensor {
  return call("aten::tanh", x);
}

/** x cut to [minVal, maxVal]. @param options `minVal`: default −1; `maxVal`: default 1. */
export function hardtanh(
  x: Tensor,
  options: InplaceOptions & { readonly minVal?: number; readonly maxVal?: number } = {},
): Tensor {
  const { inplace, minVal = -1, maxVal = 1 } = options;
  if (minVal > maxVal) throw refuse("hardtanh", `minVal ${minVal} is above maxVal ${maxVal}`);
  return call(inplace ? "aten::hardtanh_" : "aten::hardtanh", x, minVal, maxVal);
}

/** x · relu6(x + 3) / 6 */
export function hardswish(x: Tensor, options: InplaceOptions = {}): Tensor {
  return call(options.inplace ? "aten::hardswish_" : "aten::hardswish", x);
}

/** relu6(x + 3) / 6 */
export function hardsigmoid(x: Tensor, options: InplaceOptions = {}): Tensor {
  return call(options.inplace ? "aten::hardsigmoid_" : "aten::hardsigmoid", x);
}

/** log(1 / (1 + e⁻ˣ)) */
export function logsigmoid(x: Tensor): Tensor {
  return call("aten::log_sigmoid", x);
}

/** x − tanh(x) */
export function tanhshrink(x: Tensor): Tensor {
  return scope(() => call("aten::sub.Tensor", x, call("aten::tanh", x)));
}

/** x moved towards 0 by `lambd`, and 0 where |x| ≤ lambd. @param options `lambd`: default 0.5. */
export function softshrink(x: Tensor, options: { readonly lambd?: number } = {}): Tensor {
  return call("aten::softshrink", x, options.lambd);
}

/** x where |x| > lambd, else 0. @param options `lambd`: default 0.5. */
export function hardshrink(x: Tensor, options: { readonly lambd?: number } = {}): Tensor {
  return call("aten::hardshrink", x, options.lambd);
}

/** x where x > threshold, else value */
export function threshold(x: Tensor, threshold: number, value: number, options: InplaceOptions = {}): Tensor {
  return call(options.inplace ? "aten::threshold_" : "aten::threshold", x, threshold, value);
}
