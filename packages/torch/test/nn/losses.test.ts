// Losses against their formulas, written here with plain numbers, in all reductions; and their bounds and identities.
import { gradcheck, nn, type Tensor, tensor } from "@throughline/torch";
import { describe, expect } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";

checkLeaks();

const F = nn.functional;
const near = { rtol: 1e-12, atol: 1e-12, because: "the same formula in float64, other order of sums" };
const t = (values: number[] | number[][]): Tensor => tensor(values, { dtype: "float64" });
const whole = (values: number[] | number[][]): Tensor => tensor(values, { dtype: "int64" });

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const logSigmoid = (x: number): number => -Math.log(1 + Math.exp(-x));
const dot = (a: readonly number[], b: readonly number[]): number => sum(a.map((x, i) => x * b[i]!));
const length = (a: readonly number[]): number => Math.sqrt(dot(a, a));
const distance = (a: readonly number[], b: readonly number[], p = 2, eps = 1e-6): number =>
  sum(a.map((x, i) => Math.abs(x - b[i]! + eps) ** p)) ** (1 / p);

type Reduction = "none" | "mean" | "sum";
type Loss = (x: Tensor, y: Tensor, options: { reduction?: Reduction }) => Tensor;

/** One loss of two rows of numbers: what it computes of each pair, over what inputs. */
interface Elementwise {
  readonly loss: Loss;
  readonly formula: (x: number, y: number) => number;
  readonly x: number[];
  readonly y: number[];
}

const reals = { x: [-2, -0.3, 0.1, 0.9, 3], y: [1, -0.5, 0.1, 0.2, -1] };
const signs = { x: [-2, -0.3, 0.1, 0.9, 3], y: [1, -1, 1, -1, 1] };
const chances = { x: [0.1, 0.5, 0.99, 0.3, 0.7], y: [0, 0.25, 1, 0.6, 1] };
const counts = { x: [0.2, 0.7, 1.5, 2, 3], y: [0, 1, 2, 5, 3] };
const stirling = (y: number): number => (y > 1 ? y * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI * y) : 0);

const elementwise: Record<string, Elementwise> = {
  mseLoss: { loss: F.mseLoss, formula: (x, y) => (x - y) ** 2, ...reals },
  l1Loss: { loss: F.l1Loss, formula: (x, y) => Math.abs(x - y), ...reals },
  "smoothL1Loss, beta 1": {
    loss: F.smoothL1Loss,
    formula: (x, y) => (Math.abs(x - y) < 1 ? 0.5 * (x - y) ** 2 : Math.abs(x - y) - 0.5),
    ...reals,
  },
  "smoothL1Loss, beta 0.5": {
    loss: (x, y, options) => F.smoothL1Loss(x, y, { beta: 0.5, ...options }),
    formula: (x, y) => (Math.abs(x - y) < 0.5 ? (x - y) ** 2 : Math.abs(x - y) - 0.25),
    ...reals,
  },
  "huberLoss, delta 0.5": {
    loss: (x, y, options) => F.huberLoss(x, y, { delta: 0.5, ...options }),
    formula: (x, y) => (Math.abs(x - y) < 0.5 ? 0.5 * (x - y) ** 2 : 0.5 * (Math.abs(x - y) - 0.25)),
    ...reals,
  },
  softMarginLoss: { loss: F.softMarginLoss, formula: (x, y) => Math.log(1 + Math.exp(-y * x)), ...signs },
  "hingeEmbeddingLoss, margin 1": {
    loss: F.hingeEmbeddingLoss,
    formula: (x, y) => (y === 1 ? x : Math.max(0, 1 - x)),
    ...signs,
  },
  "hingeEmbeddingLoss, margin 2": {
    loss: (x, y, options) => F.hingeEmbeddingLoss(x, y, { margin: 2, ...options }),
    formula: (x, y) => (y === 1 ? x : Math.max(0, 2 - x)),
    ...signs,
  },
  "marginRankingLoss against zeros": {
    loss: (x, y, options) => F.marginRankingLoss(x, x.mul(0), y, { margin: 0.5, ...options }),
    formula: (x, y) => Math.max(0, -y * x + 0.5),
    ...signs,
  },
  binaryCrossEntropy: {
    loss: F.binaryCrossEntropy,
    formula: (x, y) => -y * Math.log(x) - (1 - y) * Math.log(1 - x),
    ...chances,
  },
  binaryCrossEntropyWithLogits: {
    loss: F.binaryCrossEntropyWithLogits,
    formula: (x, y) => -y * logSigmoid(x) - (1 - y) * logSigmoid(-x),
    x: reals.x,
    y: chances.y,
  },
  "binaryCrossEntropyWithLogits, positives count three times": {
    loss: (x, y, options) => F.binaryCrossEntropyWithLogits(x, y, { posWeight: t([3]), ...options }),
    formula: (x, y) => -3 * y * logSigmoid(x) - (1 - y) * logSigmoid(-x),
    x: reals.x,
    y: chances.y,
  },
  "klDiv of logarithms from probabilities": {
    loss: F.klDiv,
    formula: (x, y) => (y === 0 ? 0 : y * (Math.log(y) - x)),
    x: reals.x,
    y: chances.y,
  },
  "klDiv of logarithms from logarithms": {
    loss: (x, y, options) => F.klDiv(x, y, { logTarget: true, ...options }),
    formula: (x, y) => Math.exp(y) * (y - x),
    ...reals,
  },
  "poissonNllLoss of logarithms": {
    loss: F.poissonNllLoss,
    formula: (x, y) => Math.exp(x) - y * x,
    ...counts,
  },
  "poissonNllLoss of rates": {
    loss: (x, y, options) => F.poissonNllLoss(x, y, { logInput: false, ...options }),
    formula: (x, y) => x - y * Math.log(x + 1e-8),
    ...counts,
  },
  "poissonNllLoss with Stirling's approximation": {
    loss: (x, y, options) => F.poissonNllLoss(x, y, { full: true, ...options }),
    formula: (x, y) => Math.exp(x) - y * x + stirling(y),
    ...counts,
  },
  "gaussianNllLoss of variance 2": {
    loss: (x, y, options) => F.gaussianNllLoss(x, y, 2, options),
    formula: (x, y) => 0.5 * (Math.log(2) + (x - y) ** 2 / 2),
    ...reals,
  },
  "gaussianNllLoss is the whole density with full": {
    loss: (x, y, options) => F.gaussianNllLoss(x, y, 2, { full: true, ...options }),
    formula: (x, y) => -Math.log(Math.exp(-((x - y) ** 2) / 4) / Math.sqrt(4 * Math.PI)),
    ...reals,
  },
  "gaussianNllLoss takes variances below eps as eps": {
    loss: (x, y, options) => F.gaussianNllLoss(x, y, 0, { eps: 0.5, ...options }),
    formula: (x, y) => 0.5 * (Math.log(0.5) + (x - y) ** 2 / 0.5),
    ...reals,
  },
};

describe("what a loss computes of each element", () => {
  for (const [name, { loss, formula, x, y }] of Object.entries(elementwise)) {
    const each = x.map((value, i) => formula(value, y[i]!));

    scoped(`${name}: each, their sum and their mean, which is the default`, () => {
      expect(loss(t(x), t(y), { reduction: "none" })).toBeClose(each, near);
      expect(loss(t(x), t(y), { reduction: "sum" })).toBeClose(sum(each), near);
      expect(loss(t(x), t(y), { reduction: "mean" })).toBeClose(mean(each), near);
      expect(loss(t(x), t(y), {})).toBeClose(mean(each), near);
    });

    scoped(`${name}: the gradient is that of differences`, () => {
      // Away from the kinks of the formulas, where no derivative exists.
      const inside = t(x.map((value) => value + 0.003));
      expect(
        gradcheck((input) => loss(input, t(y), { reduction: "sum" }), [inside]).deviation,
      ).toBeLessThanOrEqual(1);
    });
  }
});

/** Scores of four examples in three classes, and the classes. */
const scores = [
  [0.2, -1, 2],
  [1.5, 0.3, -0.7],
  [-0.4, 0.6, 0.1],
  [3, -2, 0.5],
];
const classes = [2, 0, 1, 1];
const logSoftmax = (row: readonly number[]): number[] => {
  const total = Math.log(sum(row.map(Math.exp)));
  return row.map((x) => x - total);
};

describe("losses of classes", () => {
  const losses = scores.map((row, i) => -logSoftmax(row)[classes[i]!]!);

  scoped("crossEntropy is −log softmax at the class, nllLoss the same of logarithms", () => {
    const logs = t(scores.map(logSoftmax));
    for (const [reduction, known] of [
      ["none", losses],
      ["sum", sum(losses)],
      ["mean", mean(losses)],
    ] as const) {
      expect(F.crossEntropy(t(scores), whole(classes), { reduction })).toBeClose(known, near);
      expect(F.nllLoss(logs, whole(classes), { reduction })).toBeClose(known, near);
    }
  });

  scoped("equal scores cost ln C, whatever the class", () => {
    for (const count of [1, 2, 7]) {
      const even = t([Array.from({ length: count }, () => 5)]);
      expect(F.crossEntropy(even, whole([count - 1]))).toBeClose(Math.log(count), near);
    }
  });

  scoped("a number added to all scores of an example changes nothing, were it 1000", () => {
    const moved = t(scores).add(1000);
    expect(F.crossEntropy(moved, whole(classes), { reduction: "none" })).toBeClose(losses, {
      rtol: 1e-10,
      atol: 1e-12,
      because: "1000 takes three of float64's sixteen digits",
    });
  });

  scoped("weights multiply, and the mean divides by the weights that were used", () => {
    const weight = [0.5, 2, 4];
    const used = classes.map((c) => weight[c]!);
    const weighted = losses.map((loss, i) => loss * used[i]!);
    const options = { weight: t(weight) };
    expect(F.crossEntropy(t(scores), whole(classes), options)).toBeClose(sum(weighted) / sum(used), near);
    expect(F.crossEntropy(t(scores), whole(classes), { ...options, reduction: "sum" })).toBeClose(
      sum(weighted),
      near,
    );
  });

  scoped("an ignored class counts in neither sum nor mean, and passes no gradient", () => {
    const x = t(scores).requiresGrad_();
    const loss = F.crossEntropy(x, whole(classes), { ignoreIndex: 1 });
    expect(loss).toBeClose(mean(losses.slice(0, 2)), near);
    loss.backward();
    expect(x.grad!.narrow(0, 2, 2).abs().sum()).toBeClose(0, near);
    expect(x.grad!.abs().sum().item()).toBeGreaterThan(0.1);
    const marked = whole([2, 0, -100, -100]);
    expect(F.crossEntropy(t(scores), marked)).toBeClose(mean(losses.slice(0, 2)), near);
  });

  scoped("label smoothing spreads its part over all classes", () => {
    const smoothed = scores.map((row, i) => 0.9 * losses[i]! - 0.1 * mean(logSoftmax(row)));
    const options = { labelSmoothing: 0.1, reduction: "none" } as const;
    expect(F.crossEntropy(t(scores), whole(classes), options)).toBeClose(smoothed, near);
  });

  scoped("the gradient of crossEntropy is softmax minus the one-hot class", () => {
    const x = t(scores).requiresGrad_();
    F.crossEntropy(x, whole(classes), { reduction: "sum" }).backward();
    const known = scores.map((row, i) =>
      logSoftmax(row).map((log, c) => Math.exp(log) - Number(c === classes[i])),
    );
    expect(x.grad!).toBeClose(known, near);
  });

  for (const [p, margin] of [
    [1, 1],
    [2, 1],
    [1, 0.3],
    [2, 2],
  ] as const) {
    scoped(`multiMarginLoss with power ${p} and margin ${margin}`, () => {
      const known = scores.map((row, i) => {
        const right = row[classes[i]!]!;
        const others = row.filter((_, c) => c !== classes[i]);
        return sum(others.map((x) => Math.max(0, margin - right + x) ** p)) / 3;
      });
      const options = { p, margin, reduction: "none" } as const;
      expect(F.multiMarginLoss(t(scores), whole(classes), options)).toBeClose(known, near);
    });
  }

  scoped("multilabelMarginLoss compares each target with each other class, and stops at −1", () => {
    const x = [0.1, 0.2, 0.4, 0.8];
    const pairs = [3, 0].flatMap((j) => [1, 2].map((i) => Math.max(0, 1 - (x[j]! - x[i]!))));
    expect(F.multilabelMarginLoss(t([x]), whole([[3, 0, -1, 1]]))).toBeClose(sum(pairs) / 4, near);
  });

  scoped("multilabelSoftMarginLoss is the mean over classes of binary losses", () => {
    const target = [
      [1, 0, 1],
      [0, 0, 1],
      [1, 1, 1],
      [0, 0, 0],
    ];
    const weight = [1, 0.5, 2];
    const known = scores.map((row, i) =>
      mean(row.map((x, c) => -weight[c]! * Math.log(target[i]![c] === 1 ? sigmoid(x) : 1 - sigmoid(x)))),
    );
    const options = { weight: t(weight) };
    const each = F.multilabelSoftMarginLoss(t(scores), t(target), { ...options, reduction: "none" });
    expect(each).toBeClose(known, near);
    expect(F.multilabelSoftMarginLoss(t(scores), t(target), options)).toBeClose(mean(known), near);
  });

  scoped("batchmean of klDiv divides by the examples, mean by all elements", () => {
    const logs = t(scores.map(logSoftmax));
    const target = [
      [0.2, 0.3, 0.5],
      [1 / 3, 1 / 3, 1 / 3],
      [0.9, 0.05, 0.05],
      [0.1, 0.1, 0.8],
    ];
    const each = target.flatMap((row, i) =>
      row.map((y, c) => y * (Math.log(y) - logSoftmax(scores[i]!)[c]!)),
    );
    expect(F.klDiv(logs, t(target), { reduction: "batchmean" })).toBeClose(sum(each) / 4, near);
    expect(F.klDiv(logs, t(target))).toBeClose(sum(each) / 12, near);
    expect(F.klDiv(t(target).log(), t(target), { reduction: "sum" })).toBeClose(0, near);
  });
});

describe("bounds", () => {
  scoped("logarithms of binaryCrossEntropy are cut at −100", () => {
    const options = { reduction: "none" } as const;
    expect(F.binaryCrossEntropy(t([0, 1, 0, 1]), t([1, 0, 0, 1]), options)).toBeClose([100, 100, 0, 0], near);
  });

  scoped("binaryCrossEntropyWithLogits stays exact where sigmoid rounds to 0 or 1", () => {
    const options = { reduction: "none" } as const;
    const known = [800, 0, 0, 800];
    expect(F.binaryCrossEntropyWithLogits(t([800, 800, -800, -800]), t([0, 1, 0, 1]), options)).toBeClose(
      known,
      near,
    );
  });
});

const left = [
  [1, 2, 2],
  [0, -1, 0.5],
  [3, 0, 4],
];
const right = [
  [2, 1, 2],
  [0, 2, -1],
  [-3, 0.1, -4],
];
const third = [
  [0, 0.5, 1],
  [1, -1, 0],
  [2, 1, 4],
];
const cosines = left.map((a, i) => dot(a, right[i]!) / (length(a) * length(right[i]!)));

describe("losses of vectors", () => {
  scoped("cosineSimilarity along either dimension; of a zero vector it is 0", () => {
    expect(F.cosineSimilarity(t(left), t(right))).toBeClose(cosines, near);
    expect(F.cosineSimilarity(t(left).t(), t(right).t(), { dim: 0 })).toBeClose(cosines, near);
    expect(F.cosineSimilarity(t([[0, 0]]), t([[1, 2]]))).toBeClose([0], near);
  });

  for (const p of [1, 2, 3]) {
    scoped(`pairwiseDistance in the ${p}-norm`, () => {
      const known = left.map((a, i) => distance(a, right[i]!, p));
      expect(F.pairwiseDistance(t(left), t(right), { p })).toBeClose(known, near);
      expect(F.pairwiseDistance(t(left), t(right), { p, keepdim: true }).shape).toEqual([3, 1]);
    });
  }

  scoped("cosineEmbeddingLoss draws pairs of 1 together and those of −1 apart up to the margin", () => {
    const target = [1, -1, 1];
    for (const margin of [0, 0.25]) {
      const known = cosines.map((c, i) => (target[i] === 1 ? 1 - c : Math.max(0, c - margin)));
      const each = F.cosineEmbeddingLoss(t(left), t(right), t(target), { margin, reduction: "none" });
      expect(each).toBeClose(known, {
        rtol: 1e-9,
        atol: 1e-9,
        because: "libtorch adds 1e-12 to squared lengths",
      });
    }
  });

  scoped("tripletMarginLoss compares two distances; swap takes the smaller negative one", () => {
    for (const [margin, p] of [
      [1, 2],
      [4, 1],
    ] as const) {
      const triplets = left.map((a, i) => {
        const [near, far] = [distance(a, right[i]!, p), distance(a, third[i]!, p)];
        const swapped = Math.min(far, distance(right[i]!, third[i]!, p));
        return [Math.max(0, near - far + margin), Math.max(0, near - swapped + margin)];
      });
      const options = { margin, p, reduction: "none" } as const;
      const args = [t(left), t(right), t(third)] as const;
      expect(F.tripletMarginLoss(...args, options)).toBeClose(
        triplets.map(([plain]) => plain!),
        near,
      );
      expect(F.tripletMarginLoss(...args, { ...options, swap: true })).toBeClose(
        triplets.map(([, swapped]) => swapped!),
        near,
      );
    }
  });

  scoped("a margin of tripletMarginLoss that is not above 0 is refused", () => {
    const run = () => F.tripletMarginLoss(t(left), t(right), t(third), { margin: 0 });
    expect(run).toThrow(/^tripletMarginLoss: margin/);
  });
});

describe("ctcLoss", () => {
  /** −ln of the sum over all paths that give `target` when repetitions, then blanks (0), are taken out. */
  function paths(probabilities: readonly (readonly number[])[], target: readonly number[]): number {
    const walk = (time: number, path: readonly number[], chance: number): number => {
      if (time === probabilities.length) {
        const labels = path.filter((c, i) => c !== path[i - 1]).filter((c) => c !== 0);
        return String(labels) === String(target) ? chance : 0;
      }
      return sum(probabilities[time]!.map((p, c) => walk(time + 1, [...path, c], chance * p)));
    };
    return -Math.log(walk(0, [], 1));
  }

  const steps = scores.map((row) => logSoftmax(row).map(Math.exp));

  for (const target of [[1], [2, 1], [1, 1], [1, 2, 1]]) {
    scoped(`is the sum over all paths, for ${target}`, () => {
      const logs = t(scores.map(logSoftmax)).unsqueeze(1);
      const loss = F.ctcLoss(logs, whole([target]), [4], [target.length], { reduction: "sum" });
      expect(loss).toBeClose(paths(steps, target), near);
      const lengths = F.ctcLoss(logs, whole([target]), whole([4]), [target.length], { reduction: "sum" });
      expect(lengths).toBeClose(loss, near);
    });
  }

  scoped("a target that is too long costs ∞, or 0 if infinite losses are made 0", () => {
    const logs = t(scores.map(logSoftmax)).unsqueeze(1);
    const run = (zeroInfinity: boolean) =>
      F.ctcLoss(logs, whole([[1, 1, 1]]), [4], [3], { reduction: "sum", zeroInfinity });
    expect(run(false).item()).toBe(Number.POSITIVE_INFINITY);
    expect(run(true).item()).toBe(0);
  });
});
