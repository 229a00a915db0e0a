// An LSTM on the same sequences as CEC: a control of what the transformer is worth.
import { cat, type Generator, nn, scope, stack, zeros } from "@throughline/torch";
import { wholeNumber } from "@throughline/torch/checks";
import { ImpalaConvNet } from "../nn/impala.js";
import { NumberedActions } from "../policies/numbered-actions.js";
import type { Decision, Memory, SequencePolicy, Steps } from "../policies/sequence-policy.js";
import { type PictureSizes, pictureFeatures } from "./pictures.js";

/** Sizes of an LSTM policy. */
export interface LstmPolicyOptions {
  /** Pictures, and channels of the ConvNet's stacks. */
  readonly pictures: PictureSizes;
  /** Width of the ConvNet's features. */
  readonly features: number;
  /** Units of the LSTM. */
  readonly units: number;
  /** Number of actions. */
  readonly actions: number;
}

/** Width of the previous action's embedding, that of CEC's released code. */
const ACTION = 32;

/** ConvNet and previous action → LSTM → linear head. Its memory, h and c as [B, 2, units], goes on across episodes. */
export class LstmPolicy
  extends nn.Module<[steps: Steps, memory: Memory], Decision>
  implements SequencePolicy
{
  readonly isConditioned = false;
  readonly encoder: ImpalaConvNet;
  readonly embed_action: nn.Embedding;
  readonly memory: nn.LSTM;
  readonly policy: nn.Linear;

  /**
   * Weights are orthogonal with gain √2, those of the LSTM with 1 and of the head with 0.01; the embedding's are uniform on
   * ±1 / √actions, as those of a linear map. Biases are 0, but 1 in the forget gate, so that memory lasts (Jozefowicz et al. 2015).
   * @param generator of the weights
   * @throws TorchError `torch/argument` for sizes that are not whole
   */
  constructor(options: LstmPolicyOptions, generator: Generator) {
    super();
    const { pictures, features, units, actions } = options;
    for (const [what, size] of Object.entries({ features, units, actions }))
      wholeNumber(`LstmPolicy: ${what}`, size, 1);
    this.encoder = new ImpalaConvNet({ ...pictures, features });
    this.embed_action = new nn.Embedding(actions, ACTION);
    this.memory = new nn.LSTM(features + ACTION, units, { batchFirst: true });
    this.policy = new nn.Linear(units, actions);
    const bound = 1 / Math.sqrt(actions);
    for (const [name, parameter] of this.namedParameters()) {
      const gain = name.startsWith("policy") ? 0.01 : name.startsWith("memory") ? 1 : Math.SQRT2;
      if (name.startsWith("embed")) nn.init.uniform_(parameter, { a: -bound, b: bound, generator });
      else if (parameter.ndim < 2) nn.init.zeros_(parameter);
      else nn.init.orthogonal_(parameter, { gain, generator });
      // Rows of the gates: input, forget, cell, output.
      if (name === "memory.bias_ih_l0") scope(() => void parameter.detach().narrow(0, units, units).fill_(1));
    }
  }

  start(count: number): Memory {
    const { device } = this.policy.weight;
    return [zeros([count, 2, this.memory.hiddenSize], { device })];
  }

  override forward(steps: Steps, [state]: Memory): Decision {
    return scope(() => {
      const seen = pictureFeatures(this.encoder, steps.observations);
      const inputs = cat([seen, this.embed_action.forward(steps.previous.actions)], -1);
      const [h, c] = state!.unbind(1).map((part) => part.unsqueeze(0)) as [typeof inputs, typeof inputs];
      const [outputs, after] = this.memory.forward(inputs, [h, c]);
      return {
        actions: new NumberedActions(this.policy.forward(outputs)),
        memory: [
          stack(
            after.map((part) => part.squeeze(0)),
            1,
          ),
        ],
      };
    });
  }
}
