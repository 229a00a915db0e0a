// Kullback–Leibler divergences in closed form.
import { show } from "../checks/show.js";
import { TorchError } from "../errors.js";
import { broadcastShapes } from "../joining.js";
import { solveTriangular } from "../linalg.js";
import { scope } from "../memory.js";
import { softplus } from "../nn/functional/index.js";
import type { Tensor } from "../tensor/index.js";
import { Bernoulli } from "./bernoulli.js";
import { Beta } from "./beta.js";
import { Binomial } from "./binomial.js";
import { Categorical } from "./categorical.js";
import { Cauchy } from "./cauchy.js";
import { ContinuousBernoulli } from "./continuous-bernoulli.js";
import { logDetOf, mahalanobis } from "./covariance.js";
import { Dirichlet } from "./dirichlet.js";
import { type Distribution, sumRightmost } from "./distribution.js";
import { Exponential } from "./exponential.js";
import { Gamma } from "./gamma.js";
import { Geometric } from "./geometric.js";
import { Gumbel } from "./gumbel.js";
import { HalfNormal } from "./half-normal.js";
import { Independent } from "./independent.js";
import { Laplace } from "./laplace.js";
import { LowRankMultivariateNormal } from "./low-rank-multivariate-normal.js";
import { crossDivergence } from "./moments.js";
import { MultivariateNormal } from "./multivariate-normal.js";
import { Normal } from "./normal.js";
import { OneHotCategorical } from "./one-hot-categorical.js";
import { Pareto } from "./pareto.js";
import { Poisson } from "./poisson.js";
import { sameTransforms } from "./transform-compose.js";
import { TransformedDistribution } from "./transformed-distribution.js";
import { Uniform } from "./uniform.js";

/** A class of distributions, as `registerKl` takes it. */
export type DistributionClass<D extends Distribution = Distribution> = abstract new (
  // biome-ignore lint/suspicious/noExplicitAny: the arguments of any constructor
  ...args: any[]
) => D;

/** KL(p ‖ q) of two distributions: the batch shapes, broadcast. */
export type Divergence<P extends Distribution, Q extends Distribution> = (p: P, q: Q) => Tensor;

interface Entry {
  readonly p: DistributionClass;
  readonly q: DistributionClass;
  readonly divergence: Divergence<Distribution, Distribution>;
}

const entries: Entry[] = [];

/**
 * Adds the divergence of a pair of classes, for `klDivergence`. Subclasses use it too, unless they have one of their own;
 * the same pair again replaces it. `torch.distributions.register_kl`.
 */
export function registerKl<P extends Distribution, Q extends Distribution>(
  p: DistributionClass<P>,
  q: DistributionClass<Q>,
  divergence: Divergence<P, Q>,
): void {
  entries.unshift({ p, q, divergence: divergence as Divergence<Distribution, Distribution> });
}

/**
 * KL(p ‖ q) = E_p[log p(x) − log q(x)], in nats; infinite where q lacks values of p. Pairs with a closed form: see
 * the table in the documentation of distributions, and what `registerKl` added.
 * `torch.distributions.kl_divergence`.
 * @returns the batch shapes, broadcast
 * @throws TorchError `torch/distribution` for other pairs
 */
export function klDivergence(p: Distribution, q: Distribution): Tensor {
  return scope(() => {
    const divergence = closest(p, q)?.divergence(p, q) ?? crossDivergence(p, q);
    if (divergence === undefined) throw unknownPair(p, q);
    return divergence;
  });
}

/** The entry whose classes are nearest to those of p and, among these, of q. */
function closest(p: Distribution, q: Distribution): Entry | undefined {
  let best: Entry | undefined;
  let bestSteps: readonly [number, number] = [0, 0];
  for (const entry of entries) {
    const steps = [stepsTo(p, entry.p), stepsTo(q, entry.q)] as const;
    if (steps[0] === undefined || steps[1] === undefined) continue;
    const isNearer = steps[0] < bestSteps[0] || (steps[0] === bestSteps[0] && steps[1] < bestSteps[1]);
    if (best !== undefined && !isNearer) continue;
    best = entry;
    bestSteps = [steps[0], steps[1]];
  }
  return best;
}

/** Inheritance steps from an object's class to `type`; undefined if it is no instance. */
function stepsTo(value: Distribution, type: DistributionClass): number | undefined {
  let steps = 0;
  for (let proto = Object.getPrototypeOf(value); proto !== null; proto = Object.getPrototypeOf(proto)) {
    if (proto === type.prototype) return steps;
    steps++;
  }
  return undefined;
}

registerKl(Normal, Normal, normals);
registerKl(Categorical, Categorical, categoricals);
registerKl(Bernoulli, Bernoulli, bernoullis);
registerKl(Independent, Independent, independents);
registerKl(Beta, Beta, betas);
registerKl(Binomial, Binomial, binomials);
registerKl(Cauchy, Cauchy, cauchys);
registerKl(ContinuousBernoulli, ContinuousBernoulli, (p, q) =>
  p.logits.sub(q.logits).mul(p.mean).sub(p.logNorm()).add(q.logNorm()),
);
registerKl(Dirichlet, Dirichlet, dirichlets);
registerKl(Exponential, Exponential, (p, q) => ratioTerm(q.rate.div(p.rate)));
registerKl(Gamma, Gamma, gammas);
registerKl(Geometric, Geometric, (p, q) =>
  p.probs
    .rsub(1)
    .div(p.probs)
    .mul(p.probs.neg().log1p().sub(q.probs.neg().log1p()))
    .add(p.probs.log())
    .sub(q.probs.log()),
);
registerKl(Gumbel, Gumbel, (p, q) => crossDivergence(p, q)!);
registerKl(HalfNormal, HalfNormal, (p, q) => ratioTerm(p.scale.div(q.scale).square()).mul(0.5));
registerKl(Laplace, Laplace, laplaces);
registerKl(OneHotCategorical, OneHotCategorical, (p, q) => categoricals(p.categorical, q.categorical));
registerKl(Pareto, Pareto, paretos);
registerKl(Poisson, Poisson, (p, q) => p.rate.xlogy(p.rate.div(q.rate)).sub(p.rate).add(q.rate));
registerKl(Uniform, Uniform, (p, q) => crossDivergence(p, q)!);
registerKl(Bernoulli, Poisson, (p, q) => p.entropy().add(p.probs.xlogy(q.rate)).sub(q.rate).neg());
registerKl(Poisson, Bernoulli, (p, q) => infinite(p.rate, q.probs));
registerKl(Poisson, Binomial, (p, q) => infinite(p.rate, q.probs));
registerKl(MultivariateNormal, MultivariateNormal, vectors);
registerKl(MultivariateNormal, LowRankMultivariateNormal, vectors);
registerKl(LowRankMultivariateNormal, MultivariateNormal, vectors);
registerKl(LowRankMultivariateNormal, LowRankMultivariateNormal, vectors);
registerKl(TransformedDistribution, TransformedDistribution, transformed);

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

/** x − 1 − log x */
function ratioTerm(x: Tensor): Tensor {
  return x.sub(1).sub(x.log());
}

/** ∞ of the shape to which both broadcast. */
function infinite(a: Tensor, b: Tensor): Tensor {
  return a.newFull(broadcastShapes(a.shape, b.shape), Number.POSITIVE_INFINITY);
}

function betas(p: Beta, q: Beta): Tensor {
  const norm = ({ concentration1: a, concentration0: b }: Beta): Tensor =>
    a.lgamma().add(b.lgamma()).sub(a.add(b).lgamma());
  const [more, less] = [p.concentration1.sub(q.concentration1), p.concentration0.sub(q.concentration0)];
  const total = p.concentration1.add(p.concentration0).digamma();
  return norm(q)
    .sub(norm(p))
    .add(more.mul(p.concentration1.digamma()))
    .add(less.mul(p.concentration0.digamma()))
    .sub(more.add(less).mul(total));
}

/** n times that of one trial; infinite for more trials than q has. */
function binomials(p: Binomial, q: Binomial): Tensor {
  if (p.totalCount.lt(q.totalCount).any().item()) {
    throw new TorchError(
      "torch/distribution",
      "klDivergence: has no closed form for a Binomial of fewer trials than the other; sum over enumerateSupport instead",
    );
  }
  const options = { validateArgs: false };
  const trial = bernoullis(
    new Bernoulli({ probs: p.probs, ...options }),
    new Bernoulli({ probs: q.probs, ...options }),
  );
  return trial.mul(p.totalCount).maskedFill(p.totalCount.gt(q.totalCount), Number.POSITIVE_INFINITY);
}

/** log (((γ_p + γ_q)² + (μ_p − μ_q)²) / (4 γ_p γ_q)) (Chyzak and Nielsen 2019) */
function cauchys(p: Cauchy, q: Cauchy): Tensor {
  const square = p.scale.add(q.scale).square().add(p.loc.sub(q.loc).square());
  return square.log().sub(p.scale.mul(q.scale).mul(4).log());
}

function dirichlets(p: Dirichlet, q: Dirichlet): Tensor {
  const [a, b] = [p.concentration, q.concentration];
  const total = a.sum({ dim: -1, keepdim: true });
  const norms = total
    .squeeze(-1)
    .lgamma()
    .sub(b.sum({ dim: -1 }).lgamma())
    .add(b.lgamma().sub(a.lgamma()).sum({ dim: -1 }));
  return a.sub(b).mul(a.digamma().sub(total.digamma())).sum({ dim: -1 }).add(norms);
}

function gammas(p: Gamma, q: Gamma): Tensor {
  const { concentration: a, rate: b } = p;
  return q.concentration
    .mul(b.log().sub(q.rate.log()))
    .add(q.concentration.lgamma())
    .sub(a.lgamma())
    .add(a.sub(q.concentration).mul(a.digamma()))
    .add(q.rate.div(b).sub(1).mul(a));
}

/** |Δ|/b_q + (b_p/b_q) e^(−|Δ|/b_p) − 1 − log (b_p/b_q) */
function laplaces(p: Laplace, q: Laplace): Tensor {
  const distance = p.loc.sub(q.loc).abs();
  const ratio = p.scale.div(q.scale);
  return distance.div(q.scale).add(distance.neg().div(p.scale).exp().mul(ratio)).sub(1).sub(ratio.log());
}

/** Infinite where p begins below q. */
function paretos(p: Pareto, q: Pareto): Tensor {
  const inside = q.alpha.mul(p.scale.div(q.scale).log()).add(ratioTerm(q.alpha.div(p.alpha)));
  return inside.maskedFill(p.scale.lt(q.scale), Number.POSITIVE_INFINITY);
}

type NormalVectors = MultivariateNormal | LowRankMultivariateNormal;

/** ½ (log det Σ_q − log det Σ_p + tr(Σ_q⁻¹ Σ_p) + Δᵀ Σ_q⁻¹ Δ − N) */
function vectors(p: NormalVectors, q: NormalVectors): Tensor {
  const [size] = p.eventShape as [number];
  if (size !== q.eventShape[0]) {
    throw new TorchError(
      "torch/argument",
      `klDivergence: the normal vectors have ${size} and ${q.eventShape[0]} numbers, accepted: equally many`,
    );
  }
  const logDet = (d: NormalVectors): Tensor =>
    d instanceof MultivariateNormal ? logDetOf(d.scaleTril).mul(2) : d.logDet();
  const offset = p.loc.sub(q.loc);
  const distance = q instanceof MultivariateNormal ? mahalanobis(q.scaleTril, offset) : q.mahalanobis(offset);
  return logDet(q).sub(logDet(p)).add(traceOf(p, q)).add(distance).sub(size).mul(0.5);
}

/** tr(Σ_q⁻¹ Σ_p), as the sum of distances of columns of which Σ_p is the sum of squares */
function traceOf(p: NormalVectors, q: NormalVectors): Tensor {
  const columns =
    p instanceof MultivariateNormal ? [p.scaleTril] : [p.covFactor, p.covDiag.sqrt().diagEmbed()];
  return columns.map((matrix) => columnDistances(q, matrix)).reduce((sum, part) => sum.add(part));
}

function columnDistances(q: NormalVectors, matrix: Tensor): Tensor {
  if (q instanceof LowRankMultivariateNormal) {
    const each = new LowRankMultivariateNormal(
      q.loc.unsqueeze(-2),
      q.covFactor.unsqueeze(-3),
      q.covDiag.unsqueeze(-2),
      { validateArgs: false },
    );
    return each.mahalanobis(matrix.mT).sum({ dim: -1 });
  }
  const batch = broadcastShapes(q.scaleTril.shape.slice(0, -2), matrix.shape.slice(0, -2));
  const factor = q.scaleTril.expand([...batch, ...q.scaleTril.shape.slice(-2)]);
  const solved = solveTriangular(factor, matrix.expand([...batch, ...matrix.shape.slice(-2)]), {
    upper: false,
  });
  return solved.square().sum({ dim: [-2, -1] });
}

/** That of the bases, if the transforms are the same. */
function transformed(p: TransformedDistribution, q: TransformedDistribution): Tensor {
  const isSame = sameTransforms(p.transforms, q.transforms) && String(p.eventShape) === String(q.eventShape);
  const cross = isSame ? undefined : crossDivergence(p, q);
  if (cross !== undefined) return cross;
  if (!isSame) throw unknownPair(p, q);
  return klDivergence(p.baseDist, q.baseDist);
}

function unknownPair(p: unknown, q: unknown): TorchError {
  return new TorchError(
    "torch/distribution",
    `klDivergence: has no closed form for ${show(p)} and ${show(q)}; the mean of p.logProb(x) − q.logProb(x) over draws x from p is an estimate`,
  );
}
