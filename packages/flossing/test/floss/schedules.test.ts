// When flossing is due.
import { schedules } from "@throughline/flossing";
import { describe, expect, test } from "vitest";

const { at, before, combined, periodic, AdaptiveSchedule } = schedules;

const dues = (schedule: schedules.FlossingSchedule, epochs: number): Record<number, number> =>
  Object.fromEntries(
    Array.from({ length: epochs }, (_, epoch) => [epoch, schedule.due(epoch)] as const).filter(
      ([, steps]) => steps > 0,
    ),
  );

describe("fixed schedules", () => {
  test("before, at and periodic, by hand", () => {
    expect(dues(before(500), 30)).toEqual({ 0: 500 });
    expect(dues(at([3, 7], 5), 30)).toEqual({ 3: 5, 7: 5 });
    expect(dues(periodic(10, 4), 35)).toEqual({ 10: 4, 20: 4, 30: 4 });
    expect(dues(periodic(10, 4, 2), 35)).toEqual({ 10: 4, 20: 4 });
  });

  test("combined ask for the sum", () => {
    expect(dues(combined(before(3), at([0, 10], 2), periodic(5, 1, 2)), 20)).toEqual({ 0: 5, 5: 1, 10: 3 });
  });

  test("the released code's: 500 before, and 500 before the epochs that have 99 and 199 before them", () => {
    expect(dues(combined(before(500), at([99, 199], 500)), 3001)).toEqual({ 0: 500, 99: 500, 199: 500 });
  });
});

describe("adaptive", () => {
  const gradient = (value: number) => ({ gradient: () => value });

  test("flosses when the gradient leaves the band, and only at its looks", () => {
    const schedule = new AdaptiveSchedule({ watch: "gradient", every: 10, steps: 7 });
    expect([schedule.low, schedule.high]).toEqual([1e-5, 10]);
    expect(schedule.due(0, gradient(0))).toBe(0);
    expect(schedule.due(10, gradient(1e-3))).toBe(0);
    expect(schedule.due(20, gradient(9e-6))).toBe(7);
    expect(schedule.due(25, gradient(0))).toBe(0);
    expect(schedule.due(30, gradient(11))).toBe(7);
    expect(schedule.due(40, gradient(Number.NaN))).toBe(7);
    expect(schedule.due(50)).toBe(0);
  });

  test("or when the median exponent does", () => {
    const schedule = new AdaptiveSchedule({ watch: "exponents", every: 1, steps: 3 });
    const exponents = (...values: number[]) => ({ exponents: () => values });
    expect(schedule.due(1, exponents(0.05, -0.09, -5))).toBe(0);
    expect(schedule.due(1, exponents(0.05, -0.11, -5))).toBe(3);
    expect(schedule.due(1, exponents(0.3, 0.2, -0.05, -0.2))).toBe(0);
    expect(schedule.due(1, exponents(0.3, 0.2, 0.05, -0.2))).toBe(3);
  });

  test("asks for nothing that it does not need", () => {
    const schedule = new AdaptiveSchedule({ watch: "gradient", every: 2 });
    const never = () => {
      throw new Error("asked");
    };
    expect(schedule.due(1, { gradient: never, exponents: never })).toBe(0);
    expect(schedule.due(2, { gradient: () => 1, exponents: never })).toBe(0);
  });

  test("spends no more than its budget, and its state says what is left", () => {
    const make = () => new AdaptiveSchedule({ watch: "gradient", every: 1, steps: 40, budget: 100 });
    const schedule = make();
    expect([1, 2].map((epoch) => schedule.due(epoch, gradient(0)))).toEqual([40, 40]);
    const other = make();
    other.loadStateDict(JSON.parse(JSON.stringify(schedule.stateDict())));
    expect(other.left).toBe(20);
    for (const one of [schedule, other]) {
      expect([3, 4, 5].map((epoch) => one.due(epoch, gradient(0)))).toEqual([20, 0, 0]);
    }
    const endless = new AdaptiveSchedule({ watch: "gradient" });
    endless.loadStateDict(
      JSON.parse(JSON.stringify(new AdaptiveSchedule({ watch: "gradient" }).stateDict())),
    );
    expect(endless.left).toBe(Number.POSITIVE_INFINITY);
  });

  test("a band whose ends are the wrong way round is refused, with a default end too", () => {
    const make = (options: object) => () => new AdaptiveSchedule({ watch: "gradient", ...options });
    expect(make({ low: 5, high: 1 })).toThrow(
      "AdaptiveSchedule: low is 5, accepted: a number no larger than high, 1",
    );
    expect(make({ low: 11 })).toThrow("a number no larger than high, 10");
    expect(make({ watch: "exponents", high: -0.2 })).toThrow("a number no larger than high, -0.2");
    const point = new AdaptiveSchedule({ watch: "gradient", low: 1, high: 1, every: 1, steps: 2 });
    expect([point.due(1, gradient(1)), point.due(2, gradient(1.01))]).toEqual([0, 2]);
  });

  test("looks at every epoch that its period divides but the first, whatever it found before", () => {
    for (const every of [1, 3, 50]) {
      const schedule = new AdaptiveSchedule({ watch: "gradient", every, steps: 1 });
      const looked: number[] = [];
      for (let epoch = 0; epoch <= 150; epoch++) {
        schedule.due(epoch, { gradient: () => looked.push(epoch) });
      }
      expect(looked).toEqual(Array.from({ length: Math.floor(150 / every) }, (_, i) => (i + 1) * every));
    }
  });
});

describe("what is refused", () => {
  const never = Number.NaN;
  test.each<[string, () => unknown, string]>([
    ["steps that are none", () => before(-1), "schedules.before: steps is -1"],
    ["half an epoch", () => at([1.5], 3), "schedules.at: an epoch is 1.5"],
    ["no list", () => at(3 as never, 3), "schedules.at: epochs is 3, accepted: a list of whole numbers"],
    ["no period", () => periodic(0, 3), "schedules.periodic: every is 0"],
    ["times without number", () => periodic(1, 3, never), "schedules.periodic: times is NaN"],
    ["no schedule", () => combined({} as never), "accepted: an object with `due`"],
    ["nothing to watch", () => new AdaptiveSchedule({} as never), "AdaptiveSchedule: watch is undefined"],
    ["half a step", () => new AdaptiveSchedule({ watch: "gradient", steps: 0.5 }), "steps is 0.5"],
    ["a budget below 0", () => new AdaptiveSchedule({ watch: "gradient", budget: -1 }), "budget is -1"],
  ])("%s", (_, make, sentence) => {
    expect(make).toThrow(sentence);
  });
});
