// Table 1, "Outer Product": the relation tells everything about both objects.
import { nn, scope, type Tensor } from "@throughline/torch";
import type { TransformerOptions } from "../nn/transformer.js";
import type { Pairs } from "../reasoning/pairs.js";
import { PairwiseScorer } from "./pairwise.js";

/** OCRA with rᵢⱼ = W_r vec(z′ᵢ z′ⱼᵀ) + m′ᵢ + m′ⱼ: D² numbers of a pair where OCRA has one. Source: OCRA §5.1. */
export class OuterProduct extends PairwiseScorer {
  embed_layer: nn.Linear;

  constructor(options: TransformerOptions = {}) {
    super(options);
    const { dim } = this.transformer;
    this.embed_layer = new nn.Linear(dim * dim, dim);
  }

  protected override relations(features: Tensor, { first, second }: Pairs): Tensor {
    return scope(() => {
      const [a, b] = [features.indexSelect(1, first), features.indexSelect(1, second)];
      return this.embed_layer.forward(a.unsqueeze(-1).mul(b.unsqueeze(-2)).flatten(2));
    });
  }
}
