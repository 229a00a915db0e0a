// Attention as one operator.
import { call } from "../../dispatch.js";
import type { Tensor } from "../../tensor/index.js";

/** Options of `scaledDotProductAttention`. */
export interface AttentionOptions {
  /**
   * A bool mask is true where a query may attend to a key; a floating-point mask is added to the scores. Broadcast
   * to [*, L, S]. Default none.
   */
  readonly attnMask?: Tensor | null;
  /** Dropout probability of the attention weights; applied in evaluation too, so give 0 there. Default 0. */
  readonly dropoutP?: number;
  /**
   * Causal mask: query i attends to keys 0 … i only, also where there are more keys than queries. Not together with
   * `attnMask`. Default false.
   */
  readonly isCausal?: boolean;
  /** Factor on the scores. Default 1 / √E. */
  readonly scale?: number;
  /** Grouped-query attention: groups of query heads share key and value heads. Default false. */
  readonly enableGqa?: boolean;
}

/**
 * Scaled dot-product attention softmax(q · kᵀ · scale + mask) · v, in a fused kernel where libtorch has one.
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
