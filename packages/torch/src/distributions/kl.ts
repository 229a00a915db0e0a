// Kullback–Leibler divergences in closed form.
import { show } from "../checks/show.js";
import { TorchError } from "../errors.js";
import { scope } from "../memory.js";
import { softplus } from "../nn/functional/index.js";
import type { Tensor } from "../tensor/index.js";
import { Bernoulli } from "./bernoulli.js";
import { Categorical } from "./categorical.js";
import { type Distribution, sumRightmost } from "./distribution.js";
import { Independent } from "./independent.js";
import { Normal } from "./normal.js";

/**
 * KL(p ‖ q) = E_p[log p(x) − log q(x)], in nats, for two of one kind: `Bernoulli`, `Categorical`, `Normal`, and
 * `Independent` ones of these (`MultivariateNormalDiag` is one). `torch.distributions.kl_divergence`.
 * @returns the batch shapes, broadcast
 * @throws TorchError `torch/distribution` for other pairs
 */
export function klDivergence(p: Distribution, q: Distribution): Tensor {
  return scope(() => {
    if (p instanceof Normal && q instanceof Normal) return normals(p, q);
    if (p instanceof Categorical && q instanceof Categorical) return categoricals(p, q);
    if (p instanceof Bernoulli && q instanceof Bernoulli) return bernoullis(p, q);
    if (p instanceof Independent && q instanceof Independent) return independents(p, q);
    throw unknownPair(p, q);
  });
}

/** log(σ_q / σ_p) + (σ_p² + (μ_p − μ_q)²) / (2 σ_q²) − ½ */
function normals(p: Normal, q: Normal): Tensor {
  const ratio = p.scale.div(q.scale).square();
  const distance = p.loc.sub(q.loc).div(q.scale).square();
  return ratio.add(distance).sub(1).sub(ratio.log()).mul(0.5);
}

/** Σ p (log p − log q), 0 where p is 0 and infinite where only q is. */
function categoricals(p: Categorical, q: Categorical): Tensor {
  if (p.numEvents !== q.numEvents) {
    throw new TorchError(
      "torch/argument",
      `klDivergence: the Categoricals choose among ${p.numEvents} and ${q.numEvents} events, accepted: equal numbers`,
    );
  }
  const terms = p.probs.mul(p.logits.sub(q.logits));
  return terms
    .maskedFill(q.probs.eq(0), Number.POSITIVE_INFINITY)
    .maskedFill(p.probs.eq(0), 0)
    .sum({ dim: -1 });
}

/** The same for 1 and for 0, by softplus of the logits, which are exact near both ends. */
function bernoullis(p: Bernoulli, q: Bernoulli): Tensor {
  const infinite = Number.POSITIVE_INFINITY;
  const one = p.probs
    .mul(softplus(q.logits.neg()).sub(softplus(p.logits.neg())))
    .maskedFill(q.probs.eq(0), infinite)
    .maskedFill(p.probs.eq(0), 0);
  const zero = p.probs
    .rsub(1)
    .mul(softplus(q.logits).sub(softplus(p.logits)))
    .maskedFill(q.probs.eq(1), infinite)
    .maskedFill(p.probs.eq(1), 0);
  return one.add(zero);
}

function independents(p: Independent, q: Independent): Tensor {
  const [count, other] = [p.reinterpretedBatchNdims, q.reinterpretedBatchNdims];
  if (count !== other) {
    throw new TorchError(
      "torch/argument",
      `klDivergence: the Independents take ${count} and ${other} dimensions as the event, accepted: equal numbers`,
    );
  }
  return sumRightmost(klDivergence(p.baseDist, q.baseDist), count);
}

function unknownPair(p: unknown, q: unknown): TorchError {
  return new TorchError(
    "torch/distribution",
    `klDivergence: has no closed form for ${show(p)} and ${show(q)}; the mean of p.logProb(x) − q.logProb(x) over draws x from p is an estimate`,
  );
}
