// Outputs of states against `nn.functional.linear`: values and gradients, of sizes that fill vectors and those that do not.
import { relativeDifference } from "@throughline/testing/difference";
import { scoped } from "@throughline/testing/scoped";
import {
  Generator,
  getNumThreads,
  grad,
  nn,
  noGrad,
  randn,
  setNumThreads,
  type Tensor,
  zeros,
} from "@throughline/torch";
import { describe, expect } from "vitest";
import { readOut } from "../../dist/kernels/read-out.js";
import { type DType, tolerance } from "./cases.js";

interface ReadCase {
  readonly steps: number;
  readonly batch: number;
  readonly size: number;
  readonly read?: number;
  readonly outputs: number;
  readonly start?: number;
}

/** The last has enough work for several threads. */
const cases: readonly ReadCase[] = [
  { steps: 1, batch: 1, size: 1, outputs: 1 },
  { steps: 7, batch: 3, size: 80, outputs: 1, start: 2 },
  { steps: 5, batch: 2, size: 33, outputs: 3 },
  { steps: 6, batch: 4, size: 34, read: 17, outputs: 10, start: 5 },
  { steps: 4, batch: 2, size: 8, outputs: 2, start: 4 },
  { steps: 120, batch: 64, size: 70, read: 35, outputs: 4, start: 1 },
];

/** Largest distances of outputs and gradients from those of `linear`. */
function distances(
  { steps, batch, size, read = size, outputs, start = 0 }: ReadCase,
  dtype: DType,
): number[] {
  const generator = Generator.create({ seed: 3 });
  const draw = (shape: number[]): Tensor => randn(shape, { dtype, generator }).requiresGrad_();
  const leaves = [draw([steps, batch, size]), draw([outputs, read]), draw([outputs])] as const;
  const [states, weight, offset] = leaves;
  const cotangent = randn([steps - start, batch, outputs], { dtype, generator });
  generator.dispose();
  const ours = readOut(...leaves, start);
  const theirs = nn.functional.linear(
    states.narrow(0, start, steps - start).narrow(2, 0, read),
    weight,
    offset,
  );
  const [a, b] = [ours, theirs].map((out) => grad(out.mul(cotangent).sum(), [...leaves]));
  const unrecorded = noGrad(() => readOut(...leaves, start));
  const pairs: [Tensor, Tensor][] = [
    [unrecorded, ours],
    ...a!.map((own, i): [Tensor, Tensor] => [own, b![i]!]),
  ];
  if (steps > start) pairs.push([ours, theirs]);
  return pairs.filter(([own]) => own.numel > 0).map(([own, other]) => difference(own, other));
}

/** Relative, or absolute where all should be 0. */
function difference(own: Tensor, other: Tensor): number {
  return other.abs().max().item() === 0 ? own.abs().max().item() : relativeDifference(own, other);
}

describe.each(["float64", "float32"] as const)("outputs in %s", (dtype) => {
  for (const given of cases) {
    for (const threads of [1, 2]) {
      scoped(`of ${JSON.stringify(given)} on ${threads} threads`, () => {
        const before = getNumThreads();
        try {
          setNumThreads(threads);
          for (const found of distances(given, dtype)) expect(found).toBeLessThan(tolerance[dtype]);
        } finally {
          setNumThreads(before);
        }
      });
    }
  }
});

scoped("outputs in bfloat16 are ATen's", () => {
  const [states, weight] = [randn([3, 2, 8]), randn([2, 5])].map((x) => x.to({ dtype: "bfloat16" }));
  const expected = nn.functional.linear(states!.narrow(2, 0, 5), weight!, zeros([2], { dtype: "bfloat16" }));
  expect(
    readOut(states!, weight!, zeros([2], { dtype: "bfloat16" }))
      .sub(expected)
      .abs()
      .max()
      .item(),
  ).toBe(0);
});

describe("what is refused", () => {
  const states = () => zeros([3, 2, 8]);
  const refusals: [string, () => unknown, RegExp][] = [
    [
      "weights wider than states",
      () => readOut(states(), zeros([1, 9]), zeros([1])),
      /expected states \[time/,
    ],
    ["an offset too many", () => readOut(states(), zeros([1, 8]), zeros([2])), /expected states \[time/],
    ["a start after the end", () => readOut(states(), zeros([1, 8]), zeros([1]), 4), /none from 4 on/],
    ["mixed dtypes", () => readOut(states(), zeros([1, 8], { dtype: "float64" }), zeros([1])), /one dtype/],
  ];
  for (const [what, run, sentence] of refusals) scoped(what, () => void expect(run).toThrow(sentence));
});
