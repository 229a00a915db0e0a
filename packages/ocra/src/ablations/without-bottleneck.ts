// Table 1, "w/o Relational Bottleneck": whatever a pair of slots tells may pass.
import { cat, type nn, scope, type Tensor } from "@throughline/torch";
import { ContextNorm } from "../nn/context-norm.js";
import { mlp } from "../nn/mlp.js";
import type { TransformerOptions } from "../nn/transformer.js";
import { pairsOf } from "../reasoning/pairs.js";
import { TokenScorer } from "../reasoning/token-scorer.js";
import type { SlotEncoding } from "../slots/slot-attention.js";

/**
 * rᵢⱼ = MLP([sᵢ, sⱼ]) for i ≤ j, with s = TCN(slots), to OCRA's transformer.
 * Source: OCRA §5.1. One hidden layer of `mlpDim` (512) units with ReLU is our choice.
 */
export class WithoutBottleneck extends TokenScorer {
  norm: ContextNorm;
  embed_pair: nn.Sequential;

  constructor(options: TransformerOptions = {}) {
    super(options);
    const { dim } = this.transformer;
    this.norm = new ContextNorm(dim);
    this.embed_pair = mlp([2 * dim, options.mlpDim ?? 512, dim]);
  }

  override tokens({ slots }: SlotEncoding): Tensor {
    return scope(() => {
      const s = this.norm.forward(slots);
      const { first, second } = pairsOf(slots.size(1), slots.device);
      return this.embed_pair.forward(cat([s.indexSelect(1, first), s.indexSelect(1, second)], -1));
    });
  }
}
