// Factors of learning rates: values known in closed form, alone and in a schedule.
import { optim, scope, zeros } from "@throughline/torch";
import { describe, expect, test } from "vitest";

const { cosineDecay, LambdaLR, linearWarmup, LinearLR, piecewiseConstant, stepsOf } = optim.lrScheduler;
const phases = [
  { steps: 10, lr: 4e-4 },
  { steps: 5, lr: 8e-5 },
];

describe("factors", () => {
  test("a warm-up of n steps has i / n at the i-th and 1 from the n-th", () => {
    expect([0, 1, 2, 3, 4, 50].map(linearWarmup(4))).toEqual([0.25, 0.5, 0.75, 1, 1, 1]);
    expect([0, 7].map(linearWarmup(0))).toEqual([1, 1]);
  });

  test("a cosine goes from 1 through a half to 0", () => {
    const factors = [0, 25, 50, 75, 100, 500].map(cosineDecay(100));
    for (const [i, factor] of [1, (1 + Math.SQRT1_2) / 2, 0.5, (1 - Math.SQRT1_2) / 2, 0, 0].entries()) {
      expect(factors[i]).toBeCloseTo(factor, 14);
    }
  });

  test("each phase has its rate, and the last one's stays", () => {
    expect([0, 9, 10, 14, 15, 99].map(piecewiseConstant(phases))).toEqual([
      4e-4, 4e-4, 8e-5, 8e-5, 8e-5, 8e-5,
    ]);
    expect(stepsOf(phases)).toBe(15);
  });

  test("in a LambdaLR, the warm-up is PyTorch's LinearLR from 1 / n to 1", () => {
    scope(() => {
      const optimizers = [0, 1].map(() => new optim.SGD([zeros([1])], { lr: 0.3 }));
      const schedules = [
        new LambdaLR(optimizers[0]!, linearWarmup(8)),
        new LinearLR(optimizers[1]!, { startFactor: 1 / 8, totalIters: 7 }),
      ];
      for (let step = 0; step < 12; step++) {
        const [ours, theirs] = optimizers.map((optimizer) => optimizer.paramGroups[0]!.lr);
        expect(ours).toBeCloseTo(theirs!, 12);
        expect(ours).toBeCloseTo(0.3 * Math.min(1, (step + 1) / 8), 12);
        for (const schedule of schedules) schedule.step();
      }
    });
  });
});

describe("what is refused", () => {
  test.each([
    [
      "a negative warm-up",
      () => linearWarmup(-1),
      "linearWarmup: steps is -1, accepted: a whole number of at least 0",
    ],
    [
      "a part of a step",
      () => linearWarmup(2.5),
      "linearWarmup: steps is 2.5, accepted: a whole number of at least 0",
    ],
    [
      "a decay of no step",
      () => cosineDecay(0),
      "cosineDecay: steps is 0, accepted: a whole number of at least 1",
    ],
    [
      "no phase",
      () => piecewiseConstant([]),
      "piecewiseConstant: phases is [], accepted: a list of one phase or more",
    ],
  ])("%s", (_, body, sentence) => expect(body).toThrow(sentence));
});
