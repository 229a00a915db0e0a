// Activations that act along one dimension.
import { call } from "../../dispatch.js";
import type { DType } from "../../dtype.js";
import { scope } from "../../memory.js";
import type { Generator } from "../../random.js";
import type { Tensor } from "../../tensor/index.js";

/** Options of `softmax` and its relatives. */
export interface SoftmaxOptions {
  /** Dtype that the argument is cast to first, and of the result. Default: the argument's. */
  readonly dtype?: DType;
}

/** Softmax: eˣ / Σ eˣ along `dim`, computed without overflow */
export function softmax(x: Tensor, dim: number, options: SoftmaxOptions = {}): Tensor {
  return call("aten::softmax.int", x, dim, options.dtype);
}

/** Softmin: e⁻ˣ / Σ e⁻ˣ along `dim` */
export function softmin(x: Tensor, dim: number, options: SoftmaxOptions = {}): Tensor {
  return scope(() => call("aten::softmax.int", call("aten::neg", x), dim, options.dtype));
}

/** log(softmax(x)) along `dim`, more accurate than the two functions in turn */
export function logSoftmax(x: Tensor, dim: number, options: SoftmaxOptions = {}): Tensor {
  return call("aten::log_softmax.int", x, dim, options.dtype);
}

/** a · sigmoid(b), where a and b are x's halves along `dim`. @param options `dim`: default −1. */
export function glu(x: Tensor, options: { readonly dim?: number } = {}): Tensor {
  return call("aten::glu", x, options.dim);
}

/**
 * A sample of the Gumbel-softmax distribution: softmax((logits + g) / tau), g = −log(Exponential(1)).
 * @param options `tau`: the temperature, default 1; `hard`: return the one-hot maximum, with the gradient of the soft
 * sample (default false); `dim`: default −1; `generator`.
 */
export function gumbelSoftmax(
  logits: Tensor,
  options: {
    readonly tau?: number;
    readonly hard?: boolean;
    readonly dim?: number;
    readonly generator?: Generator;
  } = {},
): Tensor {
  const { tau = 1, hard = false, dim = -1, generator } = options;
  return scope(() => {
    const exponential = call(
      "aten::exponential_",
      call("aten::empty_like", call("aten::detach", logits)),
      1,
      generator,
    );
    const noisy = call("aten::sub.Tensor", logits, call("aten::log", exponential));
    const soft = softmax(call("aten::div.Scalar", noisy, tau), dim);
    if (!hard) return soft;
    const [, index] = call<[Tensor, Tensor]>("aten::max.dim", soft, dim, true);
    const oneHot = call(
      "aten::scatter.value",
      call("aten::zeros_like", call("aten::detach", soft)),
      dim,
      index,
      1,
    );
    // (oneHot − soft) + soft: the value is one-hot up to rounding, the derivative is the soft sample's.
    return call("aten::add.Tensor", call("aten::sub.Tensor", oneHot, call("aten::detach", soft)), soft);
  });
}
