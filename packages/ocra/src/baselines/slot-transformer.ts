// Slots straight to a transformer: the baseline Slot-Transformer, and Table 1's "w/o Relational Embeddings".
import type { Tensor } from "@throughline/torch";
import { ContextNorm } from "../nn/context-norm.js";
import type { TransformerOptions } from "../nn/transformer.js";
import { TokenScorer } from "../reasoning/token-scorer.js";
import type { SlotEncoding } from "../slots/slot-attention.js";

/**
 * score = transformer({ CLS, TCN(slots) }), with OCRA's transformer.
 * Source: OCRA supplement S3. That slots are standardised as OCRA's are is our choice: the models then differ in one thing.
 */
export class SlotTransformer extends TokenScorer {
  norm: ContextNorm;

  constructor(options: TransformerOptions = {}) {
    super(options);
    this.norm = new ContextNorm(this.transformer.dim);
  }

  override tokens({ slots }: SlotEncoding): Tensor {
    return this.norm.forward(slots);
  }
}
