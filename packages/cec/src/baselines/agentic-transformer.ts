// Agentic Transformer (Liu and Abbeel 2023), as a baseline of CEC: several episodes of one level, from bad to good, in one context.
import { type Generator, nn, type Tensor } from "@throughline/torch";
import type { Steps } from "../policies/sequence-policy.js";
import { TokenPolicy, type TokenPolicyOptions } from "./token-policy.js";

/** Sizes, and how many episodes are looked back on. */
export interface AgenticTransformerOptions extends TokenPolicyOptions {
  /** Episodes that are looked at beside the one being played; older ones are dropped. Paper: 3, in Irreversible Path 2. */
  readonly keepsEpisodes: number;
}

/** A return that is missed by less than this is reached: returns are sums of rounded numbers. */
const REACHED = 1e-3;

/**
 * Tokens of a step: the action before, its reward, whether the episode before was completed there, the return to go, the observation.
 * Completed means: it ended, and its rewards reached the return that was wanted. Rewards have the unit of the returns. Sequences are
 * groups of episodes sorted by their returns, with the largest of them wanted in each, and only the last one's actions are imitated.
 *
 * Times count from the beginning of each episode, in training as at test: in the released code they go on through the whole sequence in
 * training and begin anew with each episode at test. A kept column was computed while older episodes were in view, as in a cache that is
 * cut; so with several layers something of dropped episodes is still felt.
 */
export class AgenticTransformer extends TokenPolicy {
  override readonly tokens = 5;
  readonly embed_reward: nn.Linear;
  readonly embed_done: nn.Embedding;

  /** @param generator of the weights */
  constructor(options: AgenticTransformerOptions, generator: Generator) {
    super(options, options.keepsEpisodes);
    this.embed_reward = new nn.Linear(1, options.width);
    this.embed_done = new nn.Embedding(2, options.width);
    this.begin(generator);
  }

  protected override before({ previous }: Steps, returnsBefore: Tensor): Tensor[] {
    const { actions, rewards, ends } = previous;
    const isReached = returnsBefore.sub(rewards).le(REACHED);
    return [
      this.embed_action.forward(actions),
      this.embed_reward.forward(rewards.unsqueeze(-1)),
      this.embed_done.forward(ends.logicalAnd(isReached).long()),
    ];
  }
}
