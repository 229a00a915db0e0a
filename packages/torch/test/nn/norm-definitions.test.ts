// Normalisation against its definition on plain arrays: which elements share a mean, and what training remembers.
import { nn, randn, type Tensor, tensor } from "@throughline/torch";
import { describe, expect } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";

checkLeaks();

const F = nn.functional;
const near = { rtol: 1e-11, atol: 1e-11, because: "sums of a few numbers, in any order" };
const f64 = { dtype: "float64" } as const;
const EPS = 0.01; // large enough that it shows
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const mean = (xs: number[]): number => xs.reduce((a, b) => a + b, 0) / xs.length;
const variance = (xs: number[]): number => mean(xs.map((x) => (x - mean(xs)) ** 2));
const flat = (x: Tensor): number[] => x.reshape([-1]).toArray() as number[];

/** Every element of `x` over the statistics of those with the same key, by the place [n, c, rest]. */
function byGroups(
  x: Tensor,
  keyOf: (n: number, c: number, rest: number) => string,
  normalise: (value: number, group: number[]) => number,
): number[] {
  const [, channels = 1] = x.shape;
  const values = flat(x);
  const inner = values.length / (x.size(0) * channels);
  const keys = values.map((_, i) =>
    keyOf(Math.floor(i / (channels * inner)), Math.floor(i / inner) % channels, i % inner),
  );
  return values.map((value, i) =>
    normalise(
      value,
      values.filter((_, j) => keys[j] === keys[i]),
    ),
  );
}

const standard = (value: number, group: number[]): number =>
  (value - mean(group)) / Math.sqrt(variance(group) + EPS);
/** Each of C channels' own scale and shift, for elements in the order of [N, C, inner]. */
const affine = (values: number[], scale: number[], shift: number[], inner: number): number[] =>
  values.map((value, i) => {
    const c = Math.floor(i / inner) % scale.length;
    return value * scale[c]! + shift[c]!;
  });

const [scale, shift] = [
  [2, -1, 0.5, 3],
  [0.25, 0, -1, 2],
];
const weights = (): { weight: Tensor; bias: Tensor } => ({
  weight: tensor(scale, f64),
  bias: tensor(shift, f64),
});

describe("who shares a mean", () => {
  const shapes = { "[N, C]": [5, 4], "[N, C, L]": [3, 4, 5], "[N, C, H, W]": [2, 4, 3, 2] };
  for (const [name, shape] of Object.entries(shapes)) {
    const inner = shape.slice(2).reduce((a, b) => a * b, 1);

    scoped(`batchNorm in training: a channel over all examples, ${name}`, () => {
      const x = randn(shape, f64);
      const known = affine(
        byGroups(x, (_, c) => `${c}`, standard),
        scale,
        shift,
        inner,
      );
      const y = F.batchNorm(x, null, null, { ...weights(), training: true, eps: EPS });
      expect(y.reshape([-1])).toBeClose(known, near);
    });

    for (const groups of [1, 2, 4]) {
      if (name === "[N, C]" && groups === 4) continue;
      scoped(`groupNorm: an example's ${4 / groups} channels of a group, ${name}`, () => {
        const x = randn(shape, f64);
        const key = (n: number, c: number) => `${n} ${Math.floor((c * groups) / 4)}`;
        const known = affine(byGroups(x, key, standard), scale, shift, inner);
        const y = F.groupNorm(x, groups, { ...weights(), eps: EPS });
        expect(y.reshape([-1])).toBeClose(known, near);
      });
    }

    if (name === "[N, C]") continue;
    scoped(`instanceNorm: a channel of an example, ${name}`, () => {
      const x = randn(shape, f64);
      const known = affine(
        byGroups(x, (n, c) => `${n} ${c}`, standard),
        scale,
        shift,
        inner,
      );
      expect(F.instanceNorm(x, { ...weights(), eps: EPS }).reshape([-1])).toBeClose(known, near);
    });

    scoped(`layerNorm and rmsNorm: the last dimensions, ${name}`, () => {
      const x = randn(shape, f64);
      const own = shape.slice(1);
      const [weight, bias] = [randn(own, f64), randn(own, f64)];
      const place = (values: number[]) => values.map((value, i) => value * flat(weight)[i % (4 * inner)]!);
      const shifted = place(byGroups(x, (n) => `${n}`, standard)).map(
        (value, i) => value + flat(bias)[i % (4 * inner)]!,
      );
      expect(F.layerNorm(x, own, { weight, bias, eps: EPS }).reshape([-1])).toBeClose(shifted, near);
      const root = (value: number, group: number[]): number =>
        value / Math.sqrt(mean(group.map((other) => other * other)) + EPS);
      const rooted = place(byGroups(x, (n) => `${n}`, root));
      expect(F.rmsNorm(x, own, { weight, eps: EPS }).reshape([-1])).toBeClose(rooted, near);
    });
  }

  scoped("normalize: a vector of length 1 by any norm, along any dimensions", () => {
    const x = randn([2, 4, 3], f64);
    for (const p of [1, 2, 3, Number.POSITIVE_INFINITY]) {
      const length = (group: number[]): number =>
        p === Number.POSITIVE_INFINITY
          ? Math.max(...group.map(Math.abs))
          : group.reduce((sum, value) => sum + Math.abs(value) ** p, 0) ** (1 / p);
      const over = (value: number, group: number[]): number => value / length(group);
      const channels = byGroups(x, (n, _, rest) => `${n} ${rest}`, over);
      expect(F.normalize(x, { p }).reshape([-1])).toBeClose(channels, near);
      const whole = byGroups(x, (n) => `${n}`, over);
      expect(F.normalize(x, { p, dim: [1, 2] }).reshape([-1])).toBeClose(whole, near);
    }
  });
});

describe("what training remembers", () => {
  const start = (): [Tensor, Tensor] => [tensor([1, 2, 3, 4], f64), tensor([4, 3, 2, 1], f64)];
  /** Channel `c` of [N, C, L]. */
  const channel = (x: Tensor, c: number): number[] => flat(x.select(1, c));
  const unbiased = (xs: number[]): number => (variance(xs) * xs.length) / (xs.length - 1);

  scoped("(1 − m) · running + m · the batch's mean and unbiased variance", () => {
    const [runningMean, runningVar] = start();
    const x = randn([3, 4, 5], f64).mul(3).add(1);
    F.batchNorm(x, runningMean, runningVar, { training: true, momentum: 0.3, eps: EPS });
    const [before, spread] = start().map(flat);
    const known = range(4).map((c) => 0.7 * before![c]! + 0.3 * mean(channel(x, c)));
    const wide = range(4).map((c) => 0.7 * spread![c]! + 0.3 * unbiased(channel(x, c)));
    expect(runningMean).toBeClose(known, near);
    expect(runningVar).toBeClose(wide, near);
  });

  scoped("outside training the remembered ones are used, and stay", () => {
    const [runningMean, runningVar] = start();
    const x = randn([3, 4, 5], f64);
    const [centre, spread] = start().map(flat) as [number[], number[]];
    const known = flat(x).map((value, i) => {
      const c = Math.floor(i / 5) % 4;
      return (value - centre[c]!) / Math.sqrt(spread[c]! + EPS);
    });
    expect(F.batchNorm(x, runningMean, runningVar, { eps: EPS }).reshape([-1])).toBeClose(known, near);
    expect(runningMean).toBeClose(centre, near);
    expect(runningVar).toBeClose(spread, near);
  });

  scoped("a layer without momentum keeps the mean over all batches", () => {
    using layer = new nn.BatchNorm1d(4, { momentum: null, ...f64 });
    const batches = range(5).map((i) => randn([6, 4], f64).add(i));
    for (const batch of batches) layer.forward(batch);
    const known = (one: (xs: number[]) => number) =>
      range(4).map((c) => mean(batches.map((batch) => one(channel(batch, c)))));
    expect(layer.running_mean!).toBeClose(known(mean), near);
    expect(layer.running_var!).toBeClose(known(unbiased), near);
    expect(layer.num_batches_tracked!.item()).toBe(5);
  });
});

describe("what normalising takes away", () => {
  const layers: Record<string, (x: Tensor) => Tensor> = {
    batchNorm: (x) => F.batchNorm(x, null, null, { training: true, eps: 0 }),
    groupNorm: (x) => F.groupNorm(x, 2, { eps: 0 }),
    instanceNorm: (x) => F.instanceNorm(x, { eps: 0 }),
    layerNorm: (x) => F.layerNorm(x, [4, 5], { eps: 0 }),
  };
  for (const [name, layer] of Object.entries(layers)) {
    scoped(`${name}: scale and shift of the input, in value and gradient`, () => {
      const x = randn([3, 4, 5], f64).requiresGrad_();
      const y = layer(x);
      expect(layer(x.mul(7).add(11))).toBeClose(y, near);
      // A gradient is orthogonal to the directions in which the output does not change: x itself, and ones.
      y.mul(randn([3, 4, 5], f64))
        .sum()
        .backward();
      const gradient = x.grad!;
      expect(gradient.sum()).toBeClose(0, near);
      expect(gradient.mul(x.detach()).sum()).toBeClose(0, near);
    });
  }
});
