// The encoder's operator against PyTorch's own, at every level of instructions that this processor has.
import { withKernels } from "@throughline/testing/kernels";
import { checkLeaks } from "@throughline/testing/leaks";
import { ones, scope, type Tensor, TorchError, zeros } from "@throughline/torch";
import { levelsHere } from "@throughline/torch/kernels";
import { expect, test } from "vitest";
import { operators } from "../../dist/nn/operators.js";

checkLeaks();

const child = new URL("stack-child.mjs", import.meta.url);

/**
 * Reference and operator are both float32, so that their sums differ by rounding: 1e-5 of the
 * largest number. Sizes are odd and even, smaller and larger than the kernels' blocks; channels are one, two and three times eight, and more
 * than sixteen.
 */
test.each(levelsHere())("%s: features and gradients are those of PyTorch's operators (1e-5)", (level) => {
  const cases = withKernels<Record<string, Record<string, number>>>(child, level);
  expect(Object.keys(cases)).toHaveLength(6);
  for (const [name, apart] of Object.entries(cases)) {
    expect(Object.keys(apart).length, name).toBeGreaterThan(6);
    for (const [what, difference] of Object.entries(apart))
      expect(difference, `${name}: ${what}`).toBeLessThan(1e-5);
  }
});

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
    const [out] = operators().stack(picture, [first!, bias!, ...inner], false);
    // Three channels of 1 · 0.1; the window of the right half begins at column 1, which still sees the pixel.
    for (const [index, value] of [0.3, 0.3, 0.3, 0.3].entries())
      expect(out!.flatten(0, 2).select(0, index).select(0, 0).item()).toBeCloseTo(value, 6);
    // A second convolution that gives 2 everywhere adds 2; one that gives −2 adds nothing.
    for (const [offset, added] of [
      [2, 2],
      [-2, 0],
    ] as const) {
      const [moved] = operators().stack(
        picture,
        [first!, bias!, ...inner.slice(0, 3), zeros([8]).fill_(offset)],
        false,
      );
      expect(moved!.select(3, 7).max().item()).toBeCloseTo(0.3 + added, 6);
    }
  });
});

test("what is not a number stays so", () => {
  scope(() => {
    const given = parameters();
    given[1]!.fill_(Number.NaN);
    const [out] = operators().stack(zeros([1, 6, 6, 3], { dtype: "uint8" }), given, false);
    expect(out!.isnan().all().item()).toBe(true);
  });
});

test("gradients do not depend on the number of pictures that are given at once", () => {
  scope(() => {
    const pictures = ones([17, 5, 6, 3]).mul(77).to("uint8");
    const [, ...kept] = operators().stack(pictures, parameters(), true);
    const slope = ones([17, 3, 3, 8]);
    const all = operators().stack_backward(pictures, parameters(), kept, slope, false);
    const one = operators().stack_backward(
      pictures.narrow(0, 16, 1),
      parameters(),
      kept.map((tensor) => tensor.narrow(0, 16, 1)),
      slope.narrow(0, 16, 1),
      false,
    );
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

test.each([
  [
    "pictures of other sizes",
    () => [zeros([4, 4, 3], { dtype: "uint8" }), parameters()],
    /pictures: expected \[batch/,
  ],
  ["numbers with three channels", () => [zeros([1, 4, 4, 3]), parameters()], /channels in multiples of 8/],
  [
    "channels that eight does not divide",
    () => [zeros([1, 4, 4, 3], { dtype: "uint8" }), parameters(3, 4)],
    /multiples of 8/,
  ],
  ["a weight of other inputs", () => [zeros([1, 4, 4, 8]), parameters(16)], /weight: expected a contiguous/],
  ["five parameters", () => [zeros([1, 4, 4, 8]), parameters(8).slice(1)], /six parameters/],
] as const)("%s are refused in one sentence", (_, given, message) => {
  scope(() => {
    const [pictures, own] = given() as [Tensor, Tensor[]];
    const call = () => operators().stack(pictures, own, false);
    expect(call).toThrow(TorchError);
    expect(call).toThrow(message);
  });
});
