// Normalisation of each channel of each example.
import { call } from "../dispatch.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { ChannelNorm } from "./batch-norm.js";
import { instanceNorm } from "./functional/norm.js";
import { type FactoryOptions, refuse } from "./options.js";

/** Options of instance norm layers. */
export interface InstanceNormLayerOptions extends FactoryOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** running = (1 − momentum) · running + momentum · batch's mean. Default 0.1. */
  readonly momentum?: number;
  /** True if the result is scaled and shifted by a learned weight and bias for each channel. Default false. */
  readonly affine?: boolean;
  /** True if it is shifted. Default true. */
  readonly bias?: boolean;
  /** True to remember statistics in training and use them afterwards. Default false. */
  readonly trackRunningStats?: boolean;
}

/** Shared part of instance norms. */
abstract class InstanceNorm extends ChannelNorm {
  declare readonly momentum: number;
  /** The number of dimensions after the channels. */
  protected abstract readonly spatial: number;

  constructor(numFeatures: number, options: InstanceNormLayerOptions = {}) {
    const { eps = 1e-5, momentum = 0.1, affine = false, bias = true, trackRunningStats = false } = options;
    super(numFeatures, { ...options, eps, momentum, affine, bias, trackRunningStats });
  }

  /**
   * @param x [N, C, *], or [C, *] without a batch
   * @throws TorchError for another number of dimensions or, if `affine` or `trackRunningStats`, of channels; or in
   * training on one value per channel.
   */
  override forward(x: Tensor): Tensor {
    const dims = x.ndim - this.spatial;
    const name = this.constructor.name;
    if (dims !== 1 && dims !== 2) {
      throw refuse(name, `expects ${this.spatial + 1} or ${this.spatial + 2} dimensions, got ${x.ndim}`);
    }
    const channels = x.size(dims - 1);
    if ((this.affine || this.trackRunningStats) && channels !== this.numFeatures) {
      throw refuse(name, `expects ${this.numFeatures} channels, got ${channels} in [${x.shape}]`);
    }
    const useInputStats = this.training || !this.trackRunningStats;
    if (useInputStats && x.shape.slice(dims).reduce((product, size) => product * size, 1) === 1) {
      throw refuse(name, `needs more than one value per channel of an example, got [${x.shape}]`);
    }
    const { weight, bias, running_mean: runningMean, running_var: runningVar, momentum, eps } = this;
    const options = { weight, bias, runningMean, runningVar, useInputStats, momentum, eps };
    if (dims === 2) return instanceNorm(x, options);
    return scope(() => call("aten::squeeze.dim", instanceNorm(call("aten::unsqueeze", x, 0), options), 0));
  }
}

/**
 * (x − mean) / √(var + eps), then · weight + bias if `affine`, for each channel of each example over its length;
 * [N, C, L] or [C, L]. The variance is the biased one (Ulyanov et al. 2016).
 */
export class InstanceNorm1d extends InstanceNorm {
  protected override readonly spatial: number = 1;
}

/** Same as `InstanceNorm1d` over height and width; [N, C, H, W] or [C, H, W]. */
export class InstanceNorm2d extends InstanceNorm {
  protected override readonly spatial: number = 2;
}

/** Same as `InstanceNorm1d` over depth, height and width; [N, C, D, H, W] or [C, D, H, W]. */
export class InstanceNorm3d extends InstanceNorm {
  protected override readonly spatial: number = 3;
}
