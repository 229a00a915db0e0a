// Table 1, "w/o Transformer": relations are added up instead of related to each other.
import { type nn, scope, type Tensor } from "@throughline/torch";
import { mlp } from "../nn/mlp.js";
import type { TransformerOptions } from "../nn/transformer.js";
import { RelationScorer } from "../reasoning/relation-scorer.js";
import type { SlotEncoding } from "../slots/slot-attention.js";

/**
 * score = MLP(Σ over pairs of rᵢⱼ), with OCRA's relation embeddings; one hidden layer of 256 units with ReLU, as in the
 * relation network. Source: OCRA §5.1.
 */
export class WithoutTransformer extends RelationScorer {
  readout: nn.Sequential;

  /** @param options only `dim` matters. */
  constructor(options: TransformerOptions = {}) {
    const { dim = 64 } = options;
    super(dim);
    this.readout = mlp([dim, 256, 1]);
  }

  override forward(encoding: SlotEncoding): Tensor {
    return scope(() => this.readout.forward(this.relate(encoding).tokens.sum({ dim: 1 })).squeeze(-1));
  }
}
