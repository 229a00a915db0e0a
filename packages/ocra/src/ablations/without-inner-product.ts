// Table 1, "w/o Inner Product": what two objects have in common is learned, not compared.
import { nn, scope, type Tensor } from "@throughline/torch";
import type { TransformerOptions } from "../nn/transformer.js";
import { allPairs, entriesOf, type Pairs } from "../reasoning/pairs.js";
import { PairwiseScorer } from "./pairwise.js";

/**
 * OCRA with Sᵢⱼ = w · [z′ᵢ, z′ⱼ] + b in place of the dot product, all else as it is, the softmax over rows too.
 * Over a row the softmax cancels what object i adds, so that all rows are equal, and tell objects apart but do not compare
 * them. Without the softmax the token of (i, i) would hold a number for each object, and the transformer would compare those: 72 %
 * on relational match-to-sample at `laptop`, where OCRA has as much and the paper's ablation 51 %.
 * Source: OCRA §5.1; that the softmax stays is our reading.
 */
export class WithoutInnerProduct extends PairwiseScorer {
  compare: nn.Linear;
  embed_layer: nn.Linear;

  constructor(options: TransformerOptions = {}) {
    super(options);
    const { dim } = this.transformer;
    this.compare = new nn.Linear(2 * dim, 1);
    this.embed_layer = new nn.Linear(1, dim);
  }

  protected override relations(features: Tensor, pairs: Pairs): Tensor {
    return scope(() => {
      const matrix = this.compare.forward(allPairs(features)).squeeze(-1).softmax(-1);
      return this.embed_layer.forward(entriesOf(matrix, pairs).unsqueeze(-1));
    });
  }
}
