// A policy that is small enough to be checked by hand: its logits are linear in what it sees and in the sum of all that it saw.

import type { Decision, Memory, SequencePolicy, Steps } from "@throughline/cec";
import { distributions, nn, type Tensor, zeros } from "@throughline/torch";

/** Observations `numbers`, float32 [B, T, size]; its memory is their sum, put through a linear layer. */
export class RunningSum
  extends nn.Module<[steps: Steps, memory: Memory], Decision>
  implements SequencePolicy
{
  readonly isConditioned = false;
  readonly see: nn.Linear;
  readonly decide: nn.Linear;
  readonly act: nn.Embedding;
  readonly #size: number;

  constructor(size: number, actions: number) {
    super();
    this.#size = size;
    this.see = new nn.Linear(size, size);
    this.decide = new nn.Linear(size, actions);
    this.act = new nn.Embedding(actions, actions);
  }

  start(count: number): Memory {
    return [zeros([count, this.#size])];
  }

  override forward(steps: Steps, [sum]: Memory): Decision {
    const seen = this.see.forward(steps.observations.numbers!);
    const sums = seen.cumsum(1).add(sum!.unsqueeze(1));
    const logits = this.decide.forward(sums.tanh()).add(this.act.forward(steps.previous.actions));
    const policy = new distributions.Categorical({ logits, validateArgs: false });
    const best = (): Tensor => logits.argmax({ dim: -1 });
    return {
      actions: {
        logProb: (actions) => policy.logProb(actions),
        best,
        sample: (generator) => policy.sample([], { generator }),
      },
      memory: [sums.select(1, sums.size(1) - 1)],
    };
  }
}
