// What schedules refuse, and how they say it.
import { optim, zeros } from "@throughline/torch";
import { expect, test } from "vitest";

const { lrScheduler } = optim;

function twoGroups(): optim.SGD {
  return new optim.SGD([{ params: zeros([1]) }, { params: zeros([1]), lr: 0.02 }], {
    lr: 0.1,
    momentum: 0.9,
  });
}

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
    "cycles of no steps",
    () => new lrScheduler.CyclicLR(optimizer, 0.1, 1, { stepSizeUp: 0 }),
    /^CyclicLR: stepSizeUp is 0, accepted: a whole number of at least 1/,
  ],
  [
    "cycles without momentum",
    () => new lrScheduler.CyclicLR(new optim.Adagrad([zeros([1])]), 0.1, 1),
    /^CyclicLR: Adagrad has neither momentum nor betas to move; set cycleMomentum to false$/,
  ],
  [
    "cycles from text",
    () => new lrScheduler.CyclicLR(optimizer, "low" as never, 1),
    /^CyclicLR: baseLr is "low", accepted: a number, or a list of numbers, one for each group$/,
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
