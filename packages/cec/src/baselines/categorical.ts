// Numbered actions.
import type { distributions, Generator, Tensor } from "@throughline/torch";
import type { ActionDistribution } from "../policies/sequence-policy.js";
import { policyOf } from "../source/agent.js";

/** The distribution of numbered actions of logits [B, T, actions]; the best of them is the most probable. */
export class NumberedActions implements ActionDistribution {
  readonly distribution: distributions.Categorical;

  constructor(logits: Tensor) {
    this.distribution = policyOf(logits);
  }

  logProb(actions: Tensor): Tensor {
    return this.distribution.logProb(actions);
  }

  best(): Tensor {
    return this.distribution.mode;
  }

  sample(generator?: Generator): Tensor {
    return this.distribution.sample([], { generator });
  }
}
