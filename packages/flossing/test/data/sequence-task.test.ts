// Arrays of sequences as tasks: batches against plain indexing, and everything that is refused.
import { type DataTask, type SequenceTaskOptions, sequenceTask } from "@throughline/flossing";
import { arange, Generator, randn, type Tensor, tensor, zeros } from "@throughline/torch";
import { describe, expect } from "vitest";
import "@throughline/testing/close";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";

checkLeaks();

const make = (options: SequenceTaskOptions): DataTask => own(sequenceTask(options));
const generator = () => Generator.create({ seed: 1 });

/** Inputs whose every number tells sequence, step and feature: 100 n + t + f / 10. */
function labelled(count: number, time: number, features: number): Tensor {
  const [n, t, f] = [arange(count), arange(time), arange(features)].map((x) => x.to("float64")) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  return n
    .mul(100)
    .view([-1, 1, 1])
    .add(t.view([1, -1, 1]))
    .add(f.div(10).view([1, 1, -1]));
}

/** Which sequences a batch holds, by what its first inputs say. */
const numbersOf = (inputs: Tensor): number[] =>
  (inputs.select(0, 0).select(1, 0).toArray() as number[]).map((value) => Math.round(value / 100));

describe("what the shapes say", () => {
  const inputs = labelled(10, 6, 2);
  const cases: [string, Tensor, object][] = [
    ["whole [N]", arange(10).remainder(3), { kind: "classification", outputSize: 3, firstScored: 5 }],
    ["values [N]", randn([10]), { kind: "regression", outputSize: 1, firstScored: 5 }],
    ["values [N, 4]", randn([10, 4]), { kind: "regression", outputSize: 4, firstScored: 5 }],
    ["values [N, 1]", randn([10, 1]), { kind: "regression", outputSize: 1, firstScored: 5 }],
    [
      "whole [N, T]",
      arange(60).view([10, 6]).remainder(4),
      { kind: "classification", outputSize: 4, firstScored: 0 },
    ],
    ["values [N, T]", randn([10, 6]), { kind: "regression", outputSize: 1, firstScored: 0 }],
    ["values [N, T, 3]", randn([10, 6, 3]), { kind: "regression", outputSize: 3, firstScored: 0 }],
  ];
  for (const [name, targets, expected] of cases) {
    scoped(name, () => {
      const task = make({ inputs, targets });
      expect(task).toMatchObject({ ...expected, inputSize: 2, length: 6, leastLength: 6 });
      const batch = task.sample(6, 3, { generator: generator() });
      expect(batch.inputs.shape).toEqual([6, 3, 2]);
      const outputs = task.outputSize === 1 || task.kind === "classification" ? [] : [task.outputSize];
      expect(batch.targets.shape).toEqual([6 - task.firstScored, 3, ...outputs]);
      expect(batch.mask).toBeUndefined();
    });
  }

  scoped("where they leave it open, as told", () => {
    const targets = randn([10, 6]);
    expect(make({ inputs, targets, answer: "last" })).toMatchObject({ outputSize: 6, firstScored: 5 });
    expect(make({ inputs, targets: arange(10), kind: "regression" })).toMatchObject({
      kind: "regression",
      outputSize: 1,
    });
    const whole = arange(10).remainder(2).to("float64");
    expect(make({ inputs, targets: whole, kind: "classification" })).toMatchObject({ outputSize: 2 });
  });

  scoped("[N, T] is one feature", () => {
    expect(make({ inputs: randn([10, 6]), targets: randn([10]) }).inputSize).toBe(1);
  });
});

describe("batches", () => {
  scoped("hold sequences with their own answers, drawn from those that are learned from", () => {
    const [inputs, targets] = [labelled(20, 5, 1), arange(20).mul(7).to("float64")];
    const task = make({ inputs, targets });
    const batch = task.sample(5, 200, { generator: generator(), dtype: "float64" });
    const drawn = numbersOf(batch.inputs);
    expect(batch.inputs).toBeClose(inputs.indexSelect(0, tensor(drawn, { dtype: "int64" })).transpose(0, 1), {
      rtol: 0,
      atol: 0,
    });
    expect(batch.targets.toArray()).toEqual([drawn.map((n) => 7 * n)]);
    const tested = numbersOf(task.heldOut!.batch(0, task.heldOut!.size).inputs);
    expect(tested).toHaveLength(4);
    expect([...new Set([...drawn, ...tested])].sort((a, b) => a - b)).toEqual([...Array(20).keys()]);
    expect(tested.filter((n) => drawn.includes(n))).toEqual([]);
  });

  scoped("the seed draws what is held out, `testPart` how much", () => {
    const inputs = labelled(20, 5, 1);
    const tested = (options: object): number[] => {
      const task = make({ inputs, targets: arange(20).remainder(2), ...options });
      return numbersOf(task.heldOut!.batch(0, task.heldOut!.size).inputs);
    };
    expect(tested({ seed: 1 })).toEqual(tested({ seed: 1 }));
    expect(tested({ seed: 1 })).not.toEqual(tested({ seed: 2 }));
    expect(tested({ testPart: 0.5 })).toHaveLength(10);
    expect(tested({ testPart: 0.001 })).toHaveLength(1);
  });

  scoped("test data that are given are tested on, all others learned from", () => {
    const task = make({
      ...{ inputs: labelled(6, 5, 1), targets: arange(6).remainder(2) },
      test: { inputs: labelled(3, 5, 1).add(1000), targets: tensor([1, 0, 1], { dtype: "int64" }) },
    });
    expect(new Set(numbersOf(task.sample(5, 100, { generator: generator() }).inputs))).toEqual(
      new Set([0, 1, 2, 3, 4, 5]),
    );
    const held = task.heldOut!.batch(1, 2);
    expect(numbersOf(held.inputs)).toEqual([11, 12]);
    expect(held.targets.toArray()).toEqual([[0, 1]]);
  });
});

describe("sequences of different lengths", () => {
  const lengths = [3, 5, 4, 2, 5, 3];

  scoped("one answer: only the last step of each counts, and nothing after it is seen", () => {
    const inputs = labelled(6, 5, 1);
    const targets = arange(6).to("float64");
    const test = { inputs, targets, lengths };
    const task = make({ inputs, targets, lengths, test });
    expect(task).toMatchObject({ firstScored: 1, length: 5, longestInputs: 5 });
    const { inputs: seen, targets: asked, mask } = task.heldOut!.batch(0, 6);
    for (const [b, length] of lengths.entries()) {
      for (let t = 0; t < 5; t++) {
        expect(seen.select(0, t).select(0, b).item()).toBe(t < length ? 100 * b + t : 0);
        if (t >= 1) {
          expect(
            mask!
              .select(0, t - 1)
              .select(0, b)
              .item(),
          ).toBe(t === length - 1 ? 1 : 0);
          expect(
            asked
              .select(0, t - 1)
              .select(0, b)
              .item(),
          ).toBe(b);
        }
      }
    }
  });

  scoped("an answer at every step: those within count", () => {
    const inputs = labelled(6, 5, 1);
    const task = make({
      inputs,
      targets: inputs.squeeze(-1),
      lengths: tensor(lengths, { dtype: "int32" }),
      test: { inputs, targets: inputs.squeeze(-1), lengths },
    });
    const { mask, targets } = task.heldOut!.batch(0, 6);
    const counted = mask!.toArray() as number[][];
    expect(counted.map((row, t) => row.map((one, b) => one === Number(t < lengths[b]!)))).toEqual(
      counted.map((row) => row.map(() => true)),
    );
    expect(targets.select(0, 4).toArray()).toEqual([0, 104, 0, 0, 404, 0]);
  });

  scoped("NaN after the end of a sequence is nobody's business", () => {
    const inputs = labelled(6, 5, 1);
    inputs.select(0, 3).narrow(0, 2, 3).fill_(Number.NaN);
    const task = make({ inputs, targets: randn([6]), lengths, standardise: true });
    expect(task.heldOut!.batch(0, 1).inputs.isfinite().all().item()).toBe(true);
  });
});

describe("scale", () => {
  scoped(
    "features have mean 0 and deviation 1 over the steps that are learned from, test data the same scale",
    () => {
      const inputs = randn([40, 7, 3], { dtype: "float64" })
        .mul(tensor([1, 20, 0.01]))
        .add(tensor([5, -3, 0]));
      inputs.select(2, 2).fill_(4);
      const targets = randn([40], { dtype: "float64" }).mul(12).add(100);
      const all = { inputs, targets };
      const task = make({ ...all, test: all, standardise: true });
      const batch = task.heldOut!.batch(0, 40);
      const rows = batch.inputs.reshape([-1, 3]).to("float64");
      expect(rows.mean({ dim: 0 })).toBeClose([0, 0, 0], {
        rtol: 0,
        atol: 1e-6,
        because: "a batch is float32",
      });
      // A feature that never changes becomes 0.
      expect(rows.square().mean({ dim: 0 })).toBeClose([1, 1, 0], {
        rtol: 1e-5,
        atol: 0,
        because: "a batch is float32",
      });
      expect(batch.targets.mean().item()).toBeCloseTo(0, 5);
      expect(batch.targets.square().mean().item()).toBeCloseTo(1, 5);
      expect(task.chance).toBeCloseTo(1, 10);
      expect(make({ ...all, test: all }).chance).toBeCloseTo(
        targets.sub(targets.mean()).square().mean().item(),
        8,
      );
    },
  );

  scoped("chance is the share of the commonest class", () => {
    const targets = tensor([0, 1, 1, 1, 2], { dtype: "int64" });
    const inputs = labelled(5, 3, 1);
    expect(make({ inputs, targets, test: { inputs, targets } }).chance).toBe(0.6);
  });
});

describe("inputs for flossing", () => {
  scoped("are windows of sequences that are long enough, on the same scale", () => {
    const inputs = labelled(6, 8, 2);
    const lengths = [3, 8, 4, 2, 6, 3];
    const task = make({ inputs, targets: randn([6]), lengths, test: { inputs, targets: randn([6]) } });
    const windows = task.inputs(4, 300, { generator: generator(), dtype: "float64" });
    expect(windows.shape).toEqual([4, 300, 2]);
    const seen = new Map<number, Set<number>>();
    for (let b = 0; b < 300; b++) {
      const first = windows.select(0, 0).select(0, b).select(0, 0).item();
      const [n, t] = [Math.floor(first / 100), first % 100];
      seen.set(n, (seen.get(n) ?? new Set()).add(t));
      const expected = inputs.select(0, n).narrow(0, t, 4);
      expect(windows.select(1, b).sub(expected).abs().amax().item()).toBe(0);
    }
    expect([...seen.keys()].sort()).toEqual([1, 2, 4]);
    expect([...seen.get(1)!].sort()).toEqual([0, 1, 2, 3, 4]);
    expect([...seen.get(2)!]).toEqual([0]);
    expect(() => task.inputs(9, 1, {})).toThrow("own data: no sequence has 9 steps; the longest has 8");
  });
});

describe("what is refused, all at once", () => {
  const inputs = () => labelled(6, 5, 2);
  const refuse = (options: SequenceTaskOptions, ...sentences: (string | RegExp)[]) => {
    let message = "";
    try {
      sequenceTask(options).dispose();
    } catch (error) {
      expect((error as { code: string }).code).toBe("flossing/data");
      message = (error as Error).message;
    }
    for (const sentence of sentences) expect(message).toMatch(sentence);
  };

  scoped("shapes that do not fit", () => {
    refuse(
      { inputs: zeros([6]), targets: zeros([6]) },
      /inputs are \[6\]; give \[sequences, time, features\]/,
    );
    refuse({ inputs: zeros([6, 0, 2]), targets: zeros([6]) }, /inputs are \[6,0,2\]/);
    refuse(
      { inputs: inputs(), targets: zeros([5]) },
      /targets are \[5\] for inputs \[6,5,2\]; give \[6\] or \[6, values\] for answers at the last step, or \[6, 5\]/,
    );
    refuse(
      { inputs: inputs(), targets: zeros([6, 3], { dtype: "int64" }) },
      /give \[6\] for answers at the last step, or \[6, 5\] for answers at every step/,
    );
    refuse(
      { inputs: inputs(), targets: zeros([6]), answer: "every" },
      /give \[6, 5\] or \[6, 5, values\] for answers at every step$/,
    );
  });

  scoped("lengths", () => {
    refuse({ inputs: inputs(), targets: zeros([6]), lengths: [1, 2] }, /there are 2 lengths for 6 sequences/);
    refuse(
      { inputs: inputs(), targets: zeros([6]), lengths: [0, 6, 5, 2.5, 7, 1] },
      /lengths must be whole numbers from 1 to 5, the steps of inputs; got 0 \(sequence 0\), 6 \(sequence 1\), 2.5 \(sequence 3\) and 1 more/,
    );
  });

  scoped("numbers that are not finite, classes that are none", () => {
    const bad = inputs();
    bad.select(0, 1).fill_(Number.NaN);
    refuse({ inputs: bad, targets: randn([6]) }, /inputs have 10 numbers that are not finite/);
    refuse(
      { inputs: inputs(), targets: tensor([-1, 0, 1, 2, 0, 0], { dtype: "int64" }) },
      /targets range from -1 to 2; classes are whole numbers from 0/,
    );
    refuse(
      { inputs: inputs(), targets: randn([6]), kind: "classification" },
      /and are not all whole; classes/,
    );
    refuse({ inputs: inputs(), targets: zeros([6], { dtype: "int64" }) }, /targets are all of one class/);
    refuse(
      { inputs: zeros([6, 5, 2], { dtype: "complex64" }), targets: randn([6]) },
      /inputs are complex64; give real numbers/,
    );
  });

  scoped("test data that are not like the others, too few sequences, a part that is none", () => {
    const targets = randn([6]);
    refuse(
      {
        ...{ inputs: inputs(), targets, testPart: 1.5 },
        test: { inputs: labelled(3, 5, 1), targets: tensor([0, 1, 0], { dtype: "int64" }) },
      },
      /3 problems:/,
      /testPart is 1.5; give a part between 0 and 1/,
      /inputs have 2 features, and test_inputs 1/,
      /targets are 1 value\(s\) at the last step, and test_targets classes at the last step/,
    );
    refuse({ inputs: labelled(1, 5, 2), targets: randn([1]) }, /there is 1 sequence; give 2 or more/);
  });

  scoped("another length than the data have", () => {
    const task = make({ inputs: inputs(), targets: randn([6]) });
    expect(() => task.sample(4, 1, {})).toThrow("own data: sequences have 5 steps, not 4");
  });
});
