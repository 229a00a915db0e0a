// Expectations in closed form, from which divergences between families are put together.
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { Beta } from "./beta.js";
import { ContinuousBernoulli } from "./continuous-bernoulli.js";
import type { Distribution } from "./distribution.js";
import { EULER_GAMMA } from "./euler-gamma.js";
import { Exponential } from "./exponential.js";
import { Gamma } from "./gamma.js";
import { Gumbel } from "./gumbel.js";
import { Laplace } from "./laplace.js";
import { Normal } from "./normal.js";
import { Pareto } from "./pareto.js";
import { Uniform } from "./uniform.js";

type Bound = number | Tensor;

/** Expectations of a random number x. */
export interface Moments {
  /** No value is below. */
  readonly low: Bound;
  /** No value is above. */
  readonly high: Bound;
  /** E[log x] */
  meanLog?(): Tensor;
  /** E[log (1 − x)] */
  meanLog1m?(): Tensor;
  /** E[e^(t x)] */
  mgf?(t: Tensor): Tensor;
  /** E[|x − a|] */
  meanDistance?(a: Tensor): Tensor;
}

const infinite = Number.POSITIVE_INFINITY;
const everywhere = { low: -infinite, high: infinite };

/** Moments of a distribution; undefined for those that are not here. */
export function momentsOf(p: Distribution): Moments | undefined {
  if (p instanceof Normal) return ofNormal(p);
  if (p instanceof Laplace) return everywhere;
  if (p instanceof Gumbel) return ofGumbel(p);
  if (p instanceof Gamma) return ofGamma(p);
  if (p instanceof Exponential) return ofExponential(p);
  if (p instanceof Beta) return ofBeta(p);
  if (p instanceof ContinuousBernoulli) return { low: 0, high: 1 };
  if (p instanceof Uniform) return ofUniform(p);
  return p instanceof Pareto ? ofPareto(p) : undefined;
}

function ofNormal({ loc, scale }: Normal): Moments {
  return {
    ...everywhere,
    mgf: (t) => t.mul(loc).add(t.mul(scale).square().div(2)).exp(),
    meanDistance: (a) => {
      const off = loc.sub(a);
      const z = off.div(scale);
      return z
        .square()
        .div(-2)
        .exp()
        .mul(scale)
        .mul(Math.sqrt(2 / Math.PI))
        .add(off.mul(z.mul(Math.SQRT1_2).erf()));
    },
  };
}

/** For t of at most 0. */
function ofGumbel({ loc, scale }: Gumbel): Moments {
  return { ...everywhere, mgf: (t) => t.mul(scale).rsub(1).lgamma().add(t.mul(loc)).exp() };
}

/** For t below the rate. */
function ofGamma({ concentration, rate }: Gamma): Moments {
  return {
    low: 0,
    high: infinite,
    meanLog: () => concentration.digamma().sub(rate.log()),
    mgf: (t) => t.div(rate).rsub(1).pow(concentration.neg()),
  };
}

function ofExponential({ rate }: Exponential): Moments {
  return {
    low: 0,
    high: infinite,
    meanLog: () => rate.log().add(EULER_GAMMA).neg(),
    mgf: (t) => t.div(rate).rsub(1).reciprocal(),
  };
}

function ofBeta({ concentration1, concentration0 }: Beta): Moments {
  const total = (): Tensor => concentration1.add(concentration0).digamma();
  return {
    low: 0,
    high: 1,
    meanLog: () => concentration1.digamma().sub(total()),
    meanLog1m: () => concentration0.digamma().sub(total()),
  };
}

function ofUniform({ low, high }: Uniform): Moments {
  const meanLog = (from: Tensor, to: Tensor): Tensor =>
    to.xlogy(to).sub(from.xlogy(from)).div(to.sub(from)).sub(1);
  return {
    low,
    high,
    meanLog: () => meanLog(low, high),
    meanLog1m: () => meanLog(high.rsub(1), low.rsub(1)),
    mgf: (t) =>
      t
        .mul(high)
        .exp()
        .sub(t.mul(low).exp())
        .div(t.mul(high.sub(low))),
  };
}

function ofPareto({ scale, alpha }: Pareto): Moments {
  return { low: scale, high: infinite, meanLog: () => scale.log().add(alpha.reciprocal()) };
}

/** E_p[log q(x)], and where q has values. */
export interface ExpectedLog {
  readonly low: Bound;
  readonly high: Bound;
  /** Undefined if p lacks a moment for it. */
  of(p: Distribution, moments: Moments): Tensor | undefined;
}

/** How to average the logarithm of a density; undefined for those that are not here. */
export function expectedLogOf(q: Distribution): ExpectedLog | undefined {
  if (q instanceof Normal) return underNormal(q);
  if (q instanceof Laplace) return underLaplace(q);
  if (q instanceof Gumbel) return underGumbel(q);
  if (q instanceof Gamma) return underGamma(q);
  if (q instanceof Exponential) {
    return { low: 0, high: infinite, of: (p) => q.rate.log().sub(q.rate.mul(p.mean)) };
  }
  if (q instanceof Beta) return underBeta(q);
  if (q instanceof ContinuousBernoulli)
    return { low: 0, high: 1, of: (p) => p.mean.mul(q.logits).sub(q.logNorm()) };
  if (q instanceof Uniform) return { low: q.low, high: q.high, of: () => q.high.sub(q.low).log().neg() };
  return q instanceof Pareto ? underPareto(q) : undefined;
}

function underNormal({ loc, scale }: Normal): ExpectedLog {
  return {
    ...everywhere,
    of: (p) => {
      const spread = p.mean.sub(loc).square().add(p.variance).div(scale.square().mul(2));
      return spread
        .add(scale.log())
        .add(Math.log(2 * Math.PI) / 2)
        .neg();
    },
  };
}

function underLaplace({ loc, scale }: Laplace): ExpectedLog {
  return {
    ...everywhere,
    of: (_, { meanDistance }) => meanDistance?.(loc).div(scale).add(scale.mul(2).log()).neg(),
  };
}

function underGumbel({ loc, scale }: Gumbel): ExpectedLog {
  return {
    ...everywhere,
    of: (p, { mgf }) => {
      const tail = mgf?.(scale.reciprocal().neg()).mul(loc.div(scale).exp());
      return tail === undefined ? undefined : tail.add(p.mean.sub(loc).div(scale)).add(scale.log()).neg();
    },
  };
}

function underGamma({ concentration, rate }: Gamma): ExpectedLog {
  const norm = (): Tensor => concentration.mul(rate.log()).sub(concentration.lgamma());
  return {
    low: 0,
    high: infinite,
    of: (p, { meanLog }) => meanLog?.().mul(concentration.sub(1)).sub(rate.mul(p.mean)).add(norm()),
  };
}

function underBeta({ concentration1: a, concentration0: b }: Beta): ExpectedLog {
  const norm = (): Tensor => a.add(b).lgamma().sub(a.lgamma()).sub(b.lgamma());
  return {
    low: 0,
    high: 1,
    of: (_, { meanLog, meanLog1m }) =>
      meanLog1m === undefined
        ? undefined
        : meanLog?.()
            .mul(a.sub(1))
            .add(meanLog1m().mul(b.sub(1)))
            .add(norm()),
  };
}

function underPareto({ scale, alpha }: Pareto): ExpectedLog {
  return {
    low: scale,
    high: infinite,
    of: (_, { meanLog }) => {
      const log = meanLog?.();
      return log && alpha.log().add(alpha.mul(scale.log())).sub(alpha.add(1).mul(log));
    },
  };
}

/**
 * −H(p) − E_p[log q(x)], infinite where p has values that q has not; undefined if a moment is missing.
 */
export function crossDivergence(p: Distribution, q: Distribution): Tensor | undefined {
  const [moments, expected] = [momentsOf(p), expectedLogOf(q)];
  if (moments === undefined || expected === undefined) return undefined;
  return scope(() => {
    const entropy = p.entropy();
    const isOutside = entropy
      .newZeros([])
      .add(moments.low)
      .lt(expected.low)
      .logicalOr(entropy.newZeros([]).add(moments.high).gt(expected.high));
    const mean = expected.of(p, moments);
    if (mean !== undefined) return entropy.add(mean).neg().maskedFill(isOutside, infinite);
    return isOutside.all().item() ? entropy.mul(0).add(infinite) : undefined;
  });
}
