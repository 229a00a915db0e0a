// Attention as one operator.
import { call } from "../../dispatch.js";
import type { Tensor } from "../../tensor/index.js";

/** Options of `scaledDotProductAttention`. */
export interface AttentionOptions {
  /** Bool: true where a query may see a key; otherwise added to the scores. Broadcast to [*, L, S]. Default none. */
  readonly attnMask?: Tensor | null;
  /** The probability that an attention weight is dropped; give 0 outside training. Default 0. */
  readonly dropoutP?: number;
  /**
   * Query i sees keys 0 … i only, counted from the first of each also where there are more keys than queries; not together
   * with `attnMask`. Default false.
   */
  readonly isCausal?: boolean;
  /** Factor on the scores. Default 1 / √E. */
  readonly scale?: number;
  /** Let groups of query heads share key and value heads. Default false. */
  readonly enableGqa?: boolean;
}

/**
 * softmax(q · kᵀ · scale + mask) · v, in a fused kernel where libtorch has one.
 * @param query [*, L, E]; @param key [*, S, E]; @param value [*, S, Ev] → [*, L, Ev]
 */
export function scaledDotProductAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: AttentionOptions = {},
): Tensor {
  const { attnMask, dropoutP, isCausal, scale, enableGqa } = options;
  const operator = "aten::scaled_dot_product_attention";
  return call(operator, query, key, value, attnMask, dropoutP, isCausal, scale, enableGqa);
}
