// Interaction network over slots (Battaglia et al. 2016; the core of Watters et al. 2017, §8.2).
import { cat, eye, type nn, scope, type Tensor } from "@throughline/torch";
import { ContextNorm } from "../nn/context-norm.js";
import { mlp } from "../nn/mlp.js";
import { allPairs } from "../reasoning/pairs.js";
import { SlotScorer } from "../reasoning/scorer.js";
import type { SlotEncoding } from "../slots/slot-attention.js";

/** Number of applications of the core, always with the same weights. */
const ITERATIONS = 6;

/**
 * s ← TCN(slots); six times: cᵢ = self(sᵢ) + Σ over j ≠ i of relation([sᵢ, sⱼ]);  sᵢ ← output([sᵢ, affector(cᵢ)]);
 * score = f(Σᵢ sᵢ). self: 2 layers of 64; relation and affector: 3 of 64; output: 32, then D; f: 64 (ReLU), then 1.
 * Source: OCRA supplement S3 (six iterations, sum, f); the core's sizes are those of Watters et al.
 */
export class SlotIn extends SlotScorer {
  norm: ContextNorm;
  self: nn.Sequential;
  relation: nn.Sequential;
  affector: nn.Sequential;
  output: nn.Sequential;
  f: nn.Sequential;

  constructor(options: { readonly dim?: number } = {}) {
    super();
    const { dim = 64 } = options;
    this.norm = new ContextNorm(dim);
    this.self = mlp([dim, 64, 64]);
    this.relation = mlp([2 * dim, 64, 64, 64]);
    this.affector = mlp([64, 64, 64, 64]);
    this.output = mlp([dim + 64, 32, dim]);
    this.f = mlp([dim, 64, 1]);
  }

  override forward({ slots }: SlotEncoding): Tensor {
    return scope(() => {
      const count = slots.size(1);
      const others = eye(count, { dtype: slots.dtype, device: slots.device }).rsub(1).unsqueeze(-1);
      let s = this.norm.forward(slots);
      for (let i = 0; i < ITERATIONS; i++) s = scope(() => this.interact(s, others));
      return this.f.forward(s.sum({ dim: 1 })).squeeze(-1);
    });
  }

  /** @param others [K, K, 1], 0 on the diagonal. */
  private interact(s: Tensor, others: Tensor): Tensor {
    const effects = this.relation.forward(allPairs(s)).mul(others).sum({ dim: 2 });
    const affected = this.affector.forward(this.self.forward(s).add(effects));
    return this.output.forward(cat([s, affected], -1));
  }
}
