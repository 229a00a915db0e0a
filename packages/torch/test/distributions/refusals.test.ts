// Values that distributions refuse, in one sentence, and that they let pass without validation.

import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { distributions, ones, scope, type Tensor, TorchError, tensor, zeros } from "@throughline/torch";
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
