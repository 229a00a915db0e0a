// Multi-head attention.
import { call } from "../dispatch.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { attend, weigh } from "./attention-heads.js";
import { type Masks, mergeMasks } from "./attention-mask.js";
import { constant_ } from "./init/fill.js";
import { xavierNormal_, xavierUniform_ } from "./init/scaled.js";
import { Linear } from "./linear.js";
import { Module } from "./module.js";
import { type FactoryOptions, refuse } from "./options.js";
import { emptyParameter, type Parameter } from "./parameter.js";

/** Options of `MultiheadAttention`. */
export interface MultiheadAttentionOptions extends FactoryOptions {
  /** Dropout probability of the attention weights, in training. Default 0. */
  readonly dropout?: number;
  /** True if the projections add learned biases. Default true. */
  readonly bias?: boolean;
  /** Add a learned key and value to every sequence. Default false. */
  readonly addBiasKv?: boolean;
  /** Add a key and a value of zeros to every sequence. Default false. */
  readonly addZeroAttn?: boolean;
  /** Size of the keys. Default embedDim. */
  readonly kdim?: number;
  /** Size of the values. Default embedDim. */
  readonly vdim?: number;
  /** True if sequences are [batch, time, features] and not [time, batch, features]. Default false. */
  readonly batchFirst?: boolean;
}

/** Options of `MultiheadAttention.forward`. */
export interface AttentionCallOptions extends Masks {
  /** True to return the weights too; without them a fused kernel is used. Default true. */
  readonly needWeights?: boolean;
  /** True if the weights are averaged over the heads. Default true. */
  readonly averageAttnWeights?: boolean;
}

// PyTorch's name of this class, so that the printed text is the same.
class NonDynamicallyQuantizableLinear extends Linear {}

type Attended = [output: Tensor, weights: Tensor | null];

/**
 * Multi-head attention concat(head₁ … head_h) · W_O with headᵢ = attention(q · W_Qᵢ, k · W_Kᵢ, v · W_Vᵢ) (Vaswani
 * et al. 2017). `in_proj_weight` [3 · embed, embed] holds W_Q, W_K and W_V one below the other; with `kdim` or
 * `vdim` they are `q_proj_weight`, `k_proj_weight` and `v_proj_weight`. Weights start Xavier-uniform, biases as 0.
 */
export class MultiheadAttention extends Module<
  [query: Tensor, key: Tensor, value: Tensor, options?: AttentionCallOptions],
  Attended
> {
  readonly embedDim: number;
  readonly numHeads: number;
  readonly dropout: number;
  readonly addZeroAttn: boolean;
  readonly batchFirst: boolean;
  q_proj_weight: Parameter | null = null;
  k_proj_weight: Parameter | null = null;
  v_proj_weight: Parameter | null = null;
  in_proj_weight: Parameter | null = null;
  in_proj_bias: Parameter | null;
  bias_k: Parameter | null;
  bias_v: Parameter | null;
  out_proj: Linear;

  /** @throws TorchError unless `numHeads` divides `embedDim`. */
  constructor(embedDim: number, numHeads: number, options: MultiheadAttentionOptions = {}) {
    super();
    const { dropout = 0, bias = true, kdim = embedDim, vdim = embedDim, addBiasKv = false } = options;
    if (!(numHeads > 0) || embedDim % numHeads !== 0) {
      throw refuse("MultiheadAttention", `${numHeads} heads do not divide embedDim ${embedDim}`);
    }
    this.embedDim = embedDim;
    this.numHeads = numHeads;
    this.dropout = dropout;
    this.addZeroAttn = options.addZeroAttn ?? false;
    this.batchFirst = options.batchFirst ?? false;
    if (kdim === embedDim && vdim === embedDim) {
      this.in_proj_weight = emptyParameter([3 * embedDim, embedDim], options);
    } else {
      this.q_proj_weight = emptyParameter([embedDim, embedDim], options);
      this.k_proj_weight = emptyParameter([embedDim, kdim], options);
      this.v_proj_weight = emptyParameter([embedDim, vdim], options);
    }
    const { dtype, device } = options;
    this.in_proj_bias = bias ? emptyParameter([3 * embedDim], options) : null;
    this.bias_k = addBiasKv ? emptyParameter([1, 1, embedDim], options) : null;
    this.bias_v = addBiasKv ? emptyParameter([1, 1, embedDim], options) : null;
    this.out_proj = new NonDynamicallyQuantizableLinear(embedDim, embedDim, { bias, dtype, device });
    this.resetParameters();
  }

  /** Re-initialises the weights of the projections (as in PyTorch, not the output's) and sets biases to 0. */
  resetParameters(): void {
    for (const weight of [this.in_proj_weight, this.q_proj_weight, this.k_proj_weight, this.v_proj_weight]) {
      if (weight !== null) xavierUniform_(weight);
    }
    for (const bias of [this.in_proj_bias, this.in_proj_bias && this.out_proj.bias]) {
      if (bias !== null) constant_(bias, 0);
    }
    for (const extra of [this.bias_k, this.bias_v]) if (extra !== null) xavierNormal_(extra);
  }

  /**
   * @param query [L, N, embed], key [S, N, kdim], value [S, N, vdim]; or [N, time, …] if `batchFirst`, or without N.
   * @returns the output, shaped as the query, and the weights [N, L, S], or [N, heads, L, S] if they are not averaged;
   * null unless `needWeights`.
   * @throws TorchError if sizes do not fit, or for a mask that is neither bool nor floating.
   */
  override forward(query: Tensor, key: Tensor, value: Tensor, options: AttentionCallOptions = {}): Attended {
    return scope((): Attended => {
      const dims = query.ndim;
      if (dims === 3) return this.attend(query, key, value, this.batchFirst, options);
      if (dims !== 2) throw refuse("MultiheadAttention", `expects 2 or 3 dimensions, got ${dims}`);
      const batched = new Map([query, key, value].map((x) => [x, call("aten::unsqueeze", x, 1)]));
      const [q, k, v] = [query, key, value].map((x) => batched.get(x)!) as [Tensor, Tensor, Tensor];
      const { keyPaddingMask } = options;
      const mask = keyPaddingMask && call("aten::unsqueeze", keyPaddingMask, 0);
      const [output, weights] = this.attend(q, k, v, false, { ...options, keyPaddingMask: mask });
      return [call("aten::squeeze.dim", output, 1), weights && call("aten::squeeze.dim", weights, 0)];
    });
  }

  private attend(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    batchFirst: boolean,
    options: AttentionCallOptions,
  ): Attended {
    const { needWeights = true, averageAttnWeights = true, keyPaddingMask, attnMask } = options;
    const extra = (this.bias_k === null ? 0 : 1) + (this.addZeroAttn ? 1 : 0);
    const [q, k, v] = this.heads(query, key, value, batchFirst);
    const dropout = this.training ? this.dropout : 0;
    const { weight, bias } = this.out_proj;
    // The fused kernel knows the causal mask by itself.
    const causal = (options.isCausal ?? false) && !keyPaddingMask && !needWeights && extra === 0;
    const plain = causal || !(attnMask || keyPaddingMask || options.isCausal);
    const mask = plain ? null : mergeMasks(options, q, k, extra);
    const [result, weights] = needWeights
      ? weigh(q, k, v, mask, dropout)
      : [attend(q, k, v, mask, dropout, causal), null];
    const order = batchFirst ? [0, 2, 1, 3] : [2, 0, 1, 3];
    const joined = call("aten::flatten.using_ints", call("aten::permute", result, order), 2);
    const output = call("aten::linear", joined, weight, bias);
    return [output, weights && averageAttnWeights ? call("aten::mean.dim", weights, [1]) : weights];
  }

  /** The projected query, key and value as [N, heads, time, size of a head]. */
  private heads(query: Tensor, key: Tensor, value: Tensor, batchFirst: boolean): [Tensor, Tensor, Tensor] {
    const { in_proj_weight, in_proj_bias, numHeads, bias_k, addZeroAttn } = this;
    if (query === key && key === value && in_proj_weight !== null && bias_k === null && !addZeroAttn) {
      const packed = call("aten::linear", query, in_proj_weight, in_proj_bias);
      const split = call("aten::unflatten.int", packed, 2, [3, numHeads, -1]);
      const order = batchFirst ? [2, 0, 3, 1, 4] : [2, 1, 3, 0, 4];
      return call<[Tensor, Tensor, Tensor]>("aten::unbind.int", call("aten::permute", split, order), 0);
    }
    const [q, k, v] = this.project(query, key, value) as [Tensor, Tensor, Tensor];
    const time = batchFirst ? 1 : 0;
    const longer = [q, this.extend(k, bias_k, time), this.extend(v, this.bias_v, time)];
    const order = batchFirst ? [0, 2, 1, 3] : [1, 2, 0, 3];
    return longer.map((x) =>
      call("aten::permute", call("aten::unflatten.int", x, 2, [numHeads, -1]), order),
    ) as [Tensor, Tensor, Tensor];
  }

  private project(query: Tensor, key: Tensor, value: Tensor): Tensor[] {
    const { in_proj_weight, in_proj_bias, q_proj_weight, k_proj_weight, v_proj_weight } = this;
    const weights =
      in_proj_weight === null
        ? [q_proj_weight, k_proj_weight, v_proj_weight]
        : call<Tensor[]>("aten::chunk", in_proj_weight, 3);
    const biases = in_proj_bias === null ? [] : call<Tensor[]>("aten::chunk", in_proj_bias, 3);
    return [query, key, value].map((x, i) => call("aten::linear", x, weights[i], biases[i]));
  }

  /** Keys or values with the learned one and the zeros behind them. */
  private extend(x: Tensor, learned: Parameter | null, time: number): Tensor {
    if (learned === null && !this.addZeroAttn) return x;
    const one = call("aten::narrow", x, time, 0, 1);
    const parts = [x];
    if (learned !== null) parts.push(call("aten::expand_as", learned, one));
    if (this.addZeroAttn) parts.push(call("aten::zeros_like", one));
    return call("aten::cat", parts, time);
  }
}
