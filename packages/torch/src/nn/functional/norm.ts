// Normalisation.
import { call } from "../../dispatch.js";
import { scope } from "../../memory.js";
import type { Tensor } from "../../tensor/index.js";
import { refuse } from "../options.js";

type Affine = {
  /** Factor of the normalised input. Default none. */
  readonly weight?: Tensor | null;
  /** Shift of the normalised input. Default none. */
  readonly bias?: Tensor | null;
};

/** Options of `batchNorm`. */
export interface BatchNormOptions extends Affine {
  /** True to normalise by the batch's own statistics, and to update the running ones by `momentum`. Default false. */
  readonly training?: boolean;
  /** running = (1 − momentum) · running + momentum · batch. Default 0.1. */
  readonly momentum?: number;
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
}

/**
 * (x − mean) / √(var + eps) · weight + bias for each channel (dimension 1).
 * @param runningMean of shape [C], as is `runningVar`: used in evaluation, updated in training. Null: no running
 * statistics.
 * @throws TorchError in training if a channel has one value only, which has no variance.
 */
export function batchNorm(
  x: Tensor,
  runningMean: Tensor | null,
  runningVar: Tensor | null,
  options: BatchNormOptions = {},
): Tensor {
  const { weight, bias, training = false, momentum = 0.1, eps = 1e-5 } = options;
  if (training) {
    const [batch = 0, , ...rest] = x.shape;
    if (rest.reduce((product, size) => product * size, batch) === 1) {
      throw refuse("batchNorm", `needs more than one value per channel in training, got [${x.shape}]`);
    }
  }
  return call("aten::batch_norm", x, weight, bias, runningMean, runningVar, training, momentum, eps, true);
}

/** Options of `instanceNorm`. */
export interface InstanceNormOptions extends Affine {
  /** Used instead of the input's statistics if `useInputStats` is false. Default none. */
  readonly runningMean?: Tensor | null;
  readonly runningVar?: Tensor | null;
  /** Default true. */
  readonly useInputStats?: boolean;
  /** Default 0.1. */
  readonly momentum?: number;
  /** Default 1e-5. */
  readonly eps?: number;
}

/** Same as `batchNorm`, with statistics for each channel of each sample. */
export function instanceNorm(x: Tensor, options: InstanceNormOptions = {}): Tensor {
  const { weight, bias, runningMean, runningVar, useInputStats = true, momentum = 0.1, eps = 1e-5 } = options;
  return call(
    "aten::instance_norm",
    x,
    weight,
    bias,
    runningMean,
    runningVar,
    useInputStats,
    momentum,
    eps,
    true,
  );
}

/**
 * (x − mean) / √(var + eps) · weight + bias over the last dimensions, `normalizedShape`. @param options `eps`:
 * 1e-5.
 */
export function layerNorm(
  x: Tensor,
  normalizedShape: readonly number[],
  options: Affine & { readonly eps?: number } = {},
): Tensor {
  return call("aten::layer_norm", x, normalizedShape, options.weight, options.bias, options.eps);
}

/** x / √(mean(x²) + eps) · weight over the last dimensions. @param options `eps`: default, the dtype's epsilon. */
export function rmsNorm(
  x: Tensor,
  normalizedShape: readonly number[],
  options: { readonly weight?: Tensor | null; readonly eps?: number | null } = {},
): Tensor {
  return call("aten::rms_norm", x, normalizedShape, options.weight, options.eps);
}

/** Same as `layerNorm` over each of `numGroups` groups of channels; x [N, C, *]. @param options `eps`: default 1e-5. */
export function groupNorm(
  x: Tensor,
  numGroups: number,
  options: Affine & { readonly eps?: number } = {},
): Tensor {
  return call("aten::group_norm", x, numGroups, options.weight, options.bias, options.eps);
}

/** x / max(‖x‖ₚ, eps) along `dim`. @param options `p`: default 2; `dim`: default 1; `eps`: default 1e-12. */
export function normalize(
  x: Tensor,
  options: { readonly p?: number; readonly dim?: number | readonly number[]; readonly eps?: number } = {},
): Tensor {
  const { p = 2, dim = 1, eps = 1e-12 } = options;
  return scope(() => {
    const length = call("aten::linalg_vector_norm", x, p, typeof dim === "number" ? [dim] : dim, true);
    return call("aten::div.Tensor", x, call("aten::clamp_min", length, eps));
  });
}
