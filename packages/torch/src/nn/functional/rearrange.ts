// Channels in another order, normalisation over neighbouring channels, distances of all pairs.
import { wholeNumber } from "../../checks/index.js";
import { call } from "../../dispatch.js";
import { scope } from "../../memory.js";
import type { Tensor } from "../../tensor/index.js";
import { refuse } from "../options.js";

/** Deals the channels of x [N, C, *] into `groups` and takes one of each in turn (Zhang et al. 2018). */
export function channelShuffle(x: Tensor, groups: number): Tensor {
  return call("aten::channel_shuffle", x, groups);
}

/** Options of `localResponseNorm`. */
export interface LocalResponseNormOptions {
  /** Default 1e-4. */
  readonly alpha?: number;
  /** Default 0.75. */
  readonly beta?: number;
  /** Default 1. */
  readonly k?: number;
}

/**
 * x / (k + α · mean of x² over `size` neighbouring channels)^β, with zeros beyond the first and the last channel;
 * x [N, C, *] with at least three dimensions (Krizhevsky et al. 2012).
 */
export function localResponseNorm(x: Tensor, size: number, options: LocalResponseNormOptions = {}): Tensor {
  const { alpha = 1e-4, beta = 0.75, k = 1 } = options;
  wholeNumber("localResponseNorm: size", size, 1);
  const { shape } = x;
  if (shape.length < 3) throw refuse("localResponseNorm", `needs at least 3 dimensions, got ${shape.length}`);
  if (x.numel === 0) return call("aten::alias", x);
  const [batch = 0, channels = 0] = shape;
  return scope(() => {
    const squares = call("aten::reshape", x.square(), [batch, 1, channels, -1]);
    const wide = call("aten::constant_pad_nd", squares, [0, 0, size >> 1, (size - 1) >> 1], 0);
    const means = call("aten::avg_pool2d", wide, [size, 1], [1, 1]);
    return x.div(means.reshape(shape).mul(alpha).add(k).pow(beta));
  });
}

/** ‖xᵢ − xⱼ‖ₚ for every i < j in order; x [N, M] → [N (N − 1) / 2]. @param p default 2 */
export function pdist(x: Tensor, p = 2): Tensor {
  return call("aten::pdist", x, p);
}
