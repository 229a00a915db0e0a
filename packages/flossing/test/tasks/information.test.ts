// What the delayed tasks ask, from the whole stream of their inputs, the hidden ones before the window included; and what
// tells nothing of the answer.
import { delayedCopy, type Scoring, spatialXor, type Task, temporalXor } from "@throughline/flossing";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { Generator } from "@throughline/torch";
import { describe, expect } from "vitest";

checkLeaks();

interface Case {
  readonly name: string;
  readonly make: (scoring: Scoring) => Task;
  /** The answer from inputs [time][channel], of the last of them. */
  readonly answer: (stream: readonly (readonly number[])[]) => number;
  /** Inputs that the released code hides before the window. */
  readonly hidden: number;
  readonly delay: number;
}

/** Parity of bits as text: an even number of ones cancels. */
const parity = (bits: readonly number[]): number => bits.join("").replaceAll("0", "").length % 2;

const back = (stream: readonly (readonly number[])[], lag: number): readonly number[] =>
  stream[stream.length - 1 - lag]!;

const cases: readonly Case[] = [
  {
    name: "copy of bits over 6 steps",
    make: (scoring) => delayedCopy({ delay: 6, scoring }),
    answer: (stream) => back(stream, 6)[0]!,
    hidden: 6,
    delay: 6,
  },
  {
    name: "copy of numbers over 3 steps",
    make: (scoring) => delayedCopy({ delay: 3, values: "reals", scoring }),
    answer: (stream) => back(stream, 3)[0]!,
    hidden: 3,
    delay: 3,
  },
  {
    name: "XOR of two bits, 4 and 8 steps ago",
    make: (scoring) => temporalXor({ delay: 8, scoring }),
    answer: (stream) => parity([4, 8].map((lag) => back(stream, lag)[0]!)),
    hidden: 4,
    delay: 8,
  },
  {
    name: "parity of four bits, 3, 6, 9 and 12 steps ago",
    make: (scoring) => temporalXor({ delay: 12, level: 2, scoring }),
    answer: (stream) => parity([3, 6, 9, 12].map((lag) => back(stream, lag)[0]!)),
    hidden: 3,
    delay: 12,
  },
  {
    name: "XOR of three channels, 5 steps ago",
    make: (scoring) => spatialXor({ delay: 5, scoring }),
    answer: (stream) => parity(back(stream, 5)),
    hidden: 5,
    delay: 5,
  },
];

/** One sequence's inputs [time][channel] of a tensor [time, batch, channels]. */
const sequenceOf = (inputs: readonly (readonly (readonly number[])[])[], b: number): number[][] =>
  inputs.map((step) => [...step[b]!]);

describe.each(cases)("$name", ({ make, answer, hidden, delay }) => {
  for (const scoring of ["answerable", "released"] as const) {
    scoped(
      `${scoring}: every answer, the guessed one too, from the stream that the same generator draws`,
      () => {
        const task = make(scoring);
        const length = 30;
        const before = scoring === "released" ? hidden : 0;
        const drawn = (): Generator => Generator.create({ seed: 11 });
        const whole = task.inputs(length + before, 5, { generator: drawn() }).toArray() as number[][][];
        const { inputs, targets, mask } = task.sample(length, 5, { generator: drawn() });
        expect(mask).toBeUndefined();
        expect(inputs.toArray()).toEqual(whole.slice(before));
        const rows = targets.toArray() as number[][];
        expect(rows).toHaveLength(length - task.firstScored);
        rows.forEach((row, i) => {
          row.forEach((target, b) => {
            const stream = sequenceOf(whole, b).slice(0, before + task.firstScored + i + 1);
            expect(stream.length).toBeGreaterThan(delay); // nothing that is needed is missing
            expect(target).toBe(answer(stream));
          });
        });
      },
    );
  }

  scoped("what comes after the delay has no influence: the answer is known before the last steps", () => {
    const task = make("answerable");
    const options = () => ({ generator: Generator.create({ seed: 5 }) });
    const [short, long] = [task.sample(20, 3, options()), task.sample(29, 3, options())];
    // The same stream, nine steps longer: the answers to the first twenty steps stay as they were.
    expect(long.inputs.narrow(0, 0, 20).toArray()).toEqual(short.inputs.toArray());
    expect(long.targets.narrow(0, 0, 20 - task.firstScored).toArray()).toEqual(short.targets.toArray());
  });

  scoped("a sequence of the least length has one answer, a longer batch as many more", () => {
    for (const scoring of ["answerable", "released"] as const) {
      const task = make(scoring);
      expect(task.sample(task.leastLength, 4, {}).targets.shape).toEqual([1, 4]);
      expect(task.sample(task.leastLength + 9, 2, {}).targets.shape).toEqual([10, 2]);
      expect(task.sample(task.leastLength, 4, {}).inputs.shape).toEqual([
        task.leastLength,
        4,
        task.inputSize,
      ]);
      expect(task.outputSize).toBe(1);
      expect(() => task.sample(task.leastLength - 1, 1, {})).toThrow(/must have \d+ steps or more/);
    }
  });
});

describe("parities", () => {
  /** Answers and the bits that they are made of, in long sequences. */
  function drawn(level: number): { readonly answers: number[]; readonly bits: number[][] } {
    const unit = 2;
    const delay = unit * 2 ** level;
    const task = temporalXor({ delay, level });
    const { inputs, targets } = task.sample(4000 + delay, 1, { generator: Generator.create({ seed: 2 }) });
    const stream = (inputs.toArray() as number[][][]).map((step) => step[0]![0]!);
    const answers = (targets.toArray() as number[][]).map((row) => row[0]!);
    const bits = answers.map((_, i) =>
      Array.from({ length: 2 ** level }, (_unused, k) => stream[task.firstScored + i - unit * (k + 1)]!),
    );
    return { answers, bits };
  }

  for (const level of [1, 2]) {
    scoped(`of ${2 ** level} bits: all together decide, all but one tell nothing`, () => {
      const { answers, bits } = drawn(level);
      expect(answers.map((_, i) => parity(bits[i]!))).toEqual(answers);
      const room = 6 / Math.sqrt(answers.length);
      for (let left = 0; left < 2 ** level; left++) {
        const agree = answers.filter((answer, i) => parity(bits[i]!.filter((_, k) => k !== left)) === answer);
        expect(Math.abs(agree.length / answers.length - 0.5)).toBeLessThan(room);
        const single = answers.filter((answer, i) => bits[i]![left] === answer);
        expect(Math.abs(single.length / answers.length - 0.5)).toBeLessThan(room);
      }
    });
  }

  scoped("of three channels: two of them tell nothing", () => {
    const task = spatialXor({ delay: 2 });
    const { inputs, targets } = task.sample(4002, 1, { generator: Generator.create({ seed: 3 }) });
    const stream = (inputs.toArray() as number[][][]).map((step) => step[0]!);
    const answers = (targets.toArray() as number[][]).map((row) => row[0]!);
    for (const pair of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      const agree = answers.filter(
        (answer, i) => parity(pair.map((channel) => stream[i]![channel]!)) === answer,
      );
      expect(Math.abs(agree.length / answers.length - 0.5)).toBeLessThan(6 / Math.sqrt(answers.length));
    }
  });
});

describe("the ceiling", () => {
  scoped("is what a net that knows everything visible gets: all, or all but half of one answer", () => {
    const task = delayedCopy({ delay: 4, scoring: "released" });
    const length = 14;
    const { inputs, targets } = task.sample(length, 4000, { generator: Generator.create({ seed: 9 }) });
    const seen = inputs.toArray() as number[][][];
    const rows = targets.toArray() as number[][];
    let right = 0;
    rows.forEach((row, i) => {
      row.forEach((target, b) => {
        const at = task.firstScored + i - 4;
        const answer = at >= 0 ? seen[at]![b]![0]! : 0; // a guess where it is hidden
        if (answer === target) right++;
      });
    });
    const share = right / (rows.length * 4000);
    expect(Math.abs(share - task.ceiling(length))).toBeLessThan((6 * 0.5) / Math.sqrt(4000) / rows.length);
    expect(delayedCopy({ delay: 4, values: "reals", scoring: "released" }).ceiling(length)).toBe(0);
  });
});
