// The inverse of max pooling: every maximum at its place and zeros elsewhere, computed in plain numbers, for windows of any
// sizes in one to three dimensions.
import { checkLeaks, own } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import {
  Generator,
  grad,
  gradcheck,
  nn,
  randn,
  randperm,
  type Tensor,
  tensor,
  zeros,
} from "@throughline/torch";
import fc from "fast-check";
import { describe, expect } from "vitest";
import "@throughline/testing/close";

checkLeaks();

const F = nn.functional;
const double = { dtype: "float64" } as const;
const exact = { rtol: 0, atol: 0 };
const pools = [F.maxPool1d, F.maxPool2d, F.maxPool3d] as const;
const unpools = [F.maxUnpool1d, F.maxUnpool2d, F.maxUnpool3d] as const;
const layers = [
  [nn.MaxPool1d, nn.MaxUnpool1d],
  [nn.MaxPool2d, nn.MaxUnpool2d],
  [nn.MaxPool3d, nn.MaxUnpool3d],
] as const;

/** Different numbers, negative ones too, so that each window has one maximum. */
function distinct(shape: readonly number[], seed: number): Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  const order = randperm(count, { generator: own(Generator.create({ seed })) });
  return order
    .to("float64")
    .sub(count / 2)
    .reshape([...shape]);
}

const numbers = (given: Tensor): number[] => (given.flatten().toArray() as (number | bigint)[]).map(Number);

/** Zeros but for each value at its place, by planes. */
function placed(values: Tensor, places: Tensor, size: readonly number[]): number[] {
  const area = size.reduce((product, one) => product * one, 1);
  const [own_, where] = [numbers(values), numbers(places)];
  const planes = values.size(0) * values.size(1);
  const out = new Array<number>(planes * area).fill(0);
  const each = own_.length / planes;
  own_.forEach((value, i) => {
    out[Math.floor(i / each) * area + where[i]!] = value;
  });
  return out;
}

const windows = fc
  .record({
    dims: fc.constantFrom(1, 2, 3),
    kernel: fc.integer({ min: 1, max: 3 }),
    apart: fc.nat({ max: 2 }),
    isPadded: fc.boolean(),
    sizes: fc.array(fc.integer({ min: 3, max: 7 }), { minLength: 3, maxLength: 3 }),
    seed: fc.nat({ max: 100 }),
  })
  .map(({ kernel, apart, isPadded, ...rest }) => ({
    ...{ ...rest, kernel, stride: kernel + apart },
    padding: isPadded ? Math.floor(kernel / 2) : 0,
  }));

describe("max unpooling", () => {
  scoped("puts each maximum to its place, for odd and even sizes, strides and paddings", () => {
    fc.assert(
      fc.property(windows, ({ dims, kernel, stride, padding, sizes, seed }) => {
        const space = sizes.slice(0, dims);
        const x = distinct([2, 2, ...space], seed);
        const options = { stride, padding };
        const [pool, unpool] = [pools[dims - 1]!, unpools[dims - 1]!];
        const [maxima, places] = pool(x, kernel, { ...options, returnIndices: true }) as [Tensor, Tensor];
        const back = unpool(maxima, places, kernel, { ...options, outputSize: space });
        expect(back.shape).toEqual(x.shape);
        expect(numbers(back)).toEqual(placed(maxima, places, space));
        expect(back).toBeClose(x.mul(back.ne(0).to("float64")), exact);
        // Windows do not overlap, so what is above 0 is the maximum of its own again.
        const tall = maxima.sub(maxima.min()).add(1);
        expect(
          pool(unpool(tall, places, kernel, { ...options, outputSize: space }), kernel, options),
        ).toBeClose(tall, exact);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  scoped("has the smallest size that pooling may have had, unless another is given", () => {
    const x = distinct([1, 1, 7], 1);
    const [maxima, places] = F.maxPool1d(x, 2, { returnIndices: true });
    expect(F.maxUnpool1d(maxima, places, 2).shape).toEqual([1, 1, 6]);
    for (const size of [5, 6, 7]) {
      const run = () => F.maxUnpool1d(maxima, places, 2, { outputSize: [size] });
      if (numbers(places).every((place) => place < size)) expect(run().shape).toEqual([1, 1, size]);
      else expect(run).toThrow(/maxUnpool1d|max_unpool/);
    }
    const whole = F.maxUnpool1d(maxima, places, 2, { outputSize: [1, 1, 7] });
    expect(whole).toBeClose(F.maxUnpool1d(maxima, places, 2, { outputSize: [7] }), exact);
  });

  scoped("has the smallest size of strides and paddings too", () => {
    const wide = distinct([1, 2, 9, 8], 2);
    const options = { stride: [3, 2], padding: [1, 0] } as const;
    const [maxima, places] = F.maxPool2d(wide, [3, 2], { ...options, returnIndices: true });
    // (size − 1) · stride + kernel − 2 · padding
    const size = [(maxima.size(2) - 1) * 3 + 3 - 2, (maxima.size(3) - 1) * 2 + 2];
    const kept = numbers(places).every((place) => place < size[0]! * size[1]!);
    const run = () => F.maxUnpool2d(maxima, places, [3, 2], options);
    if (kept) expect(run().shape).toEqual([1, 2, ...size]);
    else expect(run).toThrow(/max_unpool/);
  });

  scoped("without a batch is the same plane", () => {
    const x = distinct([3, 4, 6], 3);
    const [maxima, places] = F.maxPool2d(x, 2, { returnIndices: true });
    const batched = F.maxUnpool2d(maxima.unsqueeze(0), places.unsqueeze(0), 2);
    expect(F.maxUnpool2d(maxima, places, 2)).toBeClose(batched.squeeze(0), exact);
    const line = distinct([2, 6], 4);
    const [tops, at] = F.maxPool1d(line, 3, { returnIndices: true });
    expect(numbers(F.maxUnpool1d(tops, at, 3))).toEqual(placed(tops.unsqueeze(0), at.unsqueeze(0), [6]));
  });

  scoped("takes its gradient from the places, and none from elsewhere", () => {
    for (const dims of [1, 2, 3] as const) {
      const space = [4, 6, 4].slice(0, dims);
      const [tops, places] = pools[dims - 1]!(distinct([1, 2, ...space], dims), 2, {
        returnIndices: true,
      }) as [Tensor, Tensor];
      const maxima = tops.detach().requiresGrad_();
      const weights = randn([1, 2, ...space], { ...double, generator: own(Generator.create({ seed: 5 })) });
      const run = (given: Tensor): Tensor => unpools[dims - 1]!(given, places, 2);
      const [found] = grad(run(maxima).mul(weights).sum(), [maxima]);
      const area = space.reduce((product, one) => product * one, 1);
      const [all, where] = [numbers(weights), numbers(places)];
      const each = where.length / 2;
      expect(numbers(found!)).toEqual(where.map((place, i) => all[Math.floor(i / each) * area + place]!));
      expect(() => gradcheck(run, [maxima], { rtol: 1e-6, atol: 1e-8 })).not.toThrow();
    }
  });

  scoped("of the layers is that of the functions", () => {
    for (const [i, [Pool, Unpool]] of layers.entries()) {
      const x = distinct([1, 2, ...[7, 6, 5].slice(0, i + 1)], i);
      const pool = own(new Pool(2, { stride: 2, padding: 1, returnIndices: true }));
      const unpool = own(new Unpool(2, { stride: 2, padding: 1 }));
      const [maxima, places] = pool.forward(x) as [Tensor, Tensor];
      const back = unpool.forward(maxima, places, x.shape);
      expect(numbers(back)).toEqual(placed(maxima, places, x.shape.slice(2)));
    }
  });

  scoped("of no examples is none", () => {
    const places = zeros([0, 2, 3, 3], { dtype: "int64" });
    expect(F.maxUnpool2d(zeros([0, 2, 3, 3]), places, 2).shape).toEqual([0, 2, 6, 6]);
  });

  scoped("refuses places outside, of another shape or dtype, and sizes that pooling cannot have had", () => {
    const x = zeros([1, 1, 2]);
    const at = (...places: number[]) => tensor([[places]], { dtype: "int64" });
    for (const [places, message] of [
      [at(0, 9), /index|max_unpool/i],
      [at(0, -1), /index|max_unpool/i],
      [at(0, 1, 2), /same shape|shape/i],
      [zeros([1, 1, 2]), /int64/i],
    ] as const)
      expect(() => F.maxUnpool1d(x, places, 2)).toThrow(message);
    for (const outputSize of [[2], [6], [1, 4], [1, 1, 1, 4]])
      expect(() => F.maxUnpool1d(x, at(0, 2), 2, { outputSize })).toThrow(
        `maxUnpool1d: outputSize is [${outputSize.join(", ")}], accepted: sizes less than [2] from [4]`,
      );
  });
});
