// The delayed tasks against plain loops over the inputs.
import { delayedCopy, spatialXor, type Task, type TaskBatch, temporalXor } from "@throughline/flossing";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { Generator } from "@throughline/torch";
import { describe, expect } from "vitest";

checkLeaks();

interface Numbers {
  /** [time][batch][channel] */
  readonly inputs: number[][][];
  /** [scored][batch] */
  readonly targets: number[][];
}

function sample(task: Task, length: number, batch: number, seed = 1): Numbers {
  const found: TaskBatch = task.sample(length, batch, { generator: Generator.create({ seed }) });
  return { inputs: found.inputs.toArray() as number[][][], targets: found.targets.toArray() as number[][] };
}

/** Recomputes every answer that the visible inputs determine. @returns how many there were */
function check(
  task: Task,
  { inputs, targets }: Numbers,
  answer: (at: (back: number, channel?: number) => number) => number,
  delay: number,
): number {
  let checked = 0;
  targets.forEach((row, i) => {
    const t = task.firstScored + i;
    row.forEach((target, b) => {
      if (t < delay) return;
      const at = (back: number, channel = 0): number => inputs[t - back]![b]![channel]!;
      expect(target, `step ${t}, sequence ${b}`).toBe(answer(at));
      checked += 1;
    });
  });
  expect(targets).toHaveLength(inputs.length - task.firstScored);
  return checked;
}

const scorings = ["answerable", "released"] as const;

describe.each(scorings)("every answer, %s", (scoring) => {
  const expected = (length: number, delay: number, batch: number): number => (length - delay) * batch;

  scoped("copy of bits and of numbers", () => {
    for (const values of ["bits", "reals"] as const) {
      for (const delay of [1, 7, 29]) {
        const task = delayedCopy({ delay, values, scoring });
        const count = check(task, sample(task, 30, 4), (at) => at(delay), delay);
        expect(count).toBe(expected(30, delay, 4));
      }
    }
  });

  scoped("temporal XOR: the parity of 2^h bits", () => {
    for (const [delay, level] of [
      [2, 1],
      [20, 1],
      [12, 2],
      [24, 3],
    ] as const) {
      const task = temporalXor({ delay, level, scoring });
      const unit = delay / 2 ** level;
      const parity = (at: (back: number) => number): number => {
        let sum = 0;
        for (let back = unit; back <= delay; back += unit) sum += at(back);
        return sum % 2;
      };
      expect(check(task, sample(task, 40, 3), parity, delay)).toBe(expected(40, delay, 3));
    }
  });

  scoped("spatial XOR of three channels", () => {
    for (const delay of [1, 9]) {
      const task = spatialXor({ delay, scoring });
      const parity = (at: (back: number, channel?: number) => number): number =>
        (at(delay, 0) + at(delay, 1) + at(delay, 2)) % 2;
      expect(check(task, sample(task, 25, 5), parity, delay)).toBe(expected(25, delay, 5));
    }
  });
});

describe("scoring", () => {
  const tasks = (scoring: "answerable" | "released"): Task[] => [
    delayedCopy({ delay: 10, scoring }),
    temporalXor({ delay: 10, scoring }),
    spatialXor({ delay: 10, scoring }),
  ];

  scoped("answerable: from the first step whose earliest input is visible; everything can be known", () => {
    for (const task of tasks("answerable")) {
      expect([task.firstScored, task.leastLength, task.ceiling(300)]).toEqual([10, 11, 1]);
    }
  });

  scoped("released: one step earlier, which is a guess", () => {
    for (const task of tasks("released")) {
      expect([task.firstScored, task.leastLength]).toEqual([9, 10]);
      expect(task.ceiling(300)).toBe(1 - 0.5 / 291);
      // Its answer needs the input before the window: with visible inputs alone it is right half of the time.
      const { inputs, targets } = sample(task, 12, 2000);
      const guess = targets[0]!.filter((target, b) => target === inputs[0]![b]![0]).length;
      expect(guess / 2000).toBeGreaterThan(0.45);
      expect(guess / 2000).toBeLessThan(0.55);
    }
    // Specification 4: 0.9982 for T = 300 and d = 20.
    expect(temporalXor({ delay: 20, scoring: "released" }).ceiling(300)).toBeCloseTo(0.9982, 4);
  });
});

describe("streams", () => {
  scoped("bits are fair and independent, numbers uniform on [0, 1)", () => {
    const statistics = (values: number[]) => {
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      const centred = values.map((value) => value - mean);
      const moment = (lag: number): number =>
        centred.slice(lag).reduce((sum, value, i) => sum + value * centred[i]!, 0) / (values.length - lag);
      return { mean, variance: moment(0), lag1: moment(1) / moment(0), lag5: moment(5) / moment(0) };
    };
    const generator = Generator.create({ seed: 3 });
    const flat = (task: Task): number[] =>
      (task.inputs(20_000, 1, { generator }).toArray() as number[][][]).flat(2);
    // 5 standard errors of 20,000 draws.
    const bits = statistics(flat(temporalXor({ delay: 2 })));
    expect(Math.abs(bits.mean - 0.5)).toBeLessThan(0.018);
    expect(Math.abs(bits.lag1)).toBeLessThan(0.036);
    expect(Math.abs(bits.lag5)).toBeLessThan(0.036);
    const numbers = statistics(flat(delayedCopy({ delay: 2, values: "reals" })));
    expect(Math.abs(numbers.mean - 0.5)).toBeLessThan(0.011);
    expect(Math.abs(numbers.variance - 1 / 12)).toBeLessThan(0.003);
    expect(Math.abs(numbers.lag1)).toBeLessThan(0.036);
    const channels = spatialXor({ delay: 2 }).inputs(20_000, 1, { generator }).toArray() as number[][][];
    const agree = channels.filter(([row]) => row![0] === row![1]).length / 20_000;
    expect(Math.abs(agree - 0.5)).toBeLessThan(0.018);
  });

  scoped("chance is what the best constant answer gets", () => {
    const { targets } = sample(temporalXor({ delay: 2 }), 2002, 5);
    const ones = targets.flat().reduce((a, b) => a + b, 0) / 10_000;
    expect(Math.abs(ones - temporalXor({ delay: 2 }).chance)).toBeLessThan(0.025);
    const task = delayedCopy({ delay: 2, values: "reals" });
    const error = sample(task, 2002, 5)
      .targets.flat()
      .map((y) => (y - 0.5) ** 2);
    expect(Math.abs(error.reduce((a, b) => a + b, 0) / 10_000 - task.chance)).toBeLessThan(0.004);
  });

  scoped("the same generator, the same sequences; dtype as asked", () => {
    const task = temporalXor({ delay: 4 });
    expect(sample(task, 20, 2, 7)).toEqual(sample(task, 20, 2, 7));
    expect(sample(task, 20, 2, 7)).not.toEqual(sample(task, 20, 2, 8));
    const { inputs, targets } = task.sample(20, 2, { dtype: "float64" });
    expect([inputs.dtype, targets.dtype, inputs.shape, targets.shape]).toEqual([
      "float64",
      "float64",
      [20, 2, 1],
      [16, 2],
    ]);
  });
});

describe("what is refused", () => {
  scoped("delays that are no delays", () => {
    for (const delay of [0, -3, 2.5, Number.NaN]) {
      expect(() => delayedCopy({ delay })).toThrow(
        `delay is ${delay}, accepted: a whole number of at least 1`,
      );
    }
  });

  scoped("a delay that the bits of a temporal XOR do not divide, and levels that are none", () => {
    expect(() => temporalXor({ delay: 7 })).toThrow(/multiple of 2 steps for an XOR of 2 bits; got 7/);
    expect(() => temporalXor({ delay: 6, level: 2 })).toThrow(
      /multiple of 4 steps for an XOR of 4 bits; got 6/,
    );
    expect(() => temporalXor({ delay: 8, level: 0 })).toThrow(/level is 0, accepted: a whole number/);
    expect(() => temporalXor({ delay: 8, level: 1.5 })).toThrow(/level is 1.5, accepted: a whole number/);
  });

  scoped("sequences that are too short to score", () => {
    const task = delayedCopy({ delay: 20 });
    expect(() => task.sample(20, 1, {})).toThrow(
      /delayed copy of bits, d = 20: a sequence must have 21 steps or more, got 20/,
    );
  });
});
