// OCRA's reasoning module: relations between objects, abstracted from what the objects look like.
import { scope, type Tensor } from "@throughline/torch";
import { TokenTransformer, type TransformerOptions, transformerConfig } from "../nn/transformer.js";
import type { SlotEncoding } from "../slots/slot-attention.js";
import { RelationScorer } from "./relation-scorer.js";

/**
 * score = transformer({ CLS, r₀₀, r₀₁, … }) with the relation embeddings rᵢⱼ of `RelationScorer`.
 * 1,193,729 parameters with the defaults (ART); 4,748,801 at depth 24 (SVRT and CLEVR-ART, with dropout 0).
 * Source: OCRA §2.2–2.3, supplement S4–S5; keys as in the authors' checkpoints.
 */
export class Ocra extends RelationScorer {
  transformer: TokenTransformer;

  constructor(options: TransformerOptions = {}) {
    const config = transformerConfig(options);
    super(config.dim);
    this.transformer = new TokenTransformer(config);
  }

  /** @param encoding z and m, each [B, K, D], K ≥ 2; the slots themselves are not looked at. @returns [B] */
  override forward(encoding: SlotEncoding): Tensor {
    return scope(() => this.transformer.forward(this.relate(encoding).tokens));
  }
}
