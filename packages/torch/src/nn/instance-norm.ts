// Normalisation of each channel of each example.
import { call } from "../dispatch.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { instanceNorm } from "./functional/norm.js";
import { ones_, zeros_ } from "./init/fill.js";
import { Module } from "./module.js";
import { type FactoryOptions, refuse } from "./options.js";
import { type Buffer, fullBuffer, fullParameter, type Parameter } from "./parameter.js";
import { float, python } from "./text.js";

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
abstract class InstanceNorm extends Module {
  readonly numFeatures: number;
  readonly eps: number;
  readonly momentum: number;
  readonly affine: boolean;
  readonly trackRunningStats: boolean;
  weight: Parameter | null;
  bias: Parameter | null;
  running_mean: Buffer | null;
  running_var: Buffer | null;
  num_batches_tracked: Buffer | null;
  /** The number of dimensions after the channels. */
  protected abstract readonly spatial: number;

  constructor(numFeatures: number, options: InstanceNormLayerOptions = {}) {
    super();
    const { eps = 1e-5, momentum = 0.1, affine = false, bias = true, trackRunningStats = false } = options;
    this.numFeatures = numFeatures;
    this.eps = eps;
    this.momentum = momentum;
    this.affine = affine;
    this.trackRunningStats = trackRunningStats;
    const size = [numFeatures];
    this.weight = affine ? fullParameter(size, 1, options) : null;
    this.bias = affine && bias ? fullParameter(size, 0, options) : null;
    this.running_mean = trackRunningStats ? fullBuffer(size, 0, options) : null;
    this.running_var = trackRunningStats ? fullBuffer(size, 1, options) : null;
    this.num_batches_tracked = trackRunningStats ? fullBuffer([], 0, { ...options, dtype: "int64" }) : null;
  }

  /** Forgets the running statistics. */
  resetRunningStats(): void {
    for (const buffer of [this.running_mean, this.num_batches_tracked]) if (buffer !== null) zeros_(buffer);
    if (this.running_var !== null) ones_(this.running_var);
  }

  /** Forgets the running statistics and sets weight to 1 and bias to 0. */
  resetParameters(): void {
    this.resetRunningStats();
    if (this.weight !== null) ones_(this.weight);
    if (this.bias !== null) zeros_(this.bias);
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

  override extraRepr(): string {
    const { numFeatures, eps, momentum, affine, trackRunningStats } = this;
    const numbers = `${numFeatures}, eps=${float(eps)}, momentum=${float(momentum)}`;
    const flags = `affine=${python(affine)}, bias=${python(this.bias !== null)}`;
    return `${numbers}, ${flags}, track_running_stats=${python(trackRunningStats)}`;
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
