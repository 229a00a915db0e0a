import { data, Generator, manualSeed, randperm, scope } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import { checkLeaks } from "./helpers.js";

checkLeaks();

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const sorted = (items: Iterable<number>) => [...items].sort((a, b) => a - b);

describe("sequential", () => {
  test("gives 0, 1, … in every pass", () => {
    const sampler = new data.SequentialSampler(4);
    expect([...sampler]).toEqual([0, 1, 2, 3]);
    expect([...sampler]).toEqual([0, 1, 2, 3]);
    expect(sampler.length).toBe(4);
    expect(new data.SequentialSampler(new data.ArrayDataset(["a", "b"])).length).toBe(2);
  });
});

describe("random", () => {
  test("visits every index once, in another order each epoch, the same for the same seed", () => {
    const [a, b] = [new data.RandomSampler(50, { seed: 3 }), new data.RandomSampler(50, { seed: 3 })];
    const epochs = range(3).map(() => [...a]);
    for (const epoch of epochs) expect(sorted(epoch)).toEqual(range(50));
    expect(new Set(epochs.map(String)).size).toBe(3);
    expect(range(3).map(() => [...b])).toEqual(epochs);
    expect([...a.order(1)]).toEqual(epochs[1]);
    expect([...new data.RandomSampler(50, { seed: 4 })]).not.toEqual(epochs[0]);
  });

  test("without a seed, the generator or manualSeed decides", () => {
    using generator = Generator.create({ seed: 9 });
    const first = [...new data.RandomSampler(20, { generator })];
    generator.manualSeed(9);
    expect([...new data.RandomSampler(20, { generator })]).toEqual(first);
    expect([...new data.RandomSampler(20, { generator })]).not.toEqual(first);
    const make = () => {
      manualSeed(5);
      return [...new data.RandomSampler(20)];
    };
    expect(make()).toEqual(make());
  });

  test("large seeds differ from their low bits", () => {
    const order = (seed: number) => [...new data.RandomSampler(20, { seed })].join();
    expect(order(2 ** 40 + 1)).not.toBe(order(1));
  });

  test("more samples than indices come as one permutation after another", () => {
    const drawn = [...new data.RandomSampler(4, { numSamples: 10, seed: 0 })];
    expect(sorted(drawn.slice(0, 4))).toEqual(range(4));
    expect(sorted(drawn.slice(4, 8))).toEqual(range(4));
    expect(drawn).toHaveLength(10);
    expect([...new data.RandomSampler(9, { numSamples: 3, seed: 0 })]).toHaveLength(3);
  });

  test("with replacement, each index is as likely as the others", () => {
    const n = 20_000;
    const counts = new Array<number>(10).fill(0);
    for (const i of new data.RandomSampler(10, { replacement: true, numSamples: n, seed: 1 })) counts[i]!++;
    // 10 cells of n/10: χ² with 9 degrees of freedom exceeds 27.9 once in a thousand seeds.
    const chi2 = counts.reduce((sum, count) => sum + (count - n / 10) ** 2 / (n / 10), 0);
    expect(chi2).toBeLessThan(27.9);
    expect(chi2).toBeGreaterThan(0.5);
  });

  test("where an index comes in the order is uniform over seeds", () => {
    const counts = range(5).map(() => 0);
    for (let seed = 0; seed < 2000; seed++) counts[[...new data.RandomSampler(5, { seed })].indexOf(0)]!++;
    const chi2 = counts.reduce((sum, count) => sum + (count - 400) ** 2 / 400, 0);
    expect(chi2).toBeLessThan(18.5); // 4 degrees of freedom, one in a thousand
  });

  test.each([
    [() => new data.RandomSampler(-1), "RandomSampler: length is -1, accepted: a whole number of at least 0"],
    [() => new data.RandomSampler(3, { numSamples: 1.5 }), "RandomSampler: numSamples is 1.5"],
    [() => new data.RandomSampler(0, { numSamples: 2 }), "RandomSampler: 2 samples of an empty dataset"],
    [
      () => new data.RandomSampler(3, { seed: 2 ** 60 }),
      "RandomSampler: seed is 1152921504606847000, accepted: a whole number from 0 to 9007199254740991",
    ],
  ])("refuses %#", (make, text) => {
    expect(make).toThrow(text);
  });
});

describe("subset and weighted", () => {
  test("a subset's indices come once each, shuffled", () => {
    const sampler = new data.SubsetRandomSampler([3, 5, 8, 13, 21, 34], { seed: 2 });
    const [a, b] = [[...sampler], [...sampler]];
    expect(sorted(a)).toEqual([3, 5, 8, 13, 21, 34]);
    expect(a).not.toEqual(b);
    expect(() => new data.SubsetRandomSampler([1, -2])).toThrow("SubsetRandomSampler: indices[1] is -2");
  });

  test("weights are relative frequencies", () => {
    const n = 40_000;
    const counts = [0, 0, 0, 0];
    for (const i of new data.WeightedRandomSampler([1, 0, 2, 5], n, { seed: 4 })) counts[i]!++;
    expect(counts[1]).toBe(0);
    for (const [i, p] of [1 / 8, 0, 2 / 8, 5 / 8].entries()) {
      expect(Math.abs(counts[i]! / n - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / n) + 1e-12);
    }
  });

  test("without replacement every positive weight comes at most once", () => {
    const sampler = new data.WeightedRandomSampler([1, 0, 2, 5], 3, { seed: 4, replacement: false });
    expect(sorted(sampler)).toEqual([0, 2, 3]);
    expect(() => new data.WeightedRandomSampler([1, 0], 2, { replacement: false })).toThrow(
      "2 samples without replacement need at least 2 positive weights, there are 1",
    );
    expect(() => new data.WeightedRandomSampler([1, Number.NaN], 2)).toThrow("weights[1] is NaN");
    expect(() => new data.WeightedRandomSampler([0], 2)).toThrow(
      "need at least 1 positive weights, there are 0",
    );
    expect([...new data.WeightedRandomSampler([], 0)]).toEqual([]);
  });
});

describe("batches", () => {
  test("hold batchSize indices, the last what is left", () => {
    const inner = new data.SequentialSampler(5);
    expect([...new data.BatchSampler(inner, 2)]).toEqual([[0, 1], [2, 3], [4]]);
    expect([...new data.BatchSampler(inner, 2, { dropLast: true })]).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(new data.BatchSampler(inner, 2).length).toBe(3);
    expect(new data.BatchSampler(inner, 2, { dropLast: true }).length).toBe(2);
    expect(() => new data.BatchSampler(inner, 0)).toThrow(
      "BatchSampler: batchSize is 0, accepted: a whole number of at least 1",
    );
  });
});

describe("state", () => {
  const samplers: Record<string, (seed: number) => data.Sampler<number> | data.Sampler<number[]>> = {
    sequential: () => new data.SequentialSampler(30),
    random: (seed) => new data.RandomSampler(30, { seed }),
    replacement: (seed) => new data.RandomSampler(30, { seed, replacement: true }),
    subset: (seed) => new data.SubsetRandomSampler([...Array(30).keys()], { seed }),
    weighted: (seed) => new data.WeightedRandomSampler(Array(30).fill(1), 30, { seed }),
    batch: (seed) => new data.BatchSampler(new data.RandomSampler(30, { seed }), 4),
  };

  test.each(Object.entries(samplers))(
    "%s: another sampler goes on from the middle of an epoch",
    (_, make) => {
      const sampler = make(11);
      const whole: unknown[] = [[...sampler], [...sampler], [...sampler]].flat();
      const again = make(11);
      for (const _ of again);
      let state = again.state();
      const seen = whole.slice(0, again.length);
      for (const item of again) {
        seen.push(item);
        state = JSON.parse(JSON.stringify(again.state()));
        if (seen.length === again.length + 5) break;
      }
      expect(state).toMatchObject({ epoch: 1, position: 5 });
      const resumed = make(99); // its seed is replaced
      resumed.restore(state);
      expect([...seen, ...resumed, ...resumed]).toEqual(whole);
    },
  );

  test("a pass that was left early is not taken up again", () => {
    const sampler = new data.RandomSampler(5, { seed: 1 });
    for (const _ of sampler) break;
    expect([...sampler]).toEqual([...sampler.order(1)]);
  });

  test("what is not a state is refused", () => {
    const sampler = new data.RandomSampler(5, { seed: 1 });
    expect(() => sampler.restore({ seed: 1, epoch: -1, position: 0 })).toThrow(
      "RandomSampler.restore: the state's 'epoch' is -1; give what RandomSampler.state() returned",
    );
    expect(() => sampler.restore({} as data.SamplerState)).toThrow("'epoch' is undefined");
    expect(() => sampler.restore({ epoch: 0, position: 0 } as data.SamplerState)).toThrow(
      "'seed' is undefined",
    );
  });
});

describe("randomSplit", () => {
  const letters = new data.ArrayDataset([..."abcdefghij"]);
  const items = (part: data.Subset<string>) => part.indices.map((i) => letters.get(i));

  test("parts are disjoint, complete and those of PyTorch for the same generator", () => {
    using generator = Generator.create({ seed: 42 });
    const parts = data.randomSplit(letters, [7, 3], { generator });
    expect(parts.map((part) => part.length)).toEqual([7, 3]);
    expect(parts.flatMap(items).sort()).toEqual([..."abcdefghij"]);
    // torch.utils.data.random_split(range(10), [7, 3], torch.Generator().manual_seed(42)), PyTorch 2.13
    expect(parts.map((part) => part.indices)).toEqual([
      [2, 6, 1, 8, 4, 5, 0],
      [9, 3, 7],
    ]);
    generator.manualSeed(42);
    expect(scope(() => randperm(10, { generator }).toArray())).toEqual(parts.flatMap((part) => part.indices));
  });

  test("fractions: what rounding leaves over goes to the first parts", () => {
    expect(data.randomSplit(letters, [0.33, 0.33, 0.34]).map((part) => part.length)).toEqual([4, 3, 3]);
    expect(data.randomSplit(letters, [1]).map((part) => part.length)).toEqual([10]);
    expect(() => data.randomSplit(letters, [5, 4])).toThrow(
      "randomSplit: [5, 4] of 10 samples; give counts that sum to 10 or fractions that sum to 1",
    );
    expect(() => data.randomSplit(letters, [11, -1])).toThrow("randomSplit: [11, -1]");
  });
});
