// Every schedule against its closed form, for any parameters fast-check thinks of; both groups, any number of epochs.
import { checkLeaks, own } from "@throughline/testing/leaks";
import { optim, scope, zeros } from "@throughline/torch";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

checkLeaks();

const { lrScheduler } = optim;
type Schedule = optim.lrScheduler.LRScheduler;
const bases = [0.1, 0.02];
const EPOCHS = 30;

const optimiser = (): optim.SGD =>
  own(
    new optim.SGD([{ params: zeros([1]) }, { params: zeros([1]), lr: bases[1]! }], {
      lr: bases[0]!,
      momentum: 0.9,
    }),
  );

function expectNear(given: readonly number[], wanted: readonly number[], what: string): void {
  expect(given).toHaveLength(wanted.length);
  for (const [i, rate] of given.entries()) {
    // A schedule multiplies the last rate; a few dozen roundings may add up.
    expect(Math.abs(rate - wanted[i]!), `${what}: ${rate}, in closed form ${wanted[i]}`).toBeLessThan(
      1e-10 * Math.abs(wanted[i]!) + 1e-13,
    );
  }
}

/** The rates of `make`'s schedule at every epoch are `closed(base, epoch)`. */
function expectClosed(
  make: (o: optim.SGD) => Schedule,
  closed: (base: number, epoch: number) => number,
): void {
  scope(() => {
    const schedule = make(optimiser());
    for (let epoch = 0; epoch <= EPOCHS; epoch++) {
      if (epoch > 0) schedule.step();
      const known = bases.map((base) => closed(base, epoch));
      expectNear(schedule.getLastLr(), known, `epoch ${epoch}`);
      expectNear(
        schedule.optimizer.paramGroups.map(({ lr }) => lr),
        known,
        `epoch ${epoch}, as the optimiser has it`,
      );
    }
  });
}

const factor = fc.integer({ min: 1, max: 20 }).map((x) => x / 20);
const epochs = fc.integer({ min: 1, max: 20 });
const runs = { numRuns: 15, seed: 3 };
const cosine = (part: number): number => (1 + Math.cos(Math.PI * part)) / 2;

describe("lr is base times", () => {
  test("γ^⌊t / s⌋ for StepLR", () => {
    fc.assert(
      fc.property(epochs, factor, (size, gamma) =>
        expectClosed(
          (o) => new lrScheduler.StepLR(o, size, { gamma }),
          (base, t) => base * gamma ** Math.floor(t / size),
        ),
      ),
      runs,
    );
  });

  test("γ to the number of milestones up to t for MultiStepLR, repeated ones counted repeatedly", () => {
    fc.assert(
      fc.property(fc.array(epochs, { maxLength: 5 }), factor, (milestones, gamma) =>
        expectClosed(
          (o) => new lrScheduler.MultiStepLR(o, milestones, { gamma }),
          (base, t) => base * gamma ** milestones.filter((m) => m <= t).length,
        ),
      ),
      runs,
    );
  });

  test("the factor until totalIters, then 1, for ConstantLR", () => {
    fc.assert(
      fc.property(factor, epochs, (share, totalIters) =>
        expectClosed(
          (o) => new lrScheduler.ConstantLR(o, { factor: share, totalIters }),
          (base, t) => (t < totalIters ? base * share : base),
        ),
      ),
      runs,
    );
  });

  test("start + (end − start) · min(t, T) / T for LinearLR", () => {
    fc.assert(
      fc.property(factor, factor, epochs, (startFactor, endFactor, totalIters) =>
        expectClosed(
          (o) => new lrScheduler.LinearLR(o, { startFactor, endFactor, totalIters }),
          (base, t) =>
            base * (startFactor + ((endFactor - startFactor) * Math.min(t, totalIters)) / totalIters),
        ),
      ),
      runs,
    );
  });

  test("γ^t for ExponentialLR, LambdaLR and MultiplicativeLR", () => {
    fc.assert(
      fc.property(factor, (gamma) => {
        const closed = (base: number, t: number): number => base * gamma ** t;
        expectClosed((o) => new lrScheduler.ExponentialLR(o, gamma), closed);
        expectClosed((o) => new lrScheduler.LambdaLR(o, (t) => gamma ** t), closed);
        expectClosed((o) => new lrScheduler.MultiplicativeLR(o, () => gamma), closed);
      }),
      { ...runs, numRuns: 10 },
    );
  });

  test("(1 − min(t, T) / T)^p for PolynomialLR", () => {
    fc.assert(
      fc.property(epochs, fc.constantFrom(0.5, 1, 2, 3), (totalIters, power) =>
        expectClosed(
          (o) => new lrScheduler.PolynomialLR(o, { totalIters, power }),
          (base, t) => base * (1 - Math.min(t, totalIters) / totalIters) ** power,
        ),
      ),
      runs,
    );
  });
});

describe("cosines from base to etaMin", () => {
  test("CosineAnnealingLR goes down in tMax epochs, and up in as many", () => {
    fc.assert(
      fc.property(epochs, fc.constantFrom(0, 0.001, 0.01), (tMax, etaMin) =>
        expectClosed(
          (o) => new lrScheduler.CosineAnnealingLR(o, tMax, { etaMin }),
          (base, t) => etaMin + (base - etaMin) * cosine(t / tMax),
        ),
      ),
      runs,
    );
  });

  test("CosineAnnealingWarmRestarts starts anew after t0, t0 · m, t0 · m² … epochs", () => {
    fc.assert(
      fc.property(epochs, fc.integer({ min: 1, max: 3 }), (t0, tMult) =>
        expectClosed(
          (o) => new lrScheduler.CosineAnnealingWarmRestarts(o, t0, { tMult, etaMin: 0.001 }),
          (base, t) => {
            let [start, period] = [0, t0];
            for (; t >= start + period; period *= tMult) start += period;
            return 0.001 + (base - 0.001) * cosine((t - start) / period);
          },
        ),
      ),
      runs,
    );
  });

  const between = {
    cos: (from: number, to: number, part: number) => to + (from - to) * cosine(part),
    linear: (from: number, to: number, part: number) => from + (to - from) * part,
  };
  for (const annealStrategy of ["cos", "linear"] as const) {
    for (const threePhase of [false, true]) {
      test(`OneCycleLR, ${annealStrategy}, ${threePhase ? "three phases" : "two"}: rate and momentum`, () => {
        const [totalSteps, pctStart, top, divFactor, finalDivFactor] = [EPOCHS + 1, 0.25, 2, 10, 100];
        const first = top / divFactor;
        const turn = pctStart * totalSteps - 1;
        // [end, rate, momentum] of each phase, after what it begins with.
        const ends: [number, number, number][] = threePhase
          ? [
              [turn, top, 0.85],
              [2 * turn, first, 0.95],
              [totalSteps - 1, first / finalDivFactor, 0.95],
            ]
          : [
              [turn, top, 0.85],
              [totalSteps - 1, first / finalDivFactor, 0.95],
            ];
        const phases: [number, number, number][] = [[0, first, 0.95], ...ends];
        const at = (t: number, which: 1 | 2): number => {
          const phase = Math.max(
            1,
            phases.findIndex(([end]) => t <= end),
          );
          const [from, to] = [phases[phase - 1]!, phases[phase]!];
          return between[annealStrategy](from[which], to[which], (t - from[0]) / (to[0] - from[0]));
        };
        scope(() => {
          const o = optimiser();
          const options = { totalSteps, pctStart, annealStrategy, divFactor, finalDivFactor, threePhase };
          const schedule = new lrScheduler.OneCycleLR(o, top, options);
          for (let t = 0; t < totalSteps; t++) {
            if (t > 0) schedule.step();
            expectNear(schedule.getLastLr(), [at(t, 1), at(t, 1)], `step ${t}`);
            expectNear(
              o.paramGroups.map(({ momentum }) => momentum),
              [at(t, 2), at(t, 2)],
              `step ${t}, momentum`,
            );
          }
          // PyTorch passes one step too many over as well.
          schedule.step();
          expect(() => schedule.step()).toThrow(/OneCycleLR/);
        });
      });
    }
  }
});

describe("of several schedules", () => {
  test("a chain's rate is base times the product of the factors", () => {
    fc.assert(
      fc.property(factor, factor, epochs, (gamma, share, totalIters) =>
        expectClosed(
          (o) =>
            new lrScheduler.ChainedScheduler([
              new lrScheduler.ConstantLR(o, { factor: share, totalIters }),
              new lrScheduler.StepLR(o, 3, { gamma }),
              new lrScheduler.ExponentialLR(o, 0.95),
            ]),
          (base, t) => base * (t < totalIters ? share : 1) * gamma ** Math.floor(t / 3) * 0.95 ** t,
        ),
      ),
      runs,
    );
  });

  test("a sequence's schedules count from their milestones", () => {
    fc.assert(
      fc.property(epochs, epochs, factor, (first, further, gamma) =>
        expectClosed(
          (o) =>
            new lrScheduler.SequentialLR(
              o,
              [
                new lrScheduler.LinearLR(o, { startFactor: 0.25, totalIters: first }),
                new lrScheduler.ExponentialLR(o, gamma),
                new lrScheduler.ConstantLR(o, { factor: 0.5, totalIters: 99 }),
              ],
              [first, first + further],
            ),
          (base, t) => {
            if (t < first) return base * (0.25 + (0.75 * t) / first);
            return base * (t < first + further ? gamma ** (t - first) : 0.5);
          },
        ),
      ),
      runs,
    );
  });
});

describe("ReduceLROnPlateau", () => {
  const options = fc.record({
    mode: fc.constantFrom("min" as const, "max" as const),
    thresholdMode: fc.constantFrom("rel" as const, "abs" as const),
    threshold: fc.constantFrom(0, 0.1, 0.5),
    patience: fc.nat({ max: 3 }),
    cooldown: fc.nat({ max: 3 }),
    factor: fc.constantFrom(0.5, 0.1),
    minLr: fc.constantFrom(0, 0.01),
  });
  const metric = fc.oneof(
    fc.integer({ min: 1, max: 20 }).map((x) => x / 4),
    fc.constant(Number.NaN),
  );

  test("falls by the rule, for any metrics", () => {
    fc.assert(
      fc.property(options, fc.array(metric, { minLength: 5, maxLength: 40 }), (given, metrics) => {
        scope(() => {
          const schedule = new lrScheduler.ReduceLROnPlateau(optimiser(), given);
          const { mode, thresholdMode, threshold, patience, cooldown, minLr } = given;
          const sign = mode === "min" ? -1 : 1;
          let [best, bad, rest, rates] = [sign * Number.NEGATIVE_INFINITY, 0, 0, bases];
          for (const [t, value] of metrics.entries()) {
            schedule.step(value);
            const margin = thresholdMode === "abs" ? threshold : Math.abs(best) * threshold;
            const better = Number.isFinite(best)
              ? sign * value > sign * (best + sign * margin)
              : !Number.isNaN(value);
            if (better) best = value;
            bad = better ? 0 : bad + 1;
            if (rest > 0) [rest, bad] = [rest - 1, 0];
            if (bad > patience) {
              [rest, bad] = [cooldown, 0];
              rates = rates.map((rate) => {
                const fallen = Math.max(rate * given.factor, minLr);
                return rate - fallen > 1e-8 ? fallen : rate;
              });
            }
            expectNear(schedule.getLastLr(), rates, `after metric ${t}`);
          }
        });
      }),
      { numRuns: 60, seed: 5 },
    );
  });
});
