// Every schedule against PyTorch's rates; saving and going on.
import { optim, scope, tensor, zeros } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import { buildSchedule } from "./build-schedule.js";
import { type Case, cases, fixture } from "./cases.js";

const { lrScheduler } = optim;

function twoGroups(): optim.SGD {
  return new optim.SGD([{ params: zeros([1]) }, { params: zeros([1]), lr: 0.02 }], {
    lr: 0.1,
    momentum: 0.9,
  });
}

/** Learning rates (and momenta) before the first step and after each. */
function trace(entry: Case, optimizer: optim.SGD): { rates: number[][]; momenta: number[][] } {
  const schedule = buildSchedule(entry, optimizer);
  const rates: number[][] = [];
  const momenta: number[][] = [];
  for (let epoch = 0; epoch <= entry.epochs; epoch++) {
    if (epoch > 0) schedule.step();
    rates.push(optimizer.paramGroups.map((group) => group.lr));
    momenta.push(optimizer.paramGroups.map((group) => group.momentum));
    expect(schedule.getLastLr()).toEqual(rates.at(-1));
  }
  return { rates, momenta };
}

function expectRates(given: number[][], wanted: number[][], tolerance = 1e-12): void {
  given.forEach((row, epoch) => {
    row.forEach((rate, group) => {
      const other = wanted[epoch]![group]!;
      expect(
        Math.abs(rate - other),
        `epoch ${epoch}, group ${group}: ${rate}, PyTorch has ${other}`,
      ).toBeLessThanOrEqual(tolerance * Math.abs(other) + 1e-16);
    });
  });
}

const schedules = cases.filter((entry) => entry.op.startsWith("lr_scheduler."));

describe("schedules follow PyTorch's rates", () => {
  test.each(schedules)("$name", (entry) => {
    scope(() => {
      const { rates, momenta } = trace(entry, twoGroups());
      expectRates(rates, fixture(entry.outputs[0]!).toArray() as number[][]);
      if (entry.outputs[1]) expectRates(momenta, fixture(entry.outputs[1]).toArray() as number[][]);
    });
  });
});

describe("a schedule goes on from its saved state", () => {
  test.each(schedules)("$name", (entry) => {
    scope(() => {
      const whole = trace(entry, twoGroups());
      const first = twoGroups();
      const schedule = buildSchedule(entry, first);
      for (let epoch = 0; epoch < 13; epoch++) schedule.step();
      // Through JSON, as a checkpoint keeps it.
      const saved = JSON.parse(JSON.stringify(schedule.stateDict())) as optim.lrScheduler.SchedulerState;
      const second = twoGroups();
      const resumed = buildSchedule(entry, second);
      second.loadStateDict(first.stateDict());
      resumed.loadStateDict(saved);
      expect(resumed.getLastLr()).toEqual(whole.rates[13]);
      for (let epoch = 14; epoch <= entry.epochs; epoch++) {
        resumed.step();
        expect(resumed.getLastLr()).toEqual(whole.rates[epoch]);
        expect(second.paramGroups.map((group) => group.momentum)).toEqual(whole.momenta[epoch]);
      }
    });
  });
});

describe("ReduceLROnPlateau", () => {
  const rates = (options: optim.lrScheduler.ReduceLROnPlateauOptions, metrics: number[]): number[] => {
    const optimizer = new optim.SGD([zeros([1])], { lr: 1 });
    const schedule = new lrScheduler.ReduceLROnPlateau(optimizer, options);
    return metrics.map((metric) => {
      schedule.step(metric);
      return schedule.getLastLr()[0]!;
    });
  };
  // torch.optim.lr_scheduler.ReduceLROnPlateau(SGD([p], lr=1), …), get_last_lr() after each step(metric), torch 2.13
  const table: [string, optim.lrScheduler.ReduceLROnPlateauOptions, number[], number[]][] = [
    ["waits for patience", { patience: 1, factor: 0.5 }, [1, 1, 1, 1, 1], [1, 1, 0.5, 0.5, 0.25]],
    ["relative threshold", { patience: 0, factor: 0.5, threshold: 0.1 }, [1, 0.95, 0.8], [1, 0.5, 0.5]],
    [
      "absolute threshold",
      { patience: 0, factor: 0.5, threshold: 0.1, thresholdMode: "abs" },
      [1, 0.85, 0.8],
      [1, 1, 0.5],
    ],
    ["mode max", { patience: 0, factor: 0.5, mode: "max" }, [1, 2, 2, 3], [1, 1, 0.5, 0.5]],
    ["cooldown", { patience: 0, factor: 0.5, cooldown: 2 }, [1, 1, 1, 1, 1], [1, 0.5, 0.5, 0.5, 0.25]],
    ["lowest rate", { patience: 0, factor: 0.1, minLr: 0.05 }, [1, 1, 1, 1], [1, 0.1, 0.05, 0.05]],
    ["NaN is no improvement", { patience: 0, factor: 0.5 }, [1, Number.NaN], [1, 0.5]],
  ];
  test.each(table)("%s", (_, options, metrics, wanted) => {
    expectRates(
      rates(options, metrics).map((rate) => [rate]),
      wanted.map((rate) => [rate]),
    );
  });

  test("takes a tensor, is saved and goes on, also through JSON before the first metric", () => {
    const optimizer = new optim.SGD([zeros([1])], { lr: 1 });
    const schedule = new lrScheduler.ReduceLROnPlateau(optimizer, { patience: 1, factor: 0.5 });
    const empty = JSON.parse(JSON.stringify(schedule.stateDict()));
    schedule.step(tensor(1));
    schedule.step(1);
    const saved = schedule.stateDict();
    expect(saved).toMatchObject({
      best: 1,
      num_bad_epochs: 1,
      last_epoch: 2,
      mode_worse: Number.POSITIVE_INFINITY,
    });
    schedule.step(1);
    expect(optimizer.paramGroups[0]!.lr).toBe(0.5);
    schedule.loadStateDict(saved);
    schedule.step(1);
    expect(optimizer.paramGroups[0]!.lr).toBe(0.25);
    schedule.loadStateDict(empty);
    schedule.step(100);
    expect(schedule.stateDict()).toMatchObject({ best: 100 });
  });
});

describe("sequences of schedules", () => {
  test("a nested chain starts anew at its milestone", () => {
    const optimizer = new optim.SGD([zeros([1])], { lr: 1 });
    const chain = new lrScheduler.ChainedScheduler([
      new lrScheduler.ConstantLR(optimizer, { factor: 0.5, totalIters: 2 }),
      new lrScheduler.ExponentialLR(optimizer, 0.1),
    ]);
    const first = new lrScheduler.ConstantLR(optimizer, { factor: 0.25, totalIters: 9 });
    const schedule = new lrScheduler.SequentialLR(optimizer, [first, chain], [2]);
    const rates = [schedule.getLastLr()[0]!];
    for (let epoch = 0; epoch < 4; epoch++) {
      schedule.step();
      rates.push(schedule.getLastLr()[0]!);
    }
    expectRates(
      rates.map((rate) => [rate]),
      [[0.25], [0.25], [0.5], [0.05], [0.01]],
    );
  });

  test("a nested sequence counts its own epochs", () => {
    const optimizer = new optim.SGD([zeros([1])], { lr: 1 });
    const constant = (factor: number): optim.lrScheduler.ConstantLR =>
      new lrScheduler.ConstantLR(optimizer, { factor, totalIters: 99 });
    const inner = new lrScheduler.SequentialLR(optimizer, [constant(0.3), constant(0.4)], [2]);
    const outer = new lrScheduler.SequentialLR(optimizer, [constant(0.5), inner], [3]);
    const rates = [outer.getLastLr()];
    for (let epoch = 0; epoch < 6; epoch++) {
      outer.step();
      rates.push(outer.getLastLr());
    }
    expectRates(rates, [[0.5], [0.5], [0.5], [0.3], [0.3], [0.4], [0.4]]);
  });
});

test("warm restarts go to a fraction of an epoch", () => {
  const optimizer = new optim.SGD([zeros([1])], { lr: 1 });
  const schedule = new lrScheduler.CosineAnnealingWarmRestarts(optimizer, 2, { tMult: 2 });
  // Periods 2, 4, 8: epoch 7.5 is 1.5 epochs into the third.
  const wanted: [number, number][] = [
    [0.5, 0.5 / 2],
    [2.5, 0.5 / 4],
    [6, 0],
    [7.5, 1.5 / 8],
  ];
  for (const [epoch, share] of wanted) {
    schedule.step(epoch);
    expectRates([schedule.getLastLr()], [[(1 + Math.cos(Math.PI * share)) / 2]]);
  }
  expect(schedule.lastEpoch).toBe(7);
});

test("CyclicLR loads a state of PyTorch's, and says what PyTorch needs", () => {
  const make = () =>
    new lrScheduler.CyclicLR(new optim.Adam([zeros([1])]), 0.1, 1, { stepSizeUp: 4, mode: "triangular2" });
  const schedule = make();
  schedule.step();
  const state = schedule.stateDict();
  expect(state).toMatchObject({
    max_lrs: [1],
    total_size: 8,
    step_ratio: 0.5,
    use_beta1: true,
    _scale_fn_custom: null,
  });
  const other = make();
  other.loadStateDict({ ...state, scale_mode: "cycle" });
  other.step();
  schedule.step();
  expect(other.getLastLr()).toEqual(schedule.getLastLr());
});

test("OneCycleLR moves Adam's first beta", () => {
  const optimizer = new optim.Adam([zeros([1])]);
  const schedule = new lrScheduler.OneCycleLR(optimizer, 0.1, { epochs: 2, stepsPerEpoch: 5 });
  expect(optimizer.paramGroups[0]).toMatchObject({
    betas: [0.95, 0.999],
    minLr: 0.1 / 25 / 1e4,
  });
  schedule.step();
  schedule.step();
  expect(optimizer.paramGroups[0]!.betas[0]).toBeCloseTo(0.85, 12);
  expect(schedule.stateDict()).toMatchObject({ total_steps: 10, use_beta1: true });
});
