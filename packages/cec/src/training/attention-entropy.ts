// How widely a policy in training looks, in numbers for the log.
import { scope } from "@throughline/torch";
import type { SequenceBatch } from "../curricula/batch.js";
import type { CecPolicy } from "../policies/cec-policy.js";
import { mapSteps, windowOf } from "../policies/steps.js";

/**
 * Entropy of the weights of attention in nats, as the mean over a batch's first steps: `entropy1.2` is that of the second head of the
 * first layer. `entropyMost` is the most that these steps allow, ln of the steps that each one sees. Only steps that all sequences have
 * are looked at, at most a chunk and a window, so that no padding is. Nothing is drawn or changed.
 */
export function entropiesOf(
  policy: CecPolicy,
  batch: SequenceBatch,
  chunk: number,
): Readonly<Record<string, number>> {
  return scope(() => {
    const shortest = batch.episodes.ge(0).sum({ dim: 1 }).min().item();
    const steps = Math.min(chunk, policy.window, shortest);
    const memory = policy.start(batch.episodes.size(0));
    const { device } = policy.parameters()[0]!;
    const first = mapSteps(windowOf(batch, 0, steps), (tensor) => tensor.to({ device }));
    const found = policy.evaluating(() => policy.attentionEntropies(first, memory));
    const heads = found.flatMap((layer, at) =>
      layer.map((entropy, head) => [`entropy${at + 1}.${head + 1}`, entropy] as const),
    );
    const most = Array.from({ length: steps }, (_, step) => Math.log(step + 1));
    return {
      ...Object.fromEntries(heads),
      entropyMost: most.reduce((sum, entropy) => sum + entropy, 0) / steps,
    };
  });
}
