// Normalisation over the batch.
import { call } from "../dispatch.js";
import type { Tensor } from "../tensor/index.js";
import { batchNorm } from "./functional/norm.js";
import { ones_, zeros_ } from "./init/fill.js";
import { Module } from "./module.js";
import { type FactoryOptions, refuse } from "./options.js";
import { type Buffer, fullBuffer, fullParameter, type Parameter } from "./parameter.js";
import { float, python } from "./text.js";

/** Options of batch norm layers. */
export interface BatchNormLayerOptions extends FactoryOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** running = (1 − momentum) · running + momentum · batch; null: the mean over all batches. Default 0.1. */
  readonly momentum?: number | null;
  /** True if the result is scaled and shifted by a learned weight and bias. Default true. */
  readonly affine?: boolean;
  /** True if the shift is learned; without effect unless `affine`. Default true. */
  readonly bias?: boolean;
  /** True to keep running statistics in training and use them in evaluation. Default true. */
  readonly trackRunningStats?: boolean;
}

/** @internal Options of norms of channels, complete. */
export interface ChannelNormOptions extends FactoryOptions {
  readonly eps: number;
  readonly momentum: number | null;
  readonly affine: boolean;
  readonly bias: boolean;
  readonly trackRunningStats: boolean;
}

/** @internal Shared part of batch and instance norms. */
export abstract class ChannelNorm extends Module {
  readonly numFeatures: number;
  readonly eps: number;
  readonly momentum: number | null;
  readonly affine: boolean;
  readonly trackRunningStats: boolean;
  weight: Parameter | null;
  bias: Parameter | null;
  running_mean: Buffer | null;
  running_var: Buffer | null;
  num_batches_tracked: Buffer | null;

  constructor(numFeatures: number, options: ChannelNormOptions) {
    super();
    const { eps, momentum, affine, bias, trackRunningStats } = options;
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

  /** Resets the running statistics to mean 0 and variance 1. */
  resetRunningStats(): void {
    for (const buffer of [this.running_mean, this.num_batches_tracked]) if (buffer !== null) zeros_(buffer);
    if (this.running_var !== null) ones_(this.running_var);
  }

  /** Resets the running statistics, weight to 1 and bias to 0. */
  resetParameters(): void {
    this.resetRunningStats();
    if (this.weight !== null) ones_(this.weight);
    if (this.bias !== null) zeros_(this.bias);
  }

  override extraRepr(): string {
    const { numFeatures, eps, momentum, affine, trackRunningStats } = this;
    const numbers = `${numFeatures}, eps=${float(eps)}, momentum=${momentum === null ? "None" : float(momentum)}`;
    const flags = `affine=${python(affine)}, bias=${python(this.bias !== null)}`;
    return `${numbers}, ${flags}, track_running_stats=${python(trackRunningStats)}`;
  }
}

/** Shared part of batch norms. */
abstract class BatchNorm extends ChannelNorm {
  constructor(numFeatures: number, options: BatchNormLayerOptions = {}) {
    const { eps = 1e-5, momentum = 0.1, affine = true, bias = true, trackRunningStats = true } = options;
    super(numFeatures, { ...options, eps, momentum, affine, bias, trackRunningStats });
  }

  /** @throws TorchError for an input of another number of dimensions, or training on one value per channel. */
  override forward(x: Tensor): Tensor {
    this.checkDimensions(x.ndim);
    const { weight, bias, eps, running_mean, running_var } = this;
    const training = this.training || running_mean === null;
    const momentum =
      this.training && this.num_batches_tracked !== null ? this.countBatch() : (this.momentum ?? 0);
    return batchNorm(x, running_mean, running_var, { weight, bias, training, momentum, eps });
  }

  /** Counts a batch in training; returns its weight in the running statistics. */
  private countBatch(): number {
    const { num_batches_tracked: count, momentum } = this;
    call("aten::add_.Scalar", count, 1);
    return momentum ?? 1 / (count?.item() ?? 1);
  }

  protected abstract checkDimensions(dims: number): void;
}

/**
 * Batch norm: (x − mean) / √(var + eps) · weight + bias, for each channel over batch and length; [N, C] or [N, C, L].
 * The variance is the biased one; the running variance takes the unbiased one (Ioffe and Szegedy 2015).
 */
export class BatchNorm1d extends BatchNorm {
  protected override checkDimensions(dims: number): void {
    if (dims !== 2 && dims !== 3) throw refuse("BatchNorm1d", `expects 2 or 3 dimensions, got ${dims}`);
  }
}

/** Same as `BatchNorm1d` over batch, height and width; [N, C, H, W]. */
export class BatchNorm2d extends BatchNorm {
  protected override checkDimensions(dims: number): void {
    if (dims !== 4) throw refuse("BatchNorm2d", `expects 4 dimensions, got ${dims}`);
  }
}

/** Same as `BatchNorm1d` over batch, depth, height and width; [N, C, D, H, W]. */
export class BatchNorm3d extends BatchNorm {
  protected override checkDimensions(dims: number): void {
    if (dims !== 5) throw refuse("BatchNorm3d", `expects 5 dimensions, got ${dims}`);
  }
}
