// Relation network over slots (Santoro et al. 2017).
import { type nn, scope, type Tensor } from "@throughline/torch";
import { ContextNorm } from "../nn/context-norm.js";
import { mlp } from "../nn/mlp.js";
import { allPairs } from "../reasoning/pairs.js";
import { SlotScorer } from "../reasoning/scorer.js";
import type { SlotEncoding } from "../slots/slot-attention.js";

/**
 * score = f(Σ over all i, j of g([sᵢ, sⱼ])), s = TCN(slots);  g: 2D → 512 → 256 with ReLU on both;  f: 256 → 256 (ReLU) → 1.
 * Source: OCRA supplement S3; sizes from there.
 */
export class SlotRn extends SlotScorer {
  norm: ContextNorm;
  g: nn.Sequential;
  f: nn.Sequential;

  constructor(options: { readonly dim?: number } = {}) {
    super();
    const { dim = 64 } = options;
    this.norm = new ContextNorm(dim);
    this.g = mlp([2 * dim, 512, 256], { activateLast: true });
    this.f = mlp([256, 256, 1]);
  }

  override forward({ slots }: SlotEncoding): Tensor {
    return scope(() => {
      const pairs = this.g.forward(allPairs(this.norm.forward(slots)));
      return this.f.forward(pairs.sum({ dim: [1, 2] })).squeeze(-1);
    });
  }
}
