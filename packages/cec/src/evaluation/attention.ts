// Weights of attention of CEC's policy, for evaluations.
import { dispose, keep, scope, stack, type Tensor } from "@throughline/torch";
import { attentionWeights } from "../nn/banded-attention.js";
import type { CecPolicy } from "../policies/cec-policy.js";
import type { AttentionProbe } from "./looks.js";

/**
 * The weights that a step's token gives to the steps of its window, as the mean over layers and heads. In layers above the first, a step
 * that is looked at has itself looked at earlier ones, so weights say where a look goes, not how far back its content comes from.
 */
export function cecAttention(policy: CecPolicy): AttentionProbe {
  const { layers, heads } = policy.options;
  return (steps, memory) =>
    scope(() => {
      const found: Tensor[] = [];
      policy.watched(steps, memory, (_, band) => {
        // Layers compute in scopes of their own.
        found.push(keep(attentionWeights(band, heads).select(2, 0).sum({ dim: 1 })));
      });
      const mean = stack(found)
        .sum({ dim: 0 })
        .div(layers * heads);
      dispose(found);
      return mean;
    });
}
