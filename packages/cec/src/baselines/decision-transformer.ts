// Decision Transformer (Chen et al. 2021), as a baseline of CEC: the action that leads to a wanted return, within one episode.
import type { Generator, Tensor } from "@throughline/torch";
import type { Steps } from "../policies/sequence-policy.js";
import { TokenPolicy, type TokenPolicyOptions } from "./token-policy.js";

/** Tokens of a step: the action before, the return to go, the observation. Never looks beyond the border of an episode. */
export class DecisionTransformer extends TokenPolicy {
  override readonly tokens = 3;

  /** @param generator of the weights */
  constructor(options: TokenPolicyOptions, generator: Generator) {
    super(options, 0);
    this.begin(generator);
  }

  protected override before({ previous }: Steps): Tensor[] {
    return [this.embed_action.forward(previous.actions)];
  }
}
