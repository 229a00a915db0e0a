// Distances between vectors and losses on them, as layers; the formulas are in `functional`.
import { positiveNumber } from "../checks/index.js";
import type { Tensor } from "../tensor/index.js";
import {
  cosineEmbeddingLoss,
  cosineSimilarity,
  hingeEmbeddingLoss,
  type MarginOptions,
  marginRankingLoss,
  pairwiseDistance,
  type TripletMarginLossOptions,
  tripletMarginLoss,
} from "./functional/embedding-loss.js";
import { Loss } from "./loss-base.js";
import { Module } from "./module.js";

/** x1 · x2 / max(‖x1‖ ‖x2‖, eps) along `dim` */
export class CosineSimilarity extends Module<[x1: Tensor, x2: Tensor]> {
  readonly dim: number;
  readonly eps: number;

  /** @param options `dim`: default 1; `eps`: default 1e-8. */
  constructor(options: { readonly dim?: number; readonly eps?: number } = {}) {
    super();
    this.dim = options.dim ?? 1;
    this.eps = options.eps ?? 1e-8;
  }

  override forward(x1: Tensor, x2: Tensor): Tensor {
    return cosineSimilarity(x1, x2, this);
  }
}

/** ‖x1 − x2 + eps‖ₚ along the last dimension */
export class PairwiseDistance extends Module<[x1: Tensor, x2: Tensor]> {
  readonly p: number;
  readonly eps: number;
  readonly keepdim: boolean;

  /** @param options `p`: default 2; `eps`: default 1e-6; `keepdim`: default false. */
  constructor(options: { readonly p?: number; readonly eps?: number; readonly keepdim?: boolean } = {}) {
    super();
    this.p = options.p ?? 2;
    this.eps = options.eps ?? 1e-6;
    this.keepdim = options.keepdim ?? false;
  }

  override forward(x1: Tensor, x2: Tensor): Tensor {
    return pairwiseDistance(x1, x2, this);
  }
}

/** 1 − cos(x1, x2) where y = 1, max(0, cos(x1, x2) − margin) where y = −1. Default margin: 0. */
export class CosineEmbeddingLoss extends Loss<[x1: Tensor, x2: Tensor, target: Tensor]> {
  readonly margin: number;

  constructor(options: MarginOptions = {}) {
    super(options);
    this.margin = options.margin ?? 0;
  }

  override forward(x1: Tensor, x2: Tensor, target: Tensor): Tensor {
    return cosineEmbeddingLoss(x1, x2, target, this);
  }
}

/** max(0, −y · (x1 − x2) + margin), y: 1 or −1. Default margin: 0. */
export class MarginRankingLoss extends Loss<[x1: Tensor, x2: Tensor, target: Tensor]> {
  readonly margin: number;

  constructor(options: MarginOptions = {}) {
    super(options);
    this.margin = options.margin ?? 0;
  }

  override forward(x1: Tensor, x2: Tensor, target: Tensor): Tensor {
    return marginRankingLoss(x1, x2, target, this);
  }
}

/** x where y = 1, max(0, margin − x) where y = −1. Default margin: 1. */
export class HingeEmbeddingLoss extends Loss {
  readonly margin: number;

  constructor(options: MarginOptions = {}) {
    super(options);
    this.margin = options.margin ?? 1;
  }

  override forward(x: Tensor, target: Tensor): Tensor {
    return hingeEmbeddingLoss(x, target, this);
  }
}

/**
 * max(0, d(anchor, positive) − d(anchor, negative) + margin). Default margin: 1.
 * @throws TorchError `torch/argument` unless `margin` is above 0.
 */
export class TripletMarginLoss extends Loss<[anchor: Tensor, positive: Tensor, negative: Tensor]> {
  readonly margin: number;
  readonly p: number;
  readonly eps: number;
  readonly swap: boolean;

  constructor(options: TripletMarginLossOptions = {}) {
    super(options);
    this.margin = positiveNumber("TripletMarginLoss: margin", options.margin ?? 1);
    this.p = options.p ?? 2;
    this.eps = options.eps ?? 1e-6;
    this.swap = options.swap ?? false;
  }

  override forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    return tripletMarginLoss(anchor, positive, negative, this);
  }
}
