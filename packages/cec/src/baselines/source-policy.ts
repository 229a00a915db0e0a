// The RL oracles: source agents as policies over sequences, so that they are evaluated as every other policy is.
import { nn, scope } from "@throughline/torch";
import { NumberedActions } from "../policies/numbered-actions.js";
import type { Decision, Memory, SequencePolicy, Steps } from "../policies/sequence-policy.js";
import type { RecurrentAgent } from "../source/agent.js";
import { picturesOf } from "./pictures.js";

/** A source agent, whose memory begins anew with each episode, as it did when it learned. It acts as it learned if actions are sampled. */
export class SourcePolicy
  extends nn.Module<[steps: Steps, memory: Memory], Decision>
  implements SequencePolicy
{
  readonly isConditioned = false;
  readonly agent: RecurrentAgent;

  /** @param agent belongs to the policy from then on */
  constructor(agent: RecurrentAgent) {
    super();
    this.agent = agent;
  }

  start(count: number): Memory {
    return [this.agent.start(count)];
  }

  override forward(steps: Steps, [state]: Memory): Decision {
    return scope(() => {
      const pictures = picturesOf(steps.observations).transpose(0, 1).contiguous();
      const begins = steps.times.eq(0).t();
      const judged = this.agent.forward(pictures, state!, begins);
      return { actions: new NumberedActions(judged.logits.transpose(0, 1)), memory: [judged.state] };
    });
  }
}
