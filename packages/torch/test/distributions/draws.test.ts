// Draws of the further distributions against their own formulas: distribution functions, moments, entropies, divergences.
import { arange, distributions, eye, manualSeed, type Tensor, tensor } from "@throughline/torch";
import { describe, expect } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";

const D = distributions;
type Distribution = distributions.Distribution;

checkLeaks();

const t = (values: number | number[] | number[][]): Tensor => tensor(values, { dtype: "float64" });
/** Draws of a test. */
const COUNT = 10_000;
/** √(−½ log (α / 2)): the largest distance of Kolmogorov and Smirnov, times √n, exceeds it once in 10⁸ tests. */
const KOLMOGOROV = 3.1;
/** A sample mean is farther off than this many standard errors once in 10⁸ tests. */
const ERRORS = 5.7;

const matrix = (): Tensor =>
  t([
    [2, 0.5, -0.3],
    [0.5, 1, 0.2],
    [-0.3, 0.2, 0.7],
  ]);

/** Numbers with a distribution function. */
const withCdf: readonly (readonly [string, () => Distribution])[] = [
  ["Normal", () => new D.Normal(t(-1), t(0.7))],
  ["Uniform", () => new D.Uniform(t(-1), t(2))],
  ["Exponential", () => new D.Exponential(t(1.7))],
  ["Laplace", () => new D.Laplace(t(0.3), t(0.6))],
  ["Cauchy", () => new D.Cauchy(t(0.3), t(0.6))],
  ["Gamma", () => new D.Gamma(t(0.6), t(2))],
  ["Chi2", () => new D.Chi2(t(3))],
  ["Gumbel", () => new D.Gumbel(t(0.5), t(1.3))],
  ["HalfNormal", () => new D.HalfNormal(t(1.3))],
  ["HalfCauchy", () => new D.HalfCauchy(t(1.3))],
  ["LogNormal", () => new D.LogNormal(t(0.2), t(0.5))],
  ["Pareto", () => new D.Pareto(t(1.5), t(5))],
  ["Weibull", () => new D.Weibull(t(2), t(0.8))],
  ["InverseGamma", () => new D.InverseGamma(t(6), t(2))],
  ["Kumaraswamy", () => new D.Kumaraswamy(t(2), t(0.7))],
  ["GeneralizedPareto", () => new D.GeneralizedPareto(t(1), t(2), t(-0.3))],
  ["ContinuousBernoulli", () => new D.ContinuousBernoulli({ probs: t(0.9) })],
  ["ContinuousBernoulli near ½", () => new D.ContinuousBernoulli({ logits: t(1e-4) })],
  [
    "a mixture",
    () =>
      new D.MixtureSameFamily(
        new D.Categorical({ probs: t([0.3, 0.7]) }),
        new D.Normal(t([-2, 1]), t([1, 0.5])),
      ),
  ],
  [
    "a falling transform",
    () =>
      new D.TransformedDistribution(new D.Laplace(t(0), t(1)), [
        new D.AffineTransform(1, -2),
        new D.TanhTransform(),
      ]),
  ],
];

describe("draws and distribution functions", () => {
  for (const [name, make] of withCdf) {
    scoped(`of ${name} agree (Kolmogorov and Smirnov, once in 10⁸ not)`, () => {
      manualSeed(11);
      const made = make();
      const p = made.cdf(made.sample([COUNT])).sort().values;
      const steps = arange(COUNT, { dtype: "float64" }).div(COUNT);
      const above = p.sub(steps).abs().max().item();
      const below = steps
        .add(1 / COUNT)
        .sub(p)
        .abs()
        .max()
        .item();
      expect(Math.max(above, below)).toBeLessThan(KOLMOGOROV / Math.sqrt(COUNT));
    });
  }

  for (const [name, make] of withCdf) {
    if (/a mixture|Gamma|Chi2/.test(name)) continue; // without icdf, as in PyTorch
    scoped(`of ${name}: icdf is the inverse of cdf`, () => {
      const p = t([0.01, 0.3, 0.5, 0.8, 0.99]);
      const made = make();
      expect(made.cdf(made.icdf(p))).toBeClose(p);
    });
  }
});

/** Distributions whose fourth moments exist, so that means and variances of draws can be judged by their spread. */
const withMoments: readonly (readonly [string, () => Distribution])[] = [
  ...withCdf.filter(([name]) => !/Cauchy|a falling|Weibull/.test(name)),
  ["Beta", () => new D.Beta(t([0.5, 3]), t([2, 1.5]))],
  ["Dirichlet", () => new D.Dirichlet(t([0.5, 2, 1.3]))],
  ["FisherSnedecor", () => new D.FisherSnedecor(t(4), t(30))],
  ["StudentT", () => new D.StudentT(t(12), t(0.3), t(2))],
  ["Poisson", () => new D.Poisson(t([0.7, 30]))],
  ["Geometric", () => new D.Geometric({ probs: t(0.3) })],
  ["Binomial", () => new D.Binomial(12, { probs: t(0.3) })],
  ["NegativeBinomial", () => new D.NegativeBinomial(t(3.5), { probs: t(0.4) })],
  ["Multinomial", () => new D.Multinomial(7, { probs: t([0.2, 0.5, 0.3]) })],
  ["OneHotCategorical", () => new D.OneHotCategorical({ probs: t([0.2, 0.5, 0.3]) })],
  ["MultivariateNormal", () => new D.MultivariateNormal(t([1, 0, -1]), { covarianceMatrix: matrix() })],
  [
    "MultivariateNormal of a precision",
    () => new D.MultivariateNormal(t([1, 0, -1]), { precisionMatrix: matrix() }),
  ],
  [
    "LowRankMultivariateNormal",
    () => new D.LowRankMultivariateNormal(t([1, 0, -1]), t([[1], [0.5], [-2]]), t([0.3, 0.1, 1])),
  ],
  ["Wishart", () => new D.Wishart(t(5), { covarianceMatrix: matrix() })],
  ["the log-odds of RelaxedBernoulli", () => new D.LogitRelaxedBernoulli(t(0.6), { probs: t(0.3) })],
];

/** Expects the mean of independent numbers, along the first dimension, to be what it should. */
function expectMean(draws: Tensor, wanted: Tensor): void {
  const off = draws.mean({ dim: 0 }).sub(wanted).abs();
  const error = draws.std({ dim: 0 }).div(Math.sqrt(draws.size(0)));
  expect(off.sub(error.mul(ERRORS)).max().item()).toBeLessThanOrEqual(1e-12); // rounding, where all are equal
}

describe("draws", () => {
  for (const [name, make] of withMoments) {
    scoped(`of ${name} have its mean and variance`, () => {
      manualSeed(12);
      const made = make();
      const draws = made.sample([COUNT]);
      expectMean(draws, made.mean);
      expectMean(draws.sub(made.mean).square(), made.variance);
    });
  }

  for (const [name, make] of withMoments) {
    if (/mixture|FisherSnedecor|Poisson|NegativeBinomial|log-odds/.test(name)) continue;
    scoped(`of ${name} have its entropy as the mean of −logProb`, () => {
      manualSeed(13);
      const made = make();
      expectMean(made.logProb(made.sample([COUNT])).neg(), made.entropy());
    });
  }

  scoped("of VonMises have its circular variance", () => {
    manualSeed(14);
    const made = new D.VonMises(t([0.5, 3]), t([0.4, 6]));
    const off = made.sample([COUNT]).sub(made.loc);
    expectMean(off.cos(), made.variance.rsub(1));
    expectMean(off.sin(), t([0, 0]));
  });

  scoped("of LKJCholesky are correlations r with E[r²] = 1 / (2 concentration + dim − 1)", () => {
    manualSeed(15);
    const made = new D.LKJCholesky(4, t(1.5));
    const L = made.sample([COUNT]);
    const r = L.matmul(L.mT);
    const off = r.maskedSelect(eye(4).eq(0)).reshape([COUNT, 12]);
    expectMean(off, off.newZeros([12]));
    expectMean(off.square(), off.newFull([12], 1 / (2 * 1.5 + 3)));
  });

  scoped("of relaxed categories at a low temperature choose as often as the probabilities say", () => {
    manualSeed(16);
    const made = new D.RelaxedOneHotCategorical(0.01, { probs: t([0.2, 0.5, 0.3]) });
    expectMean(made.rsample([COUNT]).round(), made.probs);
  });
});

const numbers: readonly (readonly [string, () => Distribution])[] = [
  ["Normal", () => new D.Normal(t(0.3), t(0.8))],
  ["Laplace", () => new D.Laplace(t(-0.2), t(0.7))],
  ["Gumbel", () => new D.Gumbel(t(0.5), t(0.9))],
  ["Gamma", () => new D.Gamma(t(2.5), t(2))],
  ["Exponential", () => new D.Exponential(t(1.4))],
  ["Beta", () => new D.Beta(t(1.5), t(2.5))],
  ["ContinuousBernoulli", () => new D.ContinuousBernoulli({ probs: t(0.3) })],
  ["Uniform", () => new D.Uniform(t(0), t(1))],
  ["Pareto", () => new D.Pareto(t(1), t(6))],
];

describe("divergences", () => {
  for (const [one, makeP] of numbers) {
    for (const [other, makeQ] of numbers) {
      scoped(`of ${one} from ${other} are the mean of the difference of log probabilities`, () => {
        manualSeed(17);
        const [p, q] = [makeP(), makeQ()];
        const isInside = q.support
          .holds(p.sample([COUNT]))
          .all()
          .item();
        let divergence: Tensor;
        try {
          divergence = D.klDivergence(p, q);
        } catch (error) {
          expect(error).toMatchObject({ code: "torch/distribution" }); // no closed form
          return;
        }
        if (!isInside) {
          expect(divergence.item()).toBe(Number.POSITIVE_INFINITY);
          return;
        }
        const draws = p.sample([COUNT]);
        expectMean(p.logProb(draws).sub(q.logProb(draws)), divergence);
        expect(D.klDivergence(p, p).abs().item()).toBeLessThan(1e-12);
      });
    }
  }

  scoped("that one registers are used, for subclasses too, unless they have a nearer one", () => {
    class Own extends D.Exponential {}
    class Nearer extends Own {}
    D.registerKl(Own, D.Normal, () => t(1));
    D.registerKl(Nearer, D.Normal, () => t(2));
    const normal = new D.Normal(t(0), t(1));
    expect(D.klDivergence(new Own(t(1)), normal).item()).toBe(1);
    expect(D.klDivergence(new Nearer(t(1)), normal).item()).toBe(2);
    expect(D.klDivergence(new D.Exponential(t(1)), normal).item()).not.toBe(1);
  });
});

describe("the most probable value", () => {
  const modes: readonly (readonly [string, () => Distribution])[] = [
    ["Kumaraswamy", () => new D.Kumaraswamy(t([1.5, 3]), t([2, 4]))],
    ["Beta", () => new D.Beta(t(2), t(5))],
    ["Weibull", () => new D.Weibull(t(2), t(1.8))],
    ["Wishart", () => new D.Wishart(t(6), { covarianceMatrix: matrix() })],
    ["InverseGamma", () => new D.InverseGamma(t(2), t(3))],
  ];
  for (const [name, make] of modes) {
    scoped(`of ${name} has a higher density than its surroundings`, () => {
      const made = make();
      const at = made.mode;
      for (const factor of [0.98, 1.02])
        expect(
          made
            .logProb(at)
            .sub(made.logProb(at.mul(factor)))
            .min()
            .item(),
        ).toBeGreaterThan(0);
    });
  }
});

describe("all values", () => {
  const all: readonly (readonly [string, () => Distribution])[] = [
    ["Bernoulli", () => new D.Bernoulli({ probs: t([0.2, 0.7]) })],
    ["Binomial", () => new D.Binomial(4, { probs: t([0.2, 0.7]) })],
    [
      "Categorical",
      () =>
        new D.Categorical({
          logits: t([
            [0, 1, 2],
            [0, 0, 1],
          ]),
        }),
    ],
    [
      "OneHotCategorical",
      () =>
        new D.OneHotCategorical({
          logits: t([
            [0, 1, 2],
            [0, 0, 1],
          ]),
        }),
    ],
  ];
  for (const [name, make] of all) {
    scoped(`of ${name} have probabilities that sum to 1`, () => {
      const made = make();
      const values = made.enumerateSupport();
      expect(values.shape.slice(1)).toEqual([2, ...made.eventShape]);
      expect(made.logProb(values).exp().sum({ dim: 0 })).toBeClose(t([1, 1]));
      expect(made.logProb(made.enumerateSupport(false)).exp().sum({ dim: 0 })).toBeClose(t([1, 1]));
    });
  }
});
