// Values that distributions refuse, in one sentence, and that they let pass without validation.

import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { distributions, eye, ones, scope, type Tensor, TorchError, tensor, zeros } from "@throughline/torch";
import { describe, expect, test } from "vitest";

const {
  Bernoulli,
  Categorical,
  Independent,
  klDivergence,
  MixtureSameFamily,
  MultivariateNormalDiag,
  Normal,
} = distributions;

checkLeaks();

const t = (values: number[] | number[][]): Tensor => tensor(values);
// biome-ignore lint/suspicious/noExplicitAny: arguments that the types forbid
const wrong = (value: unknown): any => value;
const standard = () => new Normal(zeros([3]), ones([3]));
const weights = (count: number) => new Categorical({ logits: zeros([count]) });

const parameters: [string, () => unknown, string][] = [
  [
    "a scale of 0",
    () => new Normal(0, t([1, 0])),
    "Normal: scale is f32[2] and holds 0, accepted: numbers above 0",
  ],
  [
    "a mean of NaN",
    () => new Normal(Number.NaN, 1),
    "Normal: loc is f32[] and holds NaN, accepted: numbers, not NaN",
  ],
  [
    "shapes that do not fit",
    () => new Normal(zeros([2]), ones([3])),
    "Normal: loc f32[2] and scale f32[3] do not broadcast",
  ],
  [
    "whole numbers",
    () => new Normal(tensor([1], { dtype: "int64" }), 1),
    "Normal: loc is i64[1], accepted: a number or a floating-point tensor",
  ],
  [
    "text",
    () => new Normal(wrong("0"), 1),
    'Normal: loc is "0", accepted: a number or a floating-point tensor',
  ],
  [
    "neither parameter",
    () => new Categorical({}),
    "Categorical: neither of probs and logits are given, accepted: exactly one",
  ],
  [
    "both parameters",
    () => new Bernoulli({ probs: 0.5, logits: 0 }),
    "Bernoulli: both of probs and logits are given, accepted: exactly one",
  ],
  [
    "a negative weight",
    () => new Categorical({ probs: t([1, -1]) }),
    "Categorical: probs is f32[2] and holds -1, accepted: finite numbers of at least 0",
  ],
  [
    "weights of 0",
    () => new Categorical({ probs: t([0, 0]) }),
    "Categorical: the sum of probs is f32[] and holds 0, accepted: numbers above 0",
  ],
  [
    "logits of which none is possible",
    () => new Categorical({ logits: t([-Infinity, -Infinity]) }),
    "Categorical: logits minus their logsumexp is f32[2] and holds NaN",
  ],
  [
    "a choice among none",
    () => new Categorical({ logits: zeros([2, 0]) }),
    "Categorical: logits is f32[2,0], accepted: a floating-point tensor [..., K] with K of at least 1",
  ],
  [
    "a scalar as choices",
    () => new Categorical({ probs: tensor(1) }),
    "Categorical: probs is f32[], accepted: a floating-point tensor [..., K]",
  ],
  [
    "a probability above 1",
    () => new Bernoulli({ probs: t([0.5, 1.5]) }),
    "Bernoulli: probs is f32[2] and holds 1.5, accepted: numbers from 0 to 1",
  ],
  [
    "more dimensions than there are",
    () => new Independent(standard(), 2),
    "Independent: reinterpretedBatchNdims is 2, accepted: a whole number from 0 to 1",
  ],
  [
    "no distribution",
    () => new Independent(wrong(zeros([2])), 1),
    "Independent: baseDist is f32[2], accepted: a distribution",
  ],
  [
    "a mean without dimensions",
    () => new MultivariateNormalDiag(tensor(0), 1),
    "MultivariateNormalDiag: loc is f32[], accepted: a tensor [..., N]",
  ],
  [
    "weights that are none",
    () => new MixtureSameFamily(wrong(standard()), standard()),
    "MixtureSameFamily: mixtureDistribution is a Normal, accepted: a Categorical",
  ],
  [
    "more weights than components",
    () => new MixtureSameFamily(weights(2), standard()),
    "MixtureSameFamily: componentDistribution has the batch shape [3], accepted: [..., 2]",
  ],
  [
    "weights of another batch",
    () => new MixtureSameFamily(new Categorical({ logits: zeros([2, 3]) }), standard()),
    "MixtureSameFamily: mixtureDistribution has the batch shape [2], accepted: what broadcasts to []",
  ],
  [
    "an even distribution of no width",
    () => new distributions.Uniform(t([0, 2]), t([1, 2])),
    "Uniform: low is f32[2] and holds 2, accepted: numbers below the bounds f32[2]",
  ],
  [
    "a rate of 0",
    () => new distributions.Exponential(0),
    "Exponential: rate is f32[] and holds 0, accepted: numbers above 0",
  ],
  [
    "degrees of freedom below 0",
    () => new distributions.Chi2(-1),
    "Chi2: df is f32[] and holds -1, accepted: numbers above 0",
  ],
  [
    "half a trial",
    () => new distributions.Binomial(1.5, { probs: 0.5 }),
    "Binomial: totalCount is f32[] and holds 1.5, accepted: whole numbers of at least 0",
  ],
  [
    "no success ever",
    () => new distributions.Geometric({ probs: 0 }),
    "Geometric: probs is f32[] and holds 0, accepted: numbers above 0 and at most 1",
  ],
  [
    "success for ever",
    () => new distributions.NegativeBinomial(3, { probs: 1 }),
    "NegativeBinomial: probs is f32[] and holds 1, accepted: numbers from 0 to below 1",
  ],
  [
    "counts of half a draw",
    () => new distributions.Multinomial(0.5, { probs: ones([2]) }),
    "Multinomial: totalCount is 0.5, accepted: a whole number of at least 0",
  ],
  [
    "a number as the concentration of vectors",
    () => new distributions.Dirichlet(wrong(1)),
    "Dirichlet: concentration is 1, accepted: a floating-point tensor [..., K]",
  ],
  [
    "two covariances",
    () => new distributions.MultivariateNormal(zeros([2]), { covarianceMatrix: eye(2), scaleTril: eye(2) }),
    "MultivariateNormal: covarianceMatrix and scaleTril of covarianceMatrix, precisionMatrix and scaleTril are given",
  ],
  [
    "no covariance",
    () => new distributions.Wishart(3, {}),
    "Wishart: none of covarianceMatrix, precisionMatrix and scaleTril are given, accepted: exactly one",
  ],
  [
    "a matrix that is no covariance",
    () =>
      new distributions.MultivariateNormal(zeros([2]), {
        covarianceMatrix: t([
          [1, 2],
          [2, 1],
        ]),
      }),
    "MultivariateNormal: covarianceMatrix is f32[2,2] and holds [[…], […]], accepted: symmetric, positive definite matrices",
  ],
  [
    "a matrix that is no square",
    () => new distributions.MultivariateNormal(zeros([2]), { scaleTril: ones([2, 3]) }),
    "MultivariateNormal: scaleTril is f32[2,3], accepted: a floating-point tensor [..., N, N]",
  ],
  [
    "a mean of another size",
    () => new distributions.MultivariateNormal(zeros([3]), { scaleTril: eye(2) }),
    "MultivariateNormal: loc is f32[3], accepted: a floating-point tensor [..., 2], of the matrix's size",
  ],
  [
    "batches that do not fit",
    () => new distributions.MultivariateNormal(zeros([3, 2]), { scaleTril: eye(2).expand([2, 2, 2]) }),
    "MultivariateNormal: loc f32[3,2] and matrices of the batch [2] do not broadcast",
  ],
  [
    "a factor of other rows",
    () => new distributions.LowRankMultivariateNormal(zeros([2]), ones([3, 1]), ones([2])),
    "LowRankMultivariateNormal: covFactor is f32[3,1], accepted: a tensor [..., 2, R]",
  ],
  [
    "a diagonal that is none",
    () => new distributions.LowRankMultivariateNormal(zeros([2]), ones([2, 1]), wrong(1)),
    "LowRankMultivariateNormal: covDiag is 1, accepted: a floating-point tensor [..., N]",
  ],
  [
    "too few degrees of freedom",
    () => new distributions.Wishart(1, { scaleTril: eye(2) }),
    "Wishart: df is f32[] and holds 1, accepted: numbers above 1",
  ],
  [
    "one row of correlations",
    () => new distributions.LKJCholesky(1),
    "LKJCholesky: dim is 1, accepted: a whole number of at least 2",
  ],
  [
    "a scalar as logits of a vector",
    () => new distributions.LogisticNormal(tensor(0), 1),
    "LogisticNormal: loc is f32[], accepted: a tensor [..., K − 1]",
  ],
  [
    "a temperature of 0",
    () => new distributions.RelaxedBernoulli(0, { probs: 0.5 }),
    "RelaxedBernoulli: temperature is f32[] and holds 0, accepted: numbers above 0",
  ],
  [
    "a temperature that is none",
    () => new distributions.RelaxedOneHotCategorical(wrong("hot"), { probs: ones([2]) }),
    'RelaxedOneHotCategorical: temperature is "hot", accepted: a number or a tensor',
  ],
  [
    "a transform of a tensor",
    () => new distributions.TransformedDistribution(wrong(ones([2])), []),
    "TransformedDistribution: the base is f32[2], accepted: a distribution",
  ],
  [
    "transforms that are none",
    () => new distributions.TransformedDistribution(standard(), wrong([1])),
    "TransformedDistribution: transforms is [1], accepted: a transform or a list of them",
  ],
  [
    "a base without the dimensions that a transform needs",
    () => new distributions.TransformedDistribution(new Normal(0, 1), new distributions.SoftmaxTransform()),
    "TransformedDistribution: the base has the shape [], accepted: 1 dimensions at least",
  ],
  [
    "another batch shape",
    () => standard().expand([4]),
    "Normal: the batch shape is to be [4], accepted: a shape to which [3] broadcasts",
  ],
  [
    "half a dimension of an affine transform",
    () => new distributions.AffineTransform(0, 1, { eventDim: 0.5 }),
    "AffineTransform: eventDim is 0.5, accepted: a whole number from 0 to 64",
  ],
  [
    "half a dimension of an independent transform",
    () => new distributions.IndependentTransform(new distributions.ExpTransform(), -1),
    "IndependentTransform: reinterpretedBatchNdims is -1, accepted: a whole number",
  ],
  [
    "shapes of different sizes",
    () => new distributions.ReshapeTransform([2, 3], [5]),
    "ReshapeTransform: [2,3] and [5] have different sizes, accepted: equal ones",
  ],
  [
    "a shape that cannot be changed",
    () => new distributions.ReshapeTransform([2, 3], [6]).forward(ones([3, 2])),
    "ReshapeTransform: the shape is [3, 2], accepted: one that ends in [2,3]",
  ],
  [
    "lengths of other parts",
    () => new distributions.CatTransform([new distributions.ExpTransform()], { lengths: [1, 2] }),
    "CatTransform: lengths is [1, 2], accepted: 1 of them",
  ],
  [
    "half a place of parts",
    () => new distributions.StackTransform([], { dim: 0.5 }),
    "StackTransform: dim is 0.5, accepted: a whole number",
  ],
  [
    "a value of other parts",
    () => new distributions.CatTransform([new distributions.ExpTransform()]).forward(ones([2])),
    "CatTransform: the value is f32[2], accepted: 1 along dimension 0",
  ],
  [
    "a value of other places",
    () => new distributions.StackTransform([new distributions.ExpTransform()]).forward(ones([2])),
    "StackTransform: the value is f32[2], accepted: 1 along dimension 0",
  ],
  [
    "a number as a vector",
    () => new distributions.StickBreakingTransform().forwardShape([]),
    "StickBreakingTransform: the shape is [], accepted: [..., K]",
  ],
  [
    "numbers that make no triangle",
    () => new distributions.CorrCholeskyTransform().forward(ones([4])),
    "CorrCholeskyTransform: there are 4 numbers, accepted: D (D − 1) / 2 of them",
  ],
  [
    "a matrix that is no square, turned back",
    () => new distributions.CorrCholeskyTransform().inverseShape([2, 3]),
    "CorrCholeskyTransform: the shape is [2,3], accepted: [..., D, D]",
  ],
  [
    "normal vectors of different sizes",
    () =>
      klDivergence(
        new distributions.MultivariateNormal(zeros([2]), { scaleTril: eye(2) }),
        new distributions.MultivariateNormal(zeros([3]), { scaleTril: eye(3) }),
      ),
    "klDivergence: the normal vectors have 2 and 3 numbers, accepted: equally many",
  ],
  ["an unknown option", () => new Normal(0, 1, wrong({ validate: false })), "validateArgs"],
];

describe("parameters", () => {
  test.each(parameters)("%s", (_, body, sentence) => {
    expect(() => scope(body)).toThrow(expect.objectContaining({ code: "torch/argument" }));
    expect(() => scope(body)).toThrow(sentence);
  });

  scoped("are not looked at without validation", () => {
    const loose = { validateArgs: false };
    expect(new Normal(0, t([-1]), loose).scale.item()).toBe(-1);
    expect(new Categorical({ probs: t([2, -1]), ...loose }).probs.toArray()).toEqual([2, -1]);
    expect(new Bernoulli({ probs: 1.5, ...loose }).probs.item()).toBe(1.5);
  });
});

const values: [string, () => unknown, string][] = [
  ["a number", () => standard().logProb(wrong(0)), "Normal: the value is 0, accepted: a tensor"],
  [
    "another shape",
    () => standard().logProb(zeros([2])),
    "Normal: the value is f32[2], accepted: a tensor that broadcasts with [3]",
  ],
  [
    "NaN",
    () => standard().logProb(t([0, Number.NaN, 0])),
    "Normal: the value is f32[3] and holds NaN, accepted: numbers, not NaN",
  ],
  [
    "a category beyond the last",
    () => weights(3).logProb(tensor(3)),
    "Categorical: the value is f32[] and holds 3, accepted: whole numbers from 0 to 2",
  ],
  ["half a category", () => weights(3).logProb(t([0.5])), "holds 0.5, accepted: whole numbers from 0 to 2"],
  [
    "half a coin",
    () => new Bernoulli({ probs: 0.5 }).logProb(tensor(0.5)),
    "Bernoulli: the value is f32[] and holds 0.5, accepted: 0 and 1",
  ],
  [
    "half an event",
    () => new Independent(standard(), 1).logProb(zeros([1])),
    "Independent: the value is f32[1], accepted: a tensor that broadcasts with [3] and ends in [3]",
  ],
  [
    "a value of too few dimensions",
    () => new Independent(standard(), 1).logProb(tensor(0)),
    "Independent: the value is f32[], accepted",
  ],
  [
    "an impossible value of a mixture",
    () => new MixtureSameFamily(weights(2), new Bernoulli({ probs: t([0.5, 0.1]) })).logProb(tensor(2)),
    "MixtureSameFamily: the value is f32[] and holds 2, accepted: 0 and 1",
  ],
  [
    "a vector beside the simplex",
    () => new distributions.Dirichlet(ones([2])).logProb(t([0.2, 0.9])),
    "Dirichlet: the value is f32[2] and holds [0.20000000298023224, 0.8999999761581421], accepted: vectors of numbers of at least 0 with the sum 1",
  ],
  [
    "more successes than trials",
    () => new distributions.Binomial(2, { probs: 0.5 }).logProb(tensor(3)),
    "Binomial: the value is f32[] and holds 3, accepted: whole numbers from 0 to 2",
  ],
  [
    "a number below the least",
    () => new distributions.Pareto(2, 1).logProb(tensor(1)),
    "Pareto: the value is f32[] and holds 1, accepted: numbers of at least 2",
  ],
  [
    "two ones",
    () => new distributions.OneHotCategorical({ logits: zeros([2]) }).logProb(ones([2])),
    "OneHotCategorical: the value is f32[2] and holds [1, 1], accepted: vectors with a single 1 among zeros",
  ],
  [
    "a shape that is none",
    () => standard().sample(wrong(3)),
    "Normal: the shape is 3, accepted: a list of whole numbers",
  ],
];

describe("values", () => {
  test.each(values)("%s", (_, body, sentence) => {
    expect(() => scope(body)).toThrow(TorchError);
    expect(() => scope(body)).toThrow(sentence);
  });

  scoped("are not looked at without validation", () => {
    const coin = new Bernoulli({ probs: tensor(0.5), validateArgs: false });
    expect(coin.logProb(tensor(0.5)).item()).toBeCloseTo(Math.log(0.5), 6);
  });
});

describe("what does not exist", () => {
  const missing: [string, () => unknown, string][] = [
    ["differentiable categories", () => weights(2).rsample(), "Categorical: has no reparameterised draws"],
    [
      "the entropy of a mixture",
      () => new MixtureSameFamily(weights(3), standard()).entropy(),
      "MixtureSameFamily: has no entropy in closed form",
    ],
    [
      "the mode of a mixture",
      () => new MixtureSameFamily(weights(3), standard()).mode,
      "MixtureSameFamily: has no mode in closed form",
    ],
    [
      "a distribution function of t",
      () => new distributions.StudentT(3).cdf(tensor(0)),
      "StudentT: has no cumulative distribution function in closed form",
    ],
    [
      "quantiles of Gamma",
      () => new distributions.Gamma(1, 1).icdf(tensor(0.5)),
      "Gamma: has no inverse of the cumulative distribution function in closed form",
    ],
    ["a list of all numbers", () => standard().enumerateSupport(), "Normal: has no list of all values"],
    [
      "a list for several counts",
      () => new distributions.Binomial(t([1, 2]), { probs: 0.5 }).enumerateSupport(),
      "Binomial: the list of all values is the same for the whole batch only if totalCount is; it goes from 1 to 2",
    ],
    [
      "a divergence of fewer trials",
      () =>
        klDivergence(
          new distributions.Binomial(1, { probs: 0.5 }),
          new distributions.Binomial(2, { probs: 0.5 }),
        ),
      "klDivergence: has no closed form for a Binomial of fewer trials than the other",
    ],
    [
      "a divergence of different transforms",
      () => klDivergence(new distributions.LogNormal(0, 1), new distributions.Weibull(1, 1)),
      "klDivergence: has no closed form for a LogNormal and a Weibull",
    ],
    [
      "the mean of a transformed distribution",
      () => new distributions.TransformedDistribution(standard(), new distributions.TanhTransform()).mean,
      "TransformedDistribution: has no mean in closed form",
    ],
    [
      "the sign of a transform of vectors",
      () => new distributions.SoftmaxTransform().sign,
      "SoftmaxTransform: has no sign, because it is not monotonic in one number",
    ],
    [
      "the volume change of softmax",
      () => new distributions.SoftmaxTransform().logAbsDetJacobian(ones([2]), ones([2])),
      "SoftmaxTransform: has no volume change, because it is not bijective",
    ],
    [
      "a transform to whole numbers",
      () => distributions.transformTo(distributions.constraints.nonnegativeInteger),
      "transformTo: there is no transform to whole numbers of at least 0; registerConstraint adds one",
    ],
    [
      "a bijection to covariances",
      () => distributions.bijectTo(distributions.constraints.positiveDefinite),
      "bijectTo: there is no transform to symmetric, positive definite matrices",
    ],
    [
      "a divergence of two kinds",
      () => klDivergence(standard(), weights(3)),
      "klDivergence: has no closed form for a Normal and a Categorical",
    ],
    [
      "a divergence of mixtures",
      () =>
        klDivergence(
          new MixtureSameFamily(weights(3), standard()),
          new MixtureSameFamily(weights(3), standard()),
        ),
      "klDivergence: has no closed form",
    ],
  ];
  test.each(missing)("%s", (_, body, sentence) => {
    expect(() => scope(body)).toThrow(expect.objectContaining({ code: "torch/distribution" }));
    expect(() => scope(body)).toThrow(sentence);
  });

  scoped("divergences of events or choices of different sizes", () => {
    expect(() => klDivergence(weights(2), weights(3))).toThrow(
      "choose among 2 and 3 events, accepted: equal numbers",
    );
    expect(() => klDivergence(new Independent(standard(), 1), new Independent(standard(), 0))).toThrow(
      "take 1 and 0 dimensions as the event",
    );
  });
});
