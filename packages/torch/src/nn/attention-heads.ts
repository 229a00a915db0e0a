// Attention between heads: q [N, H, L, E], k [N, H, S, E], v [N, H, S, E].
import { call } from "../dispatch.js";
import type { Tensor } from "../tensor/index.js";

/** Attention in one operator. */
export function attend(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  mask: Tensor | null,
  dropout: number,
  causal: boolean,
): Tensor {
  return call("aten::scaled_dot_product_attention", q, k, v, mask, dropout, causal);
}

/** Attention written out, with its weights [N, H, L, S]. */
export function weigh(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  mask: Tensor | null,
  dropout: number,
): [result: Tensor, weights: Tensor] {
  const scaled = call("aten::mul.Scalar", q, Math.sqrt(1 / q.size(-1)));
  const products = call("aten::matmul", scaled, call("aten::transpose.int", k, -2, -1));
  const scores = mask === null ? products : call("aten::add.Tensor", products, mask);
  const sharp = call("aten::softmax.int", scores, -1);
  const weights = dropout > 0 ? call("aten::dropout", sharp, dropout, true) : sharp;
  return [call("aten::matmul", weights, v), weights];
}
