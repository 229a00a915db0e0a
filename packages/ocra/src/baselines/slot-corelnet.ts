// CoRelNet over slots (Kerg et al. 2022): nothing but the matrix of similarities.

import { type nn, scope, type Tensor } from "@throughline/torch";
import { checkShape, wholeNumber } from "@throughline/torch/checks";
import { ContextNorm } from "../nn/context-norm.js";
import { mlp } from "../nn/mlp.js";
import { SlotScorer } from "../reasoning/scorer.js";
import type { SlotEncoding } from "../slots/slot-attention.js";

/**
 * S = softmax(s sᵀ) by rows, s = TCN(slots);  score = MLP(vec(S)): K² → 256 (ReLU) → 1.
 * It reads the matrix by place, and slots come in random order. Source: OCRA supplement S3; 256 units: Kerg et al.
 */
export class SlotCorelnet extends SlotScorer {
  readonly slots: number;
  readonly dim: number;
  norm: ContextNorm;
  readout: nn.Sequential;

  /** @param options `slots`: K, default 6. */
  constructor(options: { readonly slots?: number; readonly dim?: number } = {}) {
    super();
    const { slots = 6, dim = 64 } = options;
    this.slots = wholeNumber("SlotCorelnet: slots", slots, 2);
    this.dim = dim;
    this.norm = new ContextNorm(dim);
    this.readout = mlp([slots * slots, 256, 1]);
  }

  override forward({ slots }: SlotEncoding): Tensor {
    checkShape("SlotCorelnet: slots", slots.shape, ["B", this.slots, this.dim]);
    return scope(() => {
      const s = this.norm.forward(slots);
      const matrix = s.matmul(s.transpose(1, 2)).softmax(-1);
      return this.readout.forward(matrix.flatten(1)).squeeze(-1);
    });
  }
}
