// Layers over channels, and the triplet loss with a distance of one's own.
import type { Tensor } from "../tensor/index.js";
import { channelShuffle, type LocalResponseNormOptions, localResponseNorm } from "./functional/rearrange.js";
import { type TripletDistanceOptions, tripletMarginWithDistanceLoss } from "./functional/triplet-loss.js";
import { Loss } from "./loss-base.js";
import { Module } from "./module.js";
import { python } from "./text.js";

/** Deals the channels of [N, C, *] into `groups` and takes one of each in turn. */
export class ChannelShuffle extends Module {
  readonly groups: number;

  constructor(groups: number) {
    super();
    this.groups = groups;
  }

  override forward(x: Tensor): Tensor {
    return channelShuffle(x, this.groups);
  }

  override extraRepr(): string {
    return `groups=${this.groups}`;
  }
}

/** x / (k + α · mean of x² over `size` neighbouring channels)^β; [N, C, *]. See `functional.localResponseNorm`. */
export class LocalResponseNorm extends Module {
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly k: number;

  /** @param options `alpha`: default 1e-4; `beta`: default 0.75; `k`: default 1. */
  constructor(size: number, options: LocalResponseNormOptions = {}) {
    super();
    this.size = size;
    this.alpha = options.alpha ?? 1e-4;
    this.beta = options.beta ?? 0.75;
    this.k = options.k ?? 1;
  }

  override forward(x: Tensor): Tensor {
    return localResponseNorm(x, this.size, this);
  }

  override extraRepr(): string {
    const { size, alpha, beta, k } = this;
    return `${size}, alpha=${python(alpha)}, beta=${python(beta)}, k=${Number.isInteger(k) ? `${k}.0` : k}`;
  }
}

/** `TripletMarginLoss` with a distance of one's own; see `functional.tripletMarginWithDistanceLoss`. */
export class TripletMarginWithDistanceLoss extends Loss<
  [anchor: Tensor, positive: Tensor, negative: Tensor]
> {
  readonly distanceFunction: ((x: Tensor, y: Tensor) => Tensor) | null;
  readonly margin: number;
  readonly swap: boolean;

  constructor(options: TripletDistanceOptions = {}) {
    super(options);
    this.distanceFunction = options.distanceFunction ?? null;
    this.margin = options.margin ?? 1;
    this.swap = options.swap ?? false;
  }

  override forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    return tripletMarginWithDistanceLoss(anchor, positive, negative, this);
  }
}
