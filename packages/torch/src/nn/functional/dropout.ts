// Dropout in its variants. All draw from the default generator, as PyTorch's do.
import { call } from "../../dispatch.js";
import type { Tensor } from "../../tensor/index.js";

/** Options of `dropout` and its variants. */
export interface DropoutOptions {
  /** The probability that an element is dropped. Default 0.5. */
  readonly p?: number;
  /** True to drop; false returns the argument unchanged. Default true; false for the alpha variants, as in PyTorch. */
  readonly training?: boolean;
  /** Overwrite the argument and return it. Default false. */
  readonly inplace?: boolean;
}

function drop(operator: string, x: Tensor, options: DropoutOptions): Tensor {
  const { p = 0.5, training = true, inplace = false } = options;
  return call(inplace ? `${operator}_` : operator, x, p, training);
}

/** Elements become 0 with probability p; the others are divided by 1 − p, so that the mean stays. */
export function dropout(x: Tensor, options: DropoutOptions = {}): Tensor {
  return drop("aten::dropout", x, options);
}

/** Same as `dropout`, of whole channels: x [N, C, L]. */
export function dropout1d(x: Tensor, options: DropoutOptions = {}): Tensor {
  return drop("aten::feature_dropout", x, options);
}

/** Same as `dropout`, of whole channels: x [N, C, H, W]. */
export function dropout2d(x: Tensor, options: DropoutOptions = {}): Tensor {
  return drop("aten::feature_dropout", x, options);
}

/** Same as `dropout`, of whole channels: x [N, C, D, H, W]. */
export function dropout3d(x: Tensor, options: DropoutOptions = {}): Tensor {
  return drop("aten::feature_dropout", x, options);
}

/** Dropout that keeps mean and variance of what `selu` gives (Klambauer et al. 2017). */
export function alphaDropout(x: Tensor, options: DropoutOptions = {}): Tensor {
  return drop("aten::alpha_dropout", x, { training: false, ...options });
}

/** Same as `alphaDropout`, of whole channels. */
export function featureAlphaDropout(x: Tensor, options: DropoutOptions = {}): Tensor {
  return drop("aten::feature_alpha_dropout", x, { training: false, ...options });
}
