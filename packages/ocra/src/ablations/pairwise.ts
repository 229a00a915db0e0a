// Shared part of three ablations, as in OCRA: positions kept apart from features, one token a pair.
import { nn, scope, type Tensor } from "@throughline/torch";
import { ContextNorm } from "../nn/context-norm.js";
import type { TransformerOptions } from "../nn/transformer.js";
import { type Pairs, pairsOf, sumsOf } from "../reasoning/pairs.js";
import { TokenScorer } from "../reasoning/token-scorer.js";
import type { SlotEncoding } from "../slots/slot-attention.js";

/** rᵢⱼ = relation(z′ᵢ, z′ⱼ) + m′ᵢ + m′ⱼ for i ≤ j, with z′ = W_z TCN(z), m′ = W_m TCN(m) as in OCRA. */
export abstract class PairwiseScorer extends TokenScorer {
  norm: ContextNorm;
  embed_feat: nn.Linear;
  embed_pos: nn.Linear;

  constructor(options: TransformerOptions = {}) {
    super(options);
    const { dim } = this.transformer;
    this.norm = new ContextNorm(dim);
    this.embed_feat = new nn.Linear(dim, dim);
    this.embed_pos = new nn.Linear(dim, dim);
  }

  /** @param features z′ [B, K, D]; @returns [B, P, D]. */
  protected abstract relations(features: Tensor, pairs: Pairs): Tensor;

  override tokens({ z, m }: SlotEncoding): Tensor {
    return scope(() => {
      const pairs = pairsOf(z.size(1), z.device);
      const features = this.embed_feat.forward(this.norm.forward(z));
      const positions = this.embed_pos.forward(this.norm.forward(m));
      return this.relations(features, pairs).add(sumsOf(positions, pairs));
    });
  }
}
