// A transformer's step in one operator against its blocks, at every level of instructions that this processor has.
import { withKernels } from "@throughline/testing/kernels";
import { checkLeaks } from "@throughline/testing/leaks";
import { noGrad, ones, scope, type Tensor, TorchError, zeros } from "@throughline/torch";
import { levelsHere } from "@throughline/torch/kernels";
import { expect, test } from "vitest";
import { BandedTransformer } from "../../dist/nn/banded-transformer.js";
import { operators } from "../../dist/nn/operators.js";
import { transformerStep } from "../../dist/nn/transformer-step.js";

checkLeaks();

const child = new URL("transformer-step-child.mjs", import.meta.url);

/** Streams and caches are of order 1, and both ways are float32. */
test.each(levelsHere())(
  "%s: steps, branches from one memory, sequences that begin anew or change places (1e-4)",
  (level) => {
    const cases = withKernels<Record<string, Record<string, number>>>(child, level);
    expect(Object.keys(cases)).toHaveLength(7);
    for (const [name, found] of Object.entries(cases))
      for (const [what, difference] of Object.entries(found))
        expect(difference, `${name}: ${what}`).toBeLessThan(1e-4);
  },
);

test("a cache is copied once in as many steps as the window has", () => {
  scope(() =>
    noGrad(() => {
      using net = new BandedTransformer({ width: 8, heads: 2, window: 4, layers: 1 });
      let memory = net.start(2);
      const places: number[] = [];
      for (let i = 0; i < 10; i++) {
        memory = net.forward(ones([2, 1, 8]), memory).memory;
        places.push(memory[1]!.storageOffset() / 8);
      }
      expect(places).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4]);
    }),
  );
});

test("what the operator does not take goes block by block", () => {
  scope(() => {
    using net = new BandedTransformer({ width: 8, heads: 2, window: 4, layers: 1 });
    const step = (x: Tensor): unknown => transformerStep(net, x, net.start(2));
    expect(step(ones([2, 1, 8])), "with a gradient").toBeUndefined();
    noGrad(() => {
      expect(step(ones([2, 1, 8]))).toBeDefined();
      expect(step(ones([2, 2, 8])), "two steps").toBeUndefined();
      expect(step(ones([2, 1, 8], { dtype: "float64" })), "in double precision").toBeUndefined();
    });
  });
});

test.each([
  [
    "weights of other sizes",
    (weights: Tensor[]) => [zeros([3]), ...weights.slice(1)],
    {},
    /weight: expected/,
  ],
  ["too few weights", (weights: Tensor[]) => weights.slice(1), {}, /18 weights/],
  ["no room", (weights: Tensor[]) => weights, { inPlace: true }, /no room/],
] as const)(
  "%s are refused in one sentence",
  (_, change, { inPlace = false }: { inPlace?: boolean }, message) => {
    scope(() => {
      const square = zeros([4, 4]);
      const line = zeros([4]);
      const weights = [
        ...[line, line, line, line, square, line, square, square],
        ...[zeros([20, 4]), zeros([20]), zeros([10, 3]), square, line],
        ...[line, line, square, square, line],
      ];
      const caches = [zeros([1, 3, 4]), zeros([1, 3, 4])];
      const call = () =>
        operators().transformer_step(
          zeros([1, 1, 4]),
          change(weights),
          caches,
          zeros([1, 3], { dtype: "bool" }),
          2,
          1e-5,
          inPlace,
          3,
        );
      expect(call).toThrow(TorchError);
      expect(call).toThrow(message);
    });
  },
);
