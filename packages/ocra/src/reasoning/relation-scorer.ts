// OCRA's relation embeddings, without what is done with them.
import { nn, ones, scope, type Tensor, zeros } from "@throughline/torch";
import { contextNorm } from "../nn/context-norm.js";
import type { SlotEncoding } from "../slots/slot-attention.js";
import { entriesOf, pairsOf, sumsOf } from "./pairs.js";
import { SlotScorer } from "./scorer.js";

/** Intermediate values of OCRA between slots and score. */
export interface Relations {
  /** W_z TCN(z): [B, K, D]. */
  readonly features: Tensor;
  /** W_m TCN(m): [B, K, D]. */
  readonly positions: Tensor;
  /** softmax over each row of features · featuresᵀ: [B, K, K]. */
  readonly matrix: Tensor;
  /** The relation embeddings, one for each pair i ≤ j: [B, K (K + 1) / 2, D]. */
  readonly tokens: Tensor;
}

/**
 * z′ = W_z TCN(z), m′ = W_m TCN(m);  S = softmax(z′ z′ᵀ) by rows;  rᵢⱼ = W_r Sᵢⱼ + m′ᵢ + m′ⱼ for i ≤ j.
 *
 * All that rᵢⱼ tells of what two objects look like is the one number Sᵢⱼ. TCN is `contextNorm` over the slots, with one
 * gamma and beta for z and m. All maps have biases.
 * Source: OCRA §2.2, equations 3–5, supplement S4; softmax, biases and keys as in the authors' code.
 */
export abstract class RelationScorer extends SlotScorer {
  gamma: nn.Parameter;
  beta: nn.Parameter;
  embed_feat: nn.Linear;
  embed_layer: nn.Linear;
  embed_pos: nn.Linear;

  constructor(dim: number) {
    super();
    this.gamma = scope(() => new nn.Parameter(ones([dim])));
    this.beta = scope(() => new nn.Parameter(zeros([dim])));
    this.embed_feat = new nn.Linear(dim, dim);
    this.embed_layer = new nn.Linear(1, dim);
    this.embed_pos = new nn.Linear(dim, dim);
  }

  /** @param encoding z and m, each [B, K, D], K ≥ 2. */
  relate({ z, m }: Pick<SlotEncoding, "z" | "m">): Relations {
    return scope(() => {
      const features = this.embed_feat.forward(contextNorm(z, this.gamma, this.beta));
      const positions = this.embed_pos.forward(contextNorm(m, this.gamma, this.beta));
      const matrix = features.matmul(features.transpose(1, 2)).softmax(-1);
      const pairs = pairsOf(z.size(1), z.device);
      const relations = this.embed_layer.forward(entriesOf(matrix, pairs).unsqueeze(-1));
      return { features, positions, matrix, tokens: relations.add(sumsOf(positions, pairs)) };
    });
  }
}
