// Distances between vectors, and losses on them.
import { positiveNumber } from "../../checks/index.js";
import { call } from "../../dispatch.js";
import type { Tensor } from "../../tensor/index.js";
import { type LossOptions, reductionCode } from "./reduction.js";

/** x1 · x2 / max(‖x1‖ ‖x2‖, eps) along `dim`. @param options `dim`: default 1; `eps`: default 1e-8. */
export function cosineSimilarity(
  x1: Tensor,
  x2: Tensor,
  options: { readonly dim?: number; readonly eps?: number } = {},
): Tensor {
  return call("aten::cosine_similarity", x1, x2, options.dim, options.eps);
}

/** ‖x1 − x2 + eps‖ₚ along the last dimension. @param options `p`: default 2; `eps`: 1e-6; `keepdim`: default false. */
export function pairwiseDistance(
  x1: Tensor,
  x2: Tensor,
  options: { readonly p?: number; readonly eps?: number; readonly keepdim?: boolean } = {},
): Tensor {
  return call("aten::pairwise_distance", x1, x2, options.p, options.eps, options.keepdim);
}

/** Options of losses with a margin. */
export interface MarginOptions extends LossOptions {
  /** Margin in the loss's formula; the default stands there. */
  readonly margin?: number;
}

/** 1 − cos(x1, x2) where y = 1, max(0, cos(x1, x2) − margin) where y = −1. @param options `margin`: default 0. */
export function cosineEmbeddingLoss(
  x1: Tensor,
  x2: Tensor,
  target: Tensor,
  options: MarginOptions = {},
): Tensor {
  return call("aten::cosine_embedding_loss", x1, x2, target, options.margin, reductionCode(options));
}

/** max(0, −y · (x1 − x2) + margin), y: 1 or −1. @param options `margin`: default 0. */
export function marginRankingLoss(
  x1: Tensor,
  x2: Tensor,
  target: Tensor,
  options: MarginOptions = {},
): Tensor {
  return call("aten::margin_ranking_loss", x1, x2, target, options.margin, reductionCode(options));
}

/** x where y = 1, max(0, margin − x) where y = −1. @param options `margin`: default 1. */
export function hingeEmbeddingLoss(x: Tensor, target: Tensor, options: MarginOptions = {}): Tensor {
  return call("aten::hinge_embedding_loss", x, target, options.margin, reductionCode(options));
}

/** Options of `tripletMarginLoss`. */
export interface TripletMarginLossOptions extends MarginOptions {
  /** The p of the distances' norm. Default 2. */
  readonly p?: number;
  /** Added to differences, to keep the gradient finite. Default 1e-6. */
  readonly eps?: number;
  /** Use the smaller of d(anchor, negative) and d(positive, negative). Default false. */
  readonly swap?: boolean;
}

/** max(0, d(anchor, positive) − d(anchor, negative) + margin). @param options `margin`: above 0, default 1. */
export function tripletMarginLoss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletMarginLossOptions = {},
): Tensor {
  const { p, eps, swap } = options;
  const margin = positiveNumber("tripletMarginLoss: margin", options.margin ?? 1);
  const code = reductionCode(options);
  return call("aten::triplet_margin_loss", anchor, positive, negative, margin, p, eps, swap, code);
}
