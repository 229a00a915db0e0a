// The encoder's operator against PyTorch's own, at every level of instructions that this processor has.

import { ImpalaConvNet } from "@throughline/cec";
import { withKernels } from "@throughline/testing/kernels";
import { checkLeaks } from "@throughline/testing/leaks";
import { manualSeed, ones, randint, randn, scope, type Tensor, TorchError, zeros } from "@throughline/torch";
import { levelsHere } from "@throughline/torch/kernels";
import { expect, test } from "vitest";
import { fitsEncoder } from "../../dist/nn/encoder.js";
import { operators } from "../../dist/nn/operators.js";

checkLeaks();

const child = new URL("encoder-child.mjs", import.meta.url);

interface Found {
  readonly alike: boolean;
  readonly alone: number;
  readonly found: Readonly<Record<string, number>>;
}

/**
 * Reference and operator are both float32, so that their sums differ by rounding: 1e-5 of the
 * largest number. Sizes are odd and even, smaller and larger than the kernels' blocks; channels are one to six times eight; numbers of pictures
 * fill vectors in part, and more than the 64 whose gradients are added up together.
 */
test.each(levelsHere())(
  "%s: features and gradients are those of PyTorch's operators (1e-5), on any number of threads",
  (level) => {
    const cases = withKernels<Record<string, Found>>(child, level);
    expect(Object.keys(cases)).toHaveLength(7);
    for (const [name, { alike, alone, found }] of Object.entries(cases)) {
      expect(alike, name).toBe(true);
      expect(alone, `${name}: alone`).toBeLessThan(1e-5);
      expect(Object.keys(found).length, name).toBeGreaterThan(6);
      for (const [what, difference] of Object.entries(found))
        expect(difference, `${name}: ${what}`).toBeLessThan(1e-5);
    }
  },
);

const parameters = (inputs = 3, channels = 8): Tensor[] =>
  [inputs, channels, channels].flatMap((from) => [
    zeros([channels, from, 3, 3]).fill_(0.1),
    zeros([channels]),
  ]);

test("a picture of known answer: sums of neighbours, their largest, and the residual block", () => {
  scope(() => {
    // One white pixel in the corner of 4 × 4: with weights of 1/10 of one channel each neighbour sees 0.1.
    const picture = zeros([1, 4, 4, 3], { dtype: "uint8" });
    picture.select(1, 0).select(1, 0).fill_(255);
    const [first, bias, ...rest] = parameters();
    const inner = rest.map((tensor) => tensor.zero_());
    const [out] = operators().encoder(picture, [first!, bias!, ...inner], 1, false);
    // Three channels of 1 · 0.1; the window of the right half begins at column 1, which still sees the pixel.
    for (const [index, value] of [0.3, 0.3, 0.3, 0.3].entries())
      expect(out!.select(1, 0).flatten().select(0, index).item()).toBeCloseTo(value, 6);
    // A second convolution that gives 2 everywhere adds 2; one that gives −2 adds nothing.
    for (const [offset, added] of [
      [2, 2],
      [-2, 0],
    ] as const) {
      const [moved] = operators().encoder(
        picture,
        [first!, bias!, ...inner.slice(0, 3), zeros([8]).fill_(offset)],
        1,
        false,
      );
      expect(moved!.select(1, 7).max().item()).toBeCloseTo(0.3 + added, 6);
    }
  });
});

test.each([1, 40])("what is not a number stays so, in %i pictures", (count) => {
  scope(() => {
    const given = parameters();
    given[1]!.fill_(Number.NaN);
    const [out] = operators().encoder(zeros([count, 6, 6, 3], { dtype: "uint8" }), given, 1, false);
    expect(out!.isnan().all().item()).toBe(true);
  });
});

test("gradients do not depend on the number of pictures that are given at once", () => {
  scope(() => {
    const picture = ones([1, 5, 6, 3]).mul(77).to("uint8");
    const gradients = (pictures: Tensor): Tensor[] => {
      const [out, numbers, places] = operators().encoder(pictures, parameters(), 1, true);
      return operators().encoder_backward(pictures, parameters(), 1, numbers!, places!, ones(out!.shape));
    };
    const [all, one] = [gradients(picture.expand([17, 5, 6, 3]).contiguous()), gradients(picture)];
    expect(all).toHaveLength(6);
    for (const [at, gradient] of all.entries()) {
      const [largest, apart] = [
        gradient.abs().max().item(),
        gradient.sub(one[at]!.mul(17)).abs().max().item(),
      ];
      expect(largest).toBeGreaterThan(0);
      expect(apart / largest).toBeLessThan(1e-5);
    }
  });
});

test("gradients are the differences that changes of the weights make (2 % of their norm)", () => {
  manualSeed(4);
  scope(() => {
    const pictures = randint(0, 256, [18, 6, 7, 3]).to("uint8");
    const given = [3, 8, 8, 8, 8].flatMap((from) => [randn([8, from, 3, 3]).mul(0.3), randn([8]).mul(0.1)]);
    const [out, numbers, places] = operators().encoder(pictures, given, 1, true);
    const slope = randn(out!.shape);
    const gradients = operators().encoder_backward(pictures, given, 1, numbers!, places!, slope);
    for (const [at, gradient] of gradients.entries()) {
      const drawn = randn(gradient.shape);
      const direction = drawn.div(drawn.square().sum().sqrt());
      // Small enough that few ReLUs and largest pixels change, large enough for float32.
      const loss = (by: number): number => {
        const moved = given.map((own, i) => (i === at ? own.add(direction.mul(by)) : own));
        return operators().encoder(pictures, moved, 1, false)[0]!.double().mul(slope).sum().item();
      };
      const found = (loss(1e-3) - loss(-1e-3)) / 2e-3;
      const apart = Math.abs(found - gradient.mul(direction).sum().item());
      expect(apart, `parameter ${at}`).toBeLessThan(0.02 * gradient.square().sum().sqrt().item());
    }
  });
});

test("what the operator does not take goes through PyTorch's operators", () => {
  scope(() => {
    using net = new ImpalaConvNet({ height: 4, width: 4, channels: [4, 8], features: 8 });
    const { parametersInOrder } = net.stacks.at(0);
    const bytes = zeros([1, 4, 4, 3], { dtype: "uint8" });
    expect(fitsEncoder(bytes, parametersInOrder), "four channels").toBe(false);
    expect(fitsEncoder(bytes, net.stacks.at(1).parametersInOrder)).toBe(true);
    expect(fitsEncoder(zeros([1, 4, 4, 3]), net.stacks.at(1).parametersInOrder), "numbers").toBe(false);
    const features = net.forward(bytes);
    expect(features.shape).toEqual([1, 8]);
    // Numbers from 0 to 1 are taken as they are.
    expect(
      net
        .forward(zeros([1, 4, 4, 3]))
        .sub(features)
        .abs()
        .max()
        .item(),
    ).toBe(0);
  });
});

test.each([
  [
    "pictures of other sizes",
    () => [zeros([4, 4, 3], { dtype: "uint8" }), parameters()],
    /encoder: expected pictures/,
  ],
  ["numbers", () => [zeros([1, 4, 4, 3]), parameters()], /pictures: expected a contiguous/],
  [
    "channels that eight does not divide",
    () => [zeros([1, 4, 4, 3], { dtype: "uint8" }), parameters(3, 4)],
    /multiples of 8/,
  ],
  [
    "a weight of other inputs",
    () => [zeros([1, 4, 4, 8], { dtype: "uint8" }), parameters(16)],
    /weight: expected a contiguous/,
  ],
  [
    "five parameters",
    () => [zeros([1, 4, 4, 8], { dtype: "uint8" }), parameters(8).slice(1)],
    /two parameters of each stack/,
  ],
] as const)("%s are refused in one sentence", (_, given, message) => {
  scope(() => {
    const [pictures, own] = given() as [Tensor, Tensor[]];
    const call = () => operators().encoder(pictures, own, 1, false);
    expect(call).toThrow(TorchError);
    expect(call).toThrow(message);
  });
});
