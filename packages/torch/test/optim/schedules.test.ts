// Every schedule against PyTorch's rates; saving and going on; errors.
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

describe("errors", () => {
  const optimizer = twoGroups();
  const constant = (): optim.lrScheduler.ConstantLR => new lrScheduler.ConstantLR(twoGroups());
  const wrong = <T>(value: unknown): T => value as T;
  const table: [string, () => unknown, RegExp][] = [
    [
      "no optimizer",
      () => new lrScheduler.StepLR(wrong({}), 1),
      /^StepLR: optimizer is a Object, not an Optimizer$/,
    ],
    [
      "missing argument",
      () => new lrScheduler.StepLR(optimizer, wrong(undefined)),
      /^StepLR: stepSize is undefined, accepted: a whole number of at least 1$/,
    ],
    [
      "bad value",
      () => new lrScheduler.LinearLR(optimizer, { startFactor: 0, totalIters: 1.5 }),
      /^LinearLR: startFactor is 0, accepted: a number above 0 and at most 1; totalIters is 1.5, accepted: a whole/,
    ],
    [
      "unknown option",
      () => new lrScheduler.CosineAnnealingLR(optimizer, 5, wrong({ eta_min: 1 })),
      /there is no option eta_min; did you mean etaMin\?/,
    ],
    [
      "number of functions",
      () => new lrScheduler.LambdaLR(optimizer, [() => 1]),
      /lrLambda is \[a function\], accepted: one value, or 2, one for each parameter group/,
    ],
    ["no function", () => new lrScheduler.LambdaLR(optimizer, wrong(3)), /lrLambda is 3, not a function/],
    ["milestones", () => new lrScheduler.SequentialLR(optimizer, [constant()], [3]), /another optimizer/],
    ["no schedules", () => new lrScheduler.ChainedScheduler([]), /schedulers is \[\], give at least one/],
    [
      "plateau in a chain",
      () => new lrScheduler.ChainedScheduler([wrong(new lrScheduler.ReduceLROnPlateau(optimizer))]),
      /takes no metric/,
    ],
    [
      "resumed without rates",
      () => new lrScheduler.ExponentialLR(twoGroups(), 0.9, { lastEpoch: 3 }),
      /lastEpoch is 3, but group 0 has no initialLr; load the optimizer's state first/,
    ],
    [
      "one cycle without length",
      () => new lrScheduler.OneCycleLR(optimizer, 1),
      /^OneCycleLR: give totalSteps, or epochs and stepsPerEpoch$/,
    ],
    [
      "one cycle without momentum",
      () => new lrScheduler.OneCycleLR(new optim.Adagrad([zeros([1])]), 1, { totalSteps: 3 }),
      /Adagrad has neither momentum nor betas/,
    ],
    [
      "plateau factor",
      () => new lrScheduler.ReduceLROnPlateau(optimizer, { factor: 1 }),
      /factor is 1, accepted: a number from 0 up to but not 1/,
    ],
    [
      "plateau metric",
      () => new lrScheduler.ReduceLROnPlateau(optimizer).step(wrong("low")),
      /the metric is "low", accepted: a number/,
    ],
    [
      "negative epoch",
      () => new lrScheduler.CosineAnnealingWarmRestarts(optimizer, 3).step(-1),
      /epoch is -1, accepted: a number of at least 0/,
    ],
  ];
  test.each(table)("%s", (_, run, message) => {
    expect(run).toThrow(message);
  });

  test("milestones must fit the schedules", () => {
    const schedules = [new lrScheduler.ConstantLR(optimizer), new lrScheduler.ConstantLR(optimizer)];
    expect(() => new lrScheduler.SequentialLR(optimizer, schedules, [])).toThrow(
      /milestones is \[\], accepted for 2 schedules: 1 ascending whole numbers/,
    );
  });

  test("beyond the last step of a cycle", () => {
    const schedule = new lrScheduler.OneCycleLR(twoGroups(), 1, { totalSteps: 2 });
    schedule.step();
    schedule.step();
    expect(() => schedule.step()).toThrow(/OneCycleLR: step 3 of a schedule of 2 steps/);
  });

  test("groups added later", () => {
    const grown = twoGroups();
    const schedule = new lrScheduler.ExponentialLR(grown, 0.9);
    const lambda = new lrScheduler.LambdaLR(grown, () => 1);
    grown.addParamGroup({ params: zeros([1]) });
    expect(() => lambda.step()).toThrow(/made for 2 parameter groups, the optimizer has 3 now/);
    schedule.step();
  });

  test("a state that does not fit: all problems at once, nothing changed", () => {
    const schedule = new lrScheduler.StepLR(twoGroups(), 3);
    const before = schedule.stateDict();
    expect(() =>
      schedule.loadStateDict({ ...before, step_size: 0, base_lrs: [1], extra: 1, gamma: undefined }),
    ).toThrow(
      new RegExp(
        [
          "^4 problems in the state of StepLR:",
          "  step_size is 0, accepted: a whole number of at least 1",
          "  gamma: missing",
          "  base_lrs is \\[1\\], accepted: 2 numbers",
          "  extra: unknown$",
        ].join("\n"),
      ),
    );
    expect(schedule.stateDict()).toEqual(before);
    const chain = new lrScheduler.ChainedScheduler([schedule]);
    const saved = chain.stateDict();
    expect(() => chain.loadStateDict({ ...saved, _schedulers: [{ ...before, gamma: "x" }] })).toThrow(
      /the state of ChainedScheduler:\n {2}_schedulers\.0: 1 problem in the state of StepLR:\n {4}gamma is "x"/,
    );
    expect(chain.stateDict()).toEqual(saved);
  });
});
