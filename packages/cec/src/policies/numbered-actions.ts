// One of a fixed number of actions.
import { type Generator, nn, noGrad, scope, type Tensor } from "@throughline/torch";
import { Mlp } from "../nn/mlp.js";
import { inSingle } from "../nn/single.js";
import type { ActionDistribution } from "./sequence-policy.js";

/** A categorical distribution over numbered actions for each of [B, T] steps. */
export class NumberedActions implements ActionDistribution {
  /** [B, T, actions], not normalised */
  readonly logits: Tensor;

  constructor(logits: Tensor) {
    this.logits = logits;
  }

  logProb(actions: Tensor): Tensor {
    return scope(() => {
      const rows = inSingle(this.logits).flatten(0, 1);
      const losses = nn.functional.crossEntropy(rows, actions.flatten().long(), { reduction: "none" });
      return losses.neg().reshape(actions.shape);
    });
  }

  /** The most probable action. */
  best(): Tensor {
    return this.logits.argmax({ dim: -1 });
  }

  sample(generator?: Generator): Tensor {
    return scope(() =>
      noGrad(() => {
        const [batch, steps] = this.logits.shape as [number, number];
        const rows = inSingle(this.logits).flatten(0, 1).softmax(-1);
        return rows.multinomial(1, { generator }).reshape([batch, steps]);
      }),
    );
  }
}

/** E → hidden → hidden → actions; the last layer has gain 0.01, so that all actions begin equally probable. */
export class NumberedHead extends nn.Module<[x: Tensor], NumberedActions> {
  readonly mlp: Mlp;

  constructor(width: number, hidden: number, actions: number, generator?: Generator) {
    super();
    this.mlp = new Mlp([width, hidden, hidden, actions], { gain: 0.01, generator });
  }

  /** @param x [B, T, E] */
  override forward(x: Tensor): NumberedActions {
    return new NumberedActions(this.mlp.forward(x));
  }
}
