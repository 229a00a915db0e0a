// Distributions against what holds without any reference: probabilities sum to 1, draws follow them.
import {
  arange,
  cartesianProd,
  distributions,
  full,
  Generator,
  type GeneratorOptions,
  gradcheck,
  linspace,
  rand,
  scope,
  stack,
  type Tensor,
  tensor,
  zerosLike,
} from "@throughline/torch";
import { describe, expect } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";

const {
  Bernoulli,
  Categorical,
  Independent,
  klDivergence,
  MixtureSameFamily,
  MultivariateNormalDiag,
  Normal,
} = distributions;
type Distribution = distributions.Distribution;

checkLeaks();

const double = { dtype: "float64" } as const;
const t = (values: number[] | number[][]): Tensor => tensor(values, double);
/** Draws of a test. */
const COUNT = 20_000;
/** A sample mean is farther off than this many standard errors once in 10⁸ tests. */
const ERRORS = 5.7;

const categorical = () => new Categorical({ logits: t([0.5, -1, 2, 0]) });
const bernoulli = () => new Bernoulli({ probs: t([0.2]) });
const normal = () => new Normal(t([-1]), t([0.7]));
const diagonal = () => new MultivariateNormalDiag(t([0.5, -1]), t([0.4, 1.5]));
const coins = () => new Independent(new Bernoulli({ logits: t([0.3, -2, 1]) }), 1);
const mixture = () =>
  new MixtureSameFamily(
    new Categorical({ probs: t([0.2, 0.5, 0.3]) }),
    new Normal(t([-3, 0, 1]), t([0.5, 1, 0.2])),
  );
const vectors = () =>
  new MixtureSameFamily(
    new Categorical({ probs: t([0.25, 0.75]) }),
    new Independent(
      new Normal(
        t([
          [-2, 1],
          [1, 0],
        ]),
        t([
          [0.5, 0.3],
          [0.4, 1],
        ]),
      ),
      1,
    ),
  );

/** A fine grid over [−9, 9], and the length of its cells. */
const grid = (): [Tensor, number] => [linspace(-9, 9, 901, double), 18 / 900];

describe("probabilities", () => {
  const sums: [string, () => number][] = [
    ["categorical", () => categorical().logProb(arange(4)).exp().sum().item()],
    [
      "bernoulli",
      () =>
        bernoulli()
          .logProb(t([[0], [1]]))
          .exp()
          .sum()
          .item(),
    ],
    [
      "independent bernoulli",
      () => {
        const bits = t([0, 1]);
        return coins()
          .logProb(cartesianProd([bits, bits, bits]))
          .exp()
          .sum()
          .item();
      },
    ],
    ["normal", () => normal().logProb(grid()[0]).exp().sum().item() * grid()[1]],
    ["mixture", () => mixture().logProb(grid()[0]).exp().sum().item() * grid()[1]],
    ...[diagonal, vectors].map((make): [string, () => number] => [
      make.name,
      () => {
        const [line, cell] = grid();
        return (
          make()
            .logProb(cartesianProd([line, line]))
            .exp()
            .sum()
            .item() *
          cell ** 2
        );
      },
    ]),
  ];
  for (const [name, sum] of sums) {
    // The densities are smooth and vanish at the ends, where the trapezoidal rule is exact to rounding.
    scoped(`of ${name} sum to 1`, () => expect(sum()).toBeCloseTo(1, 6));
  }
});

/** Expects the mean of independent numbers, along the first dimension, to be what it should. */
function expectMean(draws: Tensor, wanted: Tensor): void {
  const off = draws.mean({ dim: 0 }).sub(wanted).abs();
  const error = draws.std({ dim: 0 }).div(Math.sqrt(draws.size(0)));
  expect(off.sub(error.mul(ERRORS)).max().item()).toBeLessThanOrEqual(0);
}

describe("draws", () => {
  const all: [string, () => Distribution][] = [
    ["normal", normal],
    ["bernoulli", bernoulli],
    ["diagonal normal", diagonal],
    ["independent bernoulli", coins],
    ["mixture", mixture],
    ["mixture of vectors", vectors],
  ];
  for (const [name, make] of all) {
    scoped(`of ${name} have its mean and variance`, () => {
      const made = make();
      const draws = made.sample([COUNT]);
      expectMean(draws, made.mean);
      expectMean(draws.sub(made.mean).square(), made.variance);
    });
  }

  const withEntropy: [string, () => Distribution][] = [...all.slice(0, 4), ["categorical", categorical]];
  for (const [name, make] of withEntropy) {
    scoped(`of ${name} have its entropy as the mean of −logProb`, () => {
      const made = make();
      expectMean(made.logProb(made.sample([COUNT])).neg(), made.entropy());
    });
  }

  /** Σ (seen − expected)² / expected: with d degrees of freedom its mean is d and its variance 2 d. */
  function chiSquared(draws: Tensor, probs: readonly number[]): number {
    const seen = draws.flatten().long().bincount().toArray() as number[];
    return probs.reduce((sum, p, i) => sum + (Number(seen[i] ?? 0) - COUNT * p) ** 2 / (COUNT * p), 0);
  }

  scoped("of a categorical come as often as their probabilities say", () => {
    const weights = [1, 4, 2, 8, 1];
    const probs = weights.map((weight) => weight / 16);
    const draws = new Categorical({ probs: t(weights) }).sample([COUNT]);
    expect(draws.dtype).toBe("int64");
    expect(chiSquared(draws, probs)).toBeLessThan(4 + 6 * Math.sqrt(8));
    expect(chiSquared(draws, [0.2, 0.2, 0.2, 0.2, 0.2])).toBeGreaterThan(1000);
  });

  scoped("of a mixture come from components as often as the weights say", () => {
    const weights = [0.1, 0.3, 0.6];
    const far = new Normal(t([0, 100, 200]), t([1, 1, 1]));
    const draws = new MixtureSameFamily(new Categorical({ probs: t(weights) }), far).sample([COUNT]);
    expect(chiSquared(draws.div(100).round(), weights)).toBeLessThan(2 + 6 * Math.sqrt(4));
  });

  scoped("of a mixture choose for each place of the batch, also with shared weights", () => {
    const shared = new Categorical({ probs: t([0.5, 0.5]) });
    const component = new Normal(
      t([
        [0, 100],
        [1000, 2000],
      ]),
      t([[1], [1]]),
    );
    const draws = new MixtureSameFamily(shared, component).sample([COUNT]);
    expect(draws.shape).toEqual([COUNT, 2]);
    const high = draws.gt(t([50, 1500])).to("float64");
    expectMean(high, t([0.5, 0.5]));
    expectMean(high.select(1, 0).sub(0.5).mul(high.select(1, 1).sub(0.5)), t([0]).sum());
  });

  scoped("follow their own generator and leave the default one alone", () => {
    for (const make of [normal, bernoulli, categorical, mixture, diagonal]) {
      const draw = (seed: number) => make().sample([7], { generator: Generator.create({ seed }) });
      expect(draw(3).equal(draw(3))).toBe(true);
      expect(normal().sample([7], { generator: Generator.create({ seed: 4 }) }).requiresGrad).toBe(false);
    }
  });

  scoped("none at all is a draw of nothing", () => {
    for (const make of [normal, categorical, bernoulli, vectors]) {
      const made = make();
      expect(made.sample([0, 2]).shape).toEqual([0, 2, ...made.batchShape, ...made.eventShape]);
    }
  });
});

describe("divergences", () => {
  const pairs: [string, () => [Distribution, Distribution]][] = [
    ["normals", () => [normal(), new Normal(t([0]), t([1.5]))]],
    ["categoricals", () => [categorical(), new Categorical({ logits: t([0, 0.3, 1, -1]) })]],
    ["bernoullis", () => [bernoulli(), new Bernoulli({ probs: t([0.6]) })]],
    ["diagonal normals", () => [diagonal(), new MultivariateNormalDiag(t([0, 0]), t([1, 1]))]],
    ["independent bernoullis", () => [coins(), new Independent(new Bernoulli({ logits: t([0, 0, 0]) }), 1)]],
  ];
  for (const [name, make] of pairs) {
    scoped(`of ${name} are the mean of the difference of log probabilities, and 0 of equal ones`, () => {
      const [p, q] = make();
      const draws = p.sample([COUNT]);
      expectMean(p.logProb(draws).sub(q.logProb(draws)), klDivergence(p, q));
      expect(klDivergence(p, p).abs().sum().item()).toBeLessThan(1e-12);
    });
  }
});

describe("gradients", () => {
  const [loc, scale] = [() => t([0.3, -1]).requiresGrad_(), () => t([0.5, 1.2]).requiresGrad_()];

  scoped("of reparameterised draws are those of finite differences", () => {
    const draw = (make: (loc: Tensor, scale: Tensor) => Distribution) => (a: Tensor, b: Tensor) =>
      make(a, b).rsample([3], { generator: Generator.create({ seed: 5 }) });
    gradcheck(
      draw((a, b) => new Normal(a, b)),
      [loc(), scale()],
    );
    gradcheck(
      draw((a, b) => new MultivariateNormalDiag(a, b)),
      [loc(), scale()],
    );
  });

  scoped("of log probabilities, entropies and divergences are those of finite differences", () => {
    const value = t([0.1, -0.4]);
    gradcheck((a, b) => new Normal(a, b).logProb(value), [loc(), scale()]);
    gradcheck((a, b) => klDivergence(new Normal(a, b), new Normal(b, b)), [loc(), scale()]);
    gradcheck((a) => new Categorical({ logits: a }).entropy(), [loc()]);
    gradcheck((a) => new Categorical({ probs: a }).logProb(tensor(1)), [scale()]);
    gradcheck((a) => new Bernoulli({ logits: a }).logProb(t([1, 0])), [loc()]);
    gradcheck((a, b) => mixtureOf(a, b).logProb(t([0.2, 1])), [loc(), scale()]);
  });

  const mixtureOf = (logits: Tensor, deviation: Tensor): Distribution =>
    new MixtureSameFamily(new Categorical({ logits }), new Normal(logits, deviation));

  scoped("of a score-function estimate point where the mean grows", () => {
    const logits = t([0, 0]).requiresGrad_();
    const policy = new Categorical({ logits });
    const actions = policy.sample([1000]);
    policy.logProb(actions).mul(actions).mean().backward(); // reward: the action itself
    expect(logits.grad!.select(0, 1).item()).toBeGreaterThan(0.1);
  });
});

/** Even between 0 and 1. */
class Even extends distributions.Distribution {
  override readonly hasRsample = true;

  constructor(count: number) {
    super([count], [], {});
  }

  override get support(): distributions.Constraint {
    return { accepted: "numbers from 0 to 1", holds: (value) => value.ge(0).logicalAnd(value.le(1)) };
  }

  override get mean(): Tensor {
    return full(this.batchShape, 1 / 2, double);
  }

  override get variance(): Tensor {
    return full(this.batchShape, 1 / 12, double);
  }

  override rsample(shape: readonly number[] = [], { generator }: GeneratorOptions = {}): Tensor {
    return rand(this.extendedShape(shape), { ...double, generator });
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return zerosLike(value);
  }
}

describe("a distribution of one's own", () => {
  scoped("draws, is checked, and is part of others", () => {
    const pair = new Independent(new Even(2), 1);
    const draws = pair.sample([COUNT]);
    expect(draws.shape).toEqual([COUNT, 2]);
    expectMean(draws, pair.mean);
    expect(pair.stddev).toBeClose(full([2], Math.sqrt(1 / 12), double));
    expect(pair.logProb(draws)).toBeClose(full([COUNT], 0, double));
    expect(() => pair.logProb(t([0, 2]))).toThrow("holds 2, accepted: numbers from 0 to 1");
    expect(() => pair.entropy()).toThrow("Even: has no entropy in closed form");
    const mixed = new MixtureSameFamily(new Categorical({ probs: t([0.5, 0.5]) }), new Even(2));
    expectMean(mixed.sample([COUNT]), mixed.mean);
  });
});

describe("memory", () => {
  scoped("a distribution outlives the scope that returns it, and dispose releases it", () => {
    const made = scope(() => mixture());
    expect(made.mean.item()).toBeCloseTo(0.2 * -3 + 0.3, 12);
    made.dispose();
    expect(() => made.mean).toThrow(expect.objectContaining({ code: "torch/disposed" }));
  });

  scoped("it does not own the tensors that it was given", () => {
    const given = t([1, 2]);
    new Normal(given, given).dispose();
    new Bernoulli({ logits: given }).dispose();
    expect(stack([given, given]).shape).toEqual([2, 2]);
  });
});
