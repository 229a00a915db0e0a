// Table 1, "w/o Factorized Representation": one vector for what an object is and where it is.
import { nn, scope, type Tensor } from "@throughline/torch";
import { ContextNorm } from "../nn/context-norm.js";
import type { TransformerOptions } from "../nn/transformer.js";
import { entriesOf, pairsOf } from "../reasoning/pairs.js";
import { TokenScorer } from "../reasoning/token-scorer.js";
import type { SlotEncoding } from "../slots/slot-attention.js";

/**
 * s′ = W_s TCN(slots);  S = softmax(s′ s′ᵀ) by rows;  rᵢⱼ = W_r Sᵢⱼ for i ≤ j, to OCRA's transformer.
 * With no positions of their own, the tokens do not say which objects they relate.
 * Source: OCRA §5.1: "relational operator applied to slot embeddings, no separate z and m"; that positions are not added
 * is our reading, and agrees with the published chance level on RMTS.
 */
export class WithoutFactorization extends TokenScorer {
  norm: ContextNorm;
  embed_slot: nn.Linear;
  embed_layer: nn.Linear;

  constructor(options: TransformerOptions = {}) {
    super(options);
    const { dim } = this.transformer;
    this.norm = new ContextNorm(dim);
    this.embed_slot = new nn.Linear(dim, dim);
    this.embed_layer = new nn.Linear(1, dim);
  }

  override tokens({ slots }: SlotEncoding): Tensor {
    return scope(() => {
      const s = this.embed_slot.forward(this.norm.forward(slots));
      const matrix = s.matmul(s.transpose(1, 2)).softmax(-1);
      const pairs = pairsOf(slots.size(1), slots.device);
      return this.embed_layer.forward(entriesOf(matrix, pairs).unsqueeze(-1));
    });
  }
}
