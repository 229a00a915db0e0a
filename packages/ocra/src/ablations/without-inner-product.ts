// Table 1, "w/o Inner Product": what two objects have in common is learned, not compared.
import { nn, scope, type Tensor } from "@throughline/torch";
import type { TransformerOptions } from "../nn/transformer.js";
import { allPairs, entriesOf, type Pairs } from "../reasoning/pairs.js";
import { PairwiseScorer } from "./pairwise.js";

/**
 * OCRA with Sᵢⱼ = w · [z′ᵢ, z′ⱼ] + b in place of the dot product, and without the softmax that normalises dot products: over
 * a row, it would cancel everything that object i adds.
 * Source: OCRA §5.1; that the softmax goes with the dot product is our reading.
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
      const matrix = this.compare.forward(allPairs(features)).squeeze(-1);
      return this.embed_layer.forward(entriesOf(matrix, pairs).unsqueeze(-1));
    });
  }
}
