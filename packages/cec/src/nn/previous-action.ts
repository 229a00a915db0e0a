// The action before, as features.
import { type Generator, nn, scope, type Tensor } from "@throughline/torch";
import { fillUsual } from "./weights.js";

/** One-hot → Linear: a row of the weight for each action, plus a bias. */
export class PreviousAction extends nn.Module {
  readonly features: number;
  readonly l: nn.Linear;

  constructor(actions: number, features: number, generator?: Generator) {
    super();
    this.features = features;
    this.l = new nn.Linear(actions, features);
    fillUsual(this.l, { generator });
  }

  /** @param actions int64 [...] @returns [..., features] */
  override forward(actions: Tensor): Tensor {
    return scope(() => nn.functional.embedding(actions, this.l.weight.t()).add(this.l.bias!));
  }
}
