// The loss of proximal policy optimisation.
import { noGrad, scope, type Tensor } from "@throughline/torch";
import { policyOf } from "./agent.js";

/** Outputs of the net for a minibatch, and the record of when its actions were chosen; the batch is one dimension, B. */
export interface Minibatch {
  /** [B, actions] */
  readonly logits: Tensor;
  /** [B] */
  readonly values: Tensor;
  /** int64 [B] */
  readonly actions: Tensor;
  /** Logarithms of the probabilities with which they were chosen, [B]. */
  readonly oldLogProbs: Tensor;
  /** [B] */
  readonly advantages: Tensor;
  /** Targets of the critic, [B]. */
  readonly targets: Tensor;
}

/** Weights of the loss. */
export interface LossWeights {
  /** Bound of the ratio's distance from 1. */
  readonly clip: number;
  readonly value: number;
  readonly entropy: number;
}

/** The loss with its parts; all but `loss` without gradients. */
export interface PpoLoss {
  readonly loss: Tensor;
  readonly policy: number;
  readonly value: number;
  readonly entropy: number;
  /** Estimate of KL(old ‖ new): the mean of (ratio − 1) − log ratio, which is never negative (Schulman 2020). */
  readonly kl: number;
  /** Share of the ratios that lie outside of 1 ± clip. */
  readonly clipShare: number;
}

/**
 * −E min(ρ A, clip(ρ, 1 ± ε) A) + c_v · ½ E (V − target)² − c_e E H, with ρ the ratio of the probability now to that at the time, and
 * A normalised to mean 0 and standard deviation 1 over the minibatch (Schulman et al. 2017, equations 7 and 9; the
 * normalisation is that of the authors' code, see Huang et al. 2022).
 */
export function ppoLoss(
  { logits, values, actions, oldLogProbs, advantages, targets }: Minibatch,
  weights: LossWeights,
): PpoLoss {
  return scope(() => {
    const policy = policyOf(logits);
    const logRatio = policy.logProb(actions).sub(oldLogProbs);
    const ratio = logRatio.exp();
    const normal = noGrad(() => advantages.sub(advantages.mean()).div(advantages.std().add(1e-8)));
    const bounded = ratio.clamp({ min: 1 - weights.clip, max: 1 + weights.clip });
    const gain = ratio.mul(normal).minimum(bounded.mul(normal)).mean();
    const error = values.sub(targets).pow(2).mean().mul(0.5);
    const entropy = policy.entropy().mean();
    const loss = error.mul(weights.value).sub(gain).sub(entropy.mul(weights.entropy));
    return noGrad(() => ({
      loss,
      policy: -gain.item(),
      value: error.item(),
      entropy: entropy.item(),
      kl: ratio.sub(1).sub(logRatio).mean().item(),
      clipShare: ratio.sub(1).abs().gt(weights.clip).float().mean().item(),
    }));
  });
}
