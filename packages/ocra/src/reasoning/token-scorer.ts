// Models that turn slots into a set of tokens of their own and let OCRA's transformer score them.
import { scope, type Tensor } from "@throughline/torch";
import { TokenTransformer, type TransformerOptions } from "../nn/transformer.js";
import type { SlotEncoding } from "../slots/slot-attention.js";
import { SlotScorer } from "./scorer.js";

/** score = transformer({ CLS, tokens }) */
export abstract class TokenScorer extends SlotScorer {
  transformer: TokenTransformer;

  constructor(options: TransformerOptions = {}) {
    super();
    this.transformer = new TokenTransformer(options);
  }

  /** [B, P, D] */
  abstract tokens(encoding: SlotEncoding): Tensor;

  override forward(encoding: SlotEncoding): Tensor {
    return scope(() => this.transformer.forward(this.tokens(encoding)));
  }
}
