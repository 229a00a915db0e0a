// Initialisations scaled so that signals keep their size through a layer.
import type { Tensor } from "../../tensor/index.js";
import { refuse } from "../options.js";
import { needs, normal_, type RandomOptions, uniform_ } from "./fill.js";

/** The nonlinearities that `calculateGain` knows. */
export type Nonlinearity =
  | "linear"
  | "conv1d"
  | "conv2d"
  | "conv3d"
  | "conv_transpose1d"
  | "conv_transpose2d"
  | "conv_transpose3d"
  | "sigmoid"
  | "tanh"
  | "relu"
  | "leaky_relu"
  | "selu";

/**
 * The recommended gain of weights before a nonlinearity: 1 for linear maps and sigmoid, 5/3 for tanh, √2
 * for relu, √(2 / (1 + slope²)) for leaky_relu, 3/4 for selu.
 * @param slope of leaky_relu; default 0.01.
 */
export function calculateGain(nonlinearity: Nonlinearity, slope = 0.01): number {
  switch (nonlinearity) {
    case "tanh":
      return 5 / 3;
    case "relu":
      return Math.sqrt(2);
    case "leaky_relu":
      return Math.sqrt(2 / (1 + slope ** 2));
    case "selu":
      return 3 / 4;
    case "linear":
    case "conv1d":
    case "conv2d":
    case "conv3d":
    case "conv_transpose1d":
    case "conv_transpose2d":
    case "conv_transpose3d":
    case "sigmoid":
      return 1;
    default:
      throw refuse("calculateGain", `unknown nonlinearity ${JSON.stringify(nonlinearity)}`);
  }
}

/** Number of inputs per output of a weight [out, in, *kernel] (fan in), and of outputs per input (fan out). */
export function fanInAndOut(tensor: Tensor): { fanIn: number; fanOut: number } {
  const [out = 0, input = 0, ...kernel] = tensor.shape;
  needs("fan in and out", tensor, tensor.ndim >= 2, "at least 2 dimensions");
  const field = kernel.reduce((product, size) => product * size, 1);
  return { fanIn: input * field, fanOut: out * field };
}

/** Uniform on ±gain · √(6 / (fan in + fan out)) (Glorot and Bengio 2010). @param options `gain`: default 1. */
export function xavierUniform_(
  tensor: Tensor,
  options: RandomOptions & { readonly gain?: number } = {},
): Tensor {
  const bound = Math.sqrt(3) * xavierStd(tensor, options.gain);
  return uniform_(tensor, { a: -bound, b: bound, generator: options.generator });
}

/** Normal with std gain · √(2 / (fan in + fan out)) (Glorot and Bengio 2010). @param options `gain`: default 1. */
export function xavierNormal_(
  tensor: Tensor,
  options: RandomOptions & { readonly gain?: number } = {},
): Tensor {
  return normal_(tensor, { std: xavierStd(tensor, options.gain), generator: options.generator });
}

function xavierStd(tensor: Tensor, gain = 1): number {
  const { fanIn, fanOut } = fanInAndOut(tensor);
  return gain * Math.sqrt(2 / (fanIn + fanOut));
}

/** Options of `kaimingUniform_` and `kaimingNormal_`. */
export interface KaimingOptions extends RandomOptions {
  /** The slope of leaky_relu. Default 0. */
  readonly a?: number;
  /** Variance to keep: the forward pass's (`"fan_in"`) or the backward pass's (`"fan_out"`). Default `"fan_in"`. */
  readonly mode?: "fan_in" | "fan_out";
  /** Default `"leaky_relu"`. */
  readonly nonlinearity?: Nonlinearity;
}

/** Uniform on ±gain · √(3 / fan) (He et al. 2015). */
export function kaimingUniform_(tensor: Tensor, options: KaimingOptions = {}): Tensor {
  if (tensor.numel === 0) return tensor;
  const bound = Math.sqrt(3) * kaimingStd(tensor, options);
  return uniform_(tensor, { a: -bound, b: bound, generator: options.generator });
}

/** Normal with std gain / √fan (He et al. 2015). */
export function kaimingNormal_(tensor: Tensor, options: KaimingOptions = {}): Tensor {
  if (tensor.numel === 0) return tensor;
  return normal_(tensor, { std: kaimingStd(tensor, options), generator: options.generator });
}

function kaimingStd(tensor: Tensor, options: KaimingOptions): number {
  const { a = 0, mode = "fan_in", nonlinearity = "leaky_relu" } = options;
  const { fanIn, fanOut } = fanInAndOut(tensor);
  if (mode !== "fan_in" && mode !== "fan_out")
    throw refuse("kaiming", `unknown mode ${JSON.stringify(mode)}`);
  return calculateGain(nonlinearity, a) / Math.sqrt(mode === "fan_in" ? fanIn : fanOut);
}
