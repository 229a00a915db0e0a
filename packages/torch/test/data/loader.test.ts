import {
  arange,
  data,
  Generator,
  keep,
  liveTensors,
  manualSeed,
  randn,
  scope,
  type Tensor,
  TorchError,
  tensor,
  zeros,
} from "@throughline/torch";
import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { checkLeaks, drain, freeze, release } from "./helpers.js";

checkLeaks();

const { DataLoader } = data;
const numbers = new data.ArrayDataset(Array.from({ length: 10 }, (_, i) => i));
const noisy: data.Dataset<[number, Tensor]> = {
  length: 10,
  get: (index, rng) => [index, randn([2], { generator: rng })],
};
const values = <B>(batches: Iterable<B>) => Array.from(batches, freeze);
/** The batches' numbers. */
const lists = (loader: data.DataLoader<number>) =>
  Array.from(loader.sync(), (batch) => scope(() => batch.toArray()) as number[]);

describe("batches", () => {
  test("in order, the last one smaller", () => {
    const loader = new DataLoader(numbers, { batchSize: 4 });
    expect(lists(loader)).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
    expect(loader.length).toBe(3);
    expect(lists(new DataLoader(numbers, { batchSize: 4, dropLast: true }))).toHaveLength(2);
    expect(new DataLoader(numbers).length).toBe(10);
    expect(lists(new DataLoader(new data.ArrayDataset<number>([])))).toEqual([]);
  });

  test("shuffled: every sample once, another order each epoch, a function of the seed", () => {
    const make = (seed: number) => new DataLoader(numbers, { batchSize: 3, shuffle: true, seed });
    const loader = make(1);
    const epochs = [lists(loader), lists(loader)];
    for (const epoch of epochs) expect(epoch.flat().sort((a, b) => a - b)).toEqual([...numbers.items]);
    expect(epochs[0]).not.toEqual(epochs[1]);
    const again = make(1);
    expect([lists(again), lists(again)]).toEqual(epochs);
    expect(lists(make(2))).not.toEqual(epochs[0]);
  });

  test("manualSeed or a generator stands for the seed", () => {
    const run = () => {
      manualSeed(3);
      return lists(new DataLoader(numbers, { shuffle: true }));
    };
    expect(run()).toEqual(run());
    using generator = Generator.create({ seed: 8 });
    const first = new DataLoader(numbers, { shuffle: true, generator }).state().seed;
    expect(new DataLoader(numbers, { shuffle: true, generator }).state().seed).not.toBe(first);
  });

  test("by the user's sampler, batches or collate function", () => {
    const sampler = new data.SubsetRandomSampler([1, 3], { seed: 0 });
    expect(
      lists(new DataLoader(numbers, { sampler, batchSize: 2 }))
        .flat()
        .sort(),
    ).toEqual([1, 3]);
    const batchSampler = new data.BatchSampler(new data.SequentialSampler(3), 2);
    expect(lists(new DataLoader(numbers, { batchSampler }))).toEqual([[0, 1], [2]]);
    const loader = new DataLoader(numbers, { batchSize: 5, collate: (items, at) => `${items}|${at.length}` });
    expectTypeOf(loader.sync()).toEqualTypeOf<globalThis.Generator<string, void, void>>();
    expect([...loader.sync()]).toEqual(["0,1,2,3,4|5", "5,6,7,8,9|5"]);
  });

  test("for await gives what sync() gives", async () => {
    const make = () => new DataLoader(noisy, { batchSize: 3, shuffle: true, seed: 5 });
    expect(await drain(make())).toEqual(values(make().sync()));
  });

  test("the event loop turns between batches", async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    for await (const _ of new DataLoader(numbers)) {
      const until = performance.now() + 2;
      while (performance.now() < until);
    }
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
  });
});

describe("for any dataset, size of batches and place to stop", () => {
  const labels = Array.from({ length: 12 }, (_, i) => 100 + i);
  const rows = (n: number) => new data.ArrayDataset(labels.slice(0, n));
  const kinds: Record<string, (n: number) => data.Dataset<number>> = {
    array: rows,
    mapped: (n) =>
      data.map(new data.ArrayDataset(labels.slice(0, n).map(String)), (text) => Number.parseInt(text, 10)),
    "one after another": (n) => {
      const cut = Math.floor(n / 3);
      const tail = new data.ArrayDataset(labels.slice(cut, n));
      return new data.ConcatDataset([rows(cut), new data.ArrayDataset<number>([]), tail]);
    },
    "part of a larger one": (n) =>
      new data.Subset(
        rows(12),
        Array.from({ length: n }, (_, i) => n - 1 - i),
      ),
  };
  const settings = fc.record({
    n: fc.nat({ max: 12 }),
    batchSize: fc.integer({ min: 1, max: 14 }),
    dropLast: fc.boolean(),
    shuffle: fc.boolean(),
    seed: fc.nat({ max: 99 }),
    stop: fc.nat({ max: 14 }),
  });
  const sorted = (items: number[]) => [...items].sort((a, b) => a - b);

  test.each(Object.entries(kinds))("%s", (_, make) => {
    fc.assert(
      fc.property(settings, ({ n, stop, ...options }) => {
        const open = (seed = options.seed) => new DataLoader(make(n), { ...options, seed });
        const loader = open();
        const [first, second] = [lists(loader), lists(loader)];
        const full = Math.floor(n / options.batchSize);
        const rest = options.dropLast ? 0 : n % options.batchSize;
        // Full batches, then what is left; every sample once, unless the last ones are dropped.
        const sizes = [...Array<number>(full).fill(options.batchSize), ...(rest > 0 ? [rest] : [])];
        for (const epoch of [first, second]) {
          expect(epoch.map((batch) => batch.length)).toEqual(sizes);
          const seen = epoch.flat();
          if (options.dropLast) expect(new Set(seen).size).toBe(seen.length);
          else expect(sorted(seen)).toEqual(labels.slice(0, n));
          for (const label of seen) expect(labels.slice(0, n)).toContain(label);
        }
        expect(loader.length).toBe(sizes.length);
        if (!options.shuffle) expect(second).toEqual(first);
        // Left after `stop` batches, and taken up by another loader from what it says then.
        const left = open();
        let state = left.state();
        let count = 0;
        if (stop > 0) {
          for (const batch of left.sync()) {
            state = left.state();
            count += 1;
            if (count === stop) {
              batch.dispose();
              break;
            }
          }
        }
        const resumed = open(options.seed + 1);
        resumed.restore(JSON.parse(JSON.stringify(state)));
        expect([lists(resumed), lists(resumed)]).toEqual([first.slice(count), second]);
      }),
      { numRuns: 60, seed: 9 },
    );
  });
});

describe("randomness of samples", () => {
  test("depends on seed, epoch and index only", () => {
    const sample = (loader: data.DataLoader<[number, Tensor]>) => {
      const found = new Map<number, unknown>();
      for (const [index, noise] of loader.sync())
        found.set(
          scope(() => index.item()),
          freeze(noise),
        );
      return found;
    };
    const plain = new DataLoader(noisy, { seed: 2 });
    const mixed = new DataLoader(noisy, { seed: 2, shuffle: true });
    const [first, second] = [sample(plain), sample(plain)];
    expect(new Map([...sample(mixed)].sort(([a], [b]) => a - b))).toEqual(first);
    expect(new Set([...first.values(), ...second.values()]).size).toBe(20);
    expect(sample(new DataLoader(noisy, { seed: 3 })).get(0)).not.toEqual(first.get(0));
  });
});

describe("resuming", () => {
  test.each([0, 2, 4])("after %i batches of the second epoch, bit for bit", (count) => {
    const make = (seed: number) => new DataLoader(noisy, { batchSize: 3, shuffle: true, seed });
    const loader = make(6);
    const whole = [0, 1, 2].flatMap(() => values(loader.sync()));
    const first = make(6);
    const seen = values(first.sync());
    let state = first.state();
    expect(state).toEqual({ seed: 6, order: 6, epoch: 1, position: 0, batches: 4 });
    if (count > 0) {
      for (const batch of first.sync()) {
        seen.push(freeze(batch));
        state = first.state();
        if (state.position === count) {
          release(batch);
          break;
        }
      }
    }
    const resumed = make(7);
    resumed.restore(JSON.parse(JSON.stringify(state)));
    seen.push(...values(resumed.sync()));
    if (count === 4) expect(seen).toHaveLength(8);
    seen.push(...values(resumed.sync()));
    expect(seen).toEqual(whole.slice(0, seen.length));
  });

  test("a loop that was left starts the next epoch", () => {
    const loader = new DataLoader(numbers, { batchSize: 5, shuffle: true, seed: 1 });
    for (const batch of loader.sync()) {
      batch.dispose();
      break;
    }
    expect(loader.state()).toMatchObject({ epoch: 0, position: 1 });
    const fresh = new DataLoader(numbers, { batchSize: 5, shuffle: true, seed: 1 });
    lists(fresh);
    expect(lists(loader)).toEqual(lists(fresh));
  });

  test("what does not fit is refused", () => {
    const loader = new DataLoader(numbers, { batchSize: 5 });
    expect(() => loader.restore({ ...loader.state(), batches: 9, position: 4 })).toThrow(
      "DataLoader.restore: the state is at batch 4 of 9, this loader's epochs have 2 batches",
    );
    expect(() => loader.restore({ ...loader.state(), position: 3 })).toThrow("at batch 3 of 2");
    expect(() => loader.restore(JSON.parse("null"))).toThrow("'seed' is undefined");
  });
});

describe("memory", () => {
  test("one batch at a time is alive", () => {
    const before = liveTensors();
    const kept: Tensor[] = [];
    for (const batch of new DataLoader(numbers, { batchSize: 3 }).sync()) {
      kept.push(batch);
      expect(liveTensors() - before).toBe(1);
    }
    expect(() => kept[0]!.sum()).toThrow("disposed");
  });

  test("releaseBatches: false leaves them to the caller", () => {
    const batches = [...new DataLoader(numbers, { batchSize: 5, releaseBatches: false }).sync()];
    expect(batches.map((batch) => scope(() => batch.sum().item()))).toEqual([10, 35]);
    for (const batch of batches) batch.dispose();
  });

  test("tensors that the dataset keeps are not released", () => {
    const own = [keep(zeros([1])), keep(tensor([1]))];
    const loader = new DataLoader(new data.ArrayDataset(own), { batchSize: 2, collate: (items) => items });
    for (const _ of loader.sync());
    expect(own.map((item) => item.item())).toEqual([0, 1]);
    release(own);
  });

  test("inside a scope, batches belong to it", () => {
    scope(() => {
      for (const _ of new DataLoader(numbers, { releaseBatches: false }).sync());
      expect(liveTensors()).toBeGreaterThanOrEqual(10);
    });
  });
});

describe("streams", () => {
  const counting = (count: number): data.IterableDataset<[number, Tensor]> => ({
    *iterate(rng) {
      for (let i = 0; i < count; i++) yield [i, randn([], { generator: rng })];
    },
  });

  test("come in their own order, with randomness that is a function of seed and epoch", () => {
    const make = (dropLast = false) => new DataLoader(counting(7), { batchSize: 3, seed: 4, dropLast });
    const loader = make();
    const epochs = [values(loader.sync()), values(loader.sync())];
    expect(epochs.map((epoch) => epoch.length)).toEqual([3, 3]);
    expect(epochs[0]).not.toEqual(epochs[1]);
    expect(values(make(true).sync())).toEqual(epochs[0]!.slice(0, 2));
    const resumed = make();
    resumed.restore({ ...loader.state(), epoch: 1, position: 2 });
    expect(values(resumed.sync())).toEqual(epochs[1]!.slice(2));
  });

  test("a stream of whole batches ends without an empty one", () => {
    expect(values(new DataLoader(counting(6), { batchSize: 3 }).sync())).toHaveLength(2);
    expect(values(new DataLoader(counting(0)).sync())).toEqual([]);
  });

  test("a stream that is left early is closed", () => {
    let closed = 0;
    const stream: data.IterableDataset<number> = {
      *iterate() {
        try {
          for (let i = 0; ; i++) yield i;
        } finally {
          closed++;
        }
      },
    };
    for (const batch of new DataLoader(stream).sync()) {
      batch.dispose();
      break;
    }
    expect(closed).toBe(1);
  });

  test("what a stream cannot have is refused", () => {
    expect(() => new DataLoader(counting(3)).length).toThrow("has no known number of samples");
    expect(() => new DataLoader(counting(3), { shuffle: true })).toThrow(
      "in its own order; leave 'shuffle' out",
    );
    const endless = { iterate: async function* () {} } as unknown as data.IterableDataset<number>;
    expect(() => [...new DataLoader(endless).sync()]).toThrow("epoch 0 of dataset: iterate() returned");
  });
});

describe("errors", () => {
  const failing: data.Dataset<number> = {
    length: 5,
    get(index) {
      if (index === 3) throw new RangeError("gone");
      return index;
    },
  };

  test("of a sample name it and its dataset, and keep the original as the cause", () => {
    const loader = new DataLoader(failing, { batchSize: 2 });
    let caught: unknown;
    const seen: number[][] = [];
    try {
      for (const batch of loader.sync()) seen.push(scope(() => batch.toArray()) as number[]);
    } catch (error) {
      caught = error;
    }
    expect(seen).toEqual([[0, 1]]);
    expect(caught).toBeInstanceOf(TorchError);
    expect(caught).toMatchObject({ code: "data/sample", message: "sample 3 of dataset: RangeError: gone" });
    expect((caught as Error).cause).toBeInstanceOf(RangeError);
  });

  test("of collation name the batch, the dataset and the samples", () => {
    const ragged = data.map(numbers, (n) => arange(n % 3));
    expect(() => [...new DataLoader(ragged, { batchSize: 4 }).sync()]).toThrow(
      "batch [0, 1, 2, 3] of MapDataset: collate: sample 1 has i64[1], sample 0 has i64[0]",
    );
  });

  test("promises are refused", () => {
    const late = data.map(numbers, async (n) => n);
    expect(() => [...new DataLoader(late).sync()]).toThrow(
      "sample 0 of MapDataset: get() returned a promise",
    );
  });

  test.each<[() => unknown, string]>([
    [
      () => new DataLoader(5 as never),
      "DataLoader: 5 is not a dataset; accepted: an object with length and get()",
    ],
    [
      () => new DataLoader(numbers, { batchSize: 0 }),
      "DataLoader: batchSize is 0, accepted: a whole number of at least 1",
    ],
    [() => new DataLoader(numbers, { seed: -1 }), "DataLoader: seed is -1"],
    [() => new DataLoader(numbers, { workers: 2 } as never), "use DataLoader.fromModule"],
    [
      () => new DataLoader(numbers, { shuffle: true, sampler: new data.SequentialSampler(3) }),
      "DataLoader: 'sampler' gives the order; leave 'shuffle' out",
    ],
    [
      () =>
        new DataLoader(numbers, {
          batchSize: 2,
          batchSampler: new data.BatchSampler(new data.SequentialSampler(3), 1),
        }),
      "DataLoader: 'batchSampler' makes the batches; leave 'batchSize' out",
    ],
  ])("options: %#", (make, text) => {
    expect(make).toThrow(text);
  });
});
