// The contracts of data sets and of stateful things hold for sound ones, and each rule fails for one that breaks it.
import type { Batches, PictureSet, ProblemSet } from "@throughline/testing/contracts/data-sets";
import {
  displaySetContract,
  displaySetRules,
  taskSetContract,
  taskSetRules,
} from "@throughline/testing/contracts/data-sets";
import type { Rule } from "@throughline/testing/contracts/rules";
import { type Going, statefulContract, statefulRules } from "@throughline/testing/contracts/stateful";
import { type Generator, ones, rand, scope, type Tensor, tensor, zeros } from "@throughline/torch";
import { describe, expect, test } from "vitest";

/** The one rule with these words in its name. */
function ruleOf(rules: readonly Rule[], words: string): Rule {
  const [rule, ...others] = rules.filter(({ name }) => name.includes(words));
  expect(others, words).toEqual([]);
  return rule!;
}

/** Fails unless the rule does, saying so. */
async function expectBroken(rules: readonly Rule[], words: string, said: RegExp): Promise<void> {
  const rule = ruleOf(rules, words);
  await expect((async () => rule.check())()).rejects.toThrow(said);
}

const shape = { channels: 1, height: 2, width: 3 };
const draw = (rng: Generator): number => scope(() => rand([], { generator: rng }).item());
const inside = (at: number): void => {
  if (!Number.isInteger(at) || at < 0 || at >= 7) throw new RangeError(`there is no index ${at}`);
};

/** Problems of two pictures; the answer is the number's parity. `more` replaces parts. */
function problems(more: Partial<ProblemSet> = {}): ProblemSet {
  const target = (at: number): number => at % 2;
  return {
    ...{ length: 7, shape, form: "choice", views: 2 },
    describe: (at) => ({ target: target(at), views: [at, "b"] }),
    get(at, rng) {
      inside(at);
      const brightness = draw(rng);
      return { images: new Float32Array(12).fill(brightness), target: target(at), shape };
    },
    ...more,
  };
}

/** Displays whose one object fills the right half. */
function displays(more: Partial<PictureSet> = {}): PictureSet {
  return {
    ...{ length: 7, shape },
    get(at, rng) {
      inside(at);
      return { image: new Float32Array(6).fill(draw(rng)), owners: Uint8Array.of(0, 1, 1, 0, 1, 1), shape };
    },
    ...more,
  };
}

/** Two batches an epoch; `bend` changes them. */
const batchesOf =
  (
    make: () => Record<string, Tensor>,
    bend: (batch: Record<string, Tensor>, workers: number, at: number) => Record<string, Tensor> = (batch) =>
      batch,
  ): Batches =>
  async ({ workers }) => ({
    async *[Symbol.asyncIterator]() {
      for (const at of [0, 1]) {
        const batch = bend(make(), workers, at);
        yield batch;
        for (const part of Object.values(batch)) part.dispose();
      }
    },
  });

const problemBatch = () => ({ images: ones([3, 2, 1, 2, 3]), target: tensor([0n, 1n, 0n]) });
const displayBatch = () => ({ image: ones([3, 1, 2, 3]), owners: zeros([3, 2, 3]) });

taskSetContract("a sound set of problems", problems, batchesOf(problemBatch));
displaySetContract("a sound set of displays", displays, batchesOf(displayBatch));

describe("a set of problems is refused", () => {
  const [agree, same, ends, workers] = [
    "descriptions agree",
    "whatever order",
    "before the first",
    "worker threads",
  ];
  const { get } = problems();
  const bright: ProblemSet["get"] = (at, rng) => ({
    ...get(at, rng),
    images: new Float32Array(12).fill(1.1),
  });
  let reads = 0;
  const sets: readonly [string, string, Partial<ProblemSet>, RegExp][] = [
    ["one view of a choice", agree, { views: 1 }, /greater than or equal to 2/],
    ["too few pixels", agree, { views: 3 }, /12 to be 18/],
    ["brighter than 1", agree, { get: bright }, /less than or equal to/],
    ["no answer", agree, { get: (at, rng) => ({ ...get(at, rng), target: 2 }) }, /false to be true/],
    [
      "another shape",
      agree,
      { get: (at, rng) => ({ ...get(at, rng), shape: { ...shape, width: 6 } }) },
      /deeply equal/,
    ],
    [
      "descriptions of another answer",
      agree,
      { describe: () => ({ target: 0, views: [1, 2] }) },
      /deeply equal/,
    ],
    [
      "descriptions that change",
      agree,
      { describe: (at) => ({ target: at % 2, views: [at, reads++] }) },
      /deeply equal/,
    ],
    [
      "an order that matters",
      same,
      { get: (at, rng) => ({ ...get(at, rng), images: new Float32Array(12).fill(reads++ / 1e3) }) },
      /deeply equal/,
    ],
    ["an end that is none", ends, { get: (at, rng) => get(Math.abs(Math.floor(at)) % 7, rng) }, /to throw/],
  ];
  test.each(sets)("with %s", async (_, rule, more, said) => {
    await expectBroken(
      taskSetRules(() => problems(more), batchesOf(problemBatch)),
      rule,
      said,
    );
  });

  test.each([
    [
      "batches that depend on the threads",
      batchesOf(problemBatch, (b, n) => (n > 0 ? { ...b, images: b.images!.mul(2) } : b)),
      /deeply equal/,
    ],
    [
      "batches in another order",
      batchesOf(problemBatch, (b, n, at) => ({ ...b, images: b.images!.mul(n > 0 ? 1 - at : at) })),
      /deeply equal/,
    ],
    [
      "batches of flat pictures",
      batchesOf(problemBatch, (b) => ({ ...b, images: b.images!.flatten(1) })),
      /deeply equal/,
    ],
    [
      "answers that are no whole numbers",
      batchesOf(problemBatch, (b) => ({ ...b, target: ones([3]) })),
      /deeply equal/,
    ],
    ["no batches", async () => ({ async *[Symbol.asyncIterator]() {} }), /greater than 0/],
  ] as [string, Batches, RegExp][])("with %s", async (_, batches, said) => {
    await expectBroken(taskSetRules(problems, batches), workers!, said);
  });
});

describe("a set of displays is refused", () => {
  const { get } = displays();
  const nobody: PictureSet["get"] = (at, rng) => ({ ...get(at, rng), owners: new Uint8Array(6) });
  const few: PictureSet["get"] = (at, rng) => ({ ...get(at, rng), owners: Uint8Array.of(1) });
  test.each([
    ["without an owner", nobody, /0 to be greater than 0/],
    ["with owners of another size", few, /deeply equal/],
  ])("%s", async (_, bad, said) => {
    const rules = displaySetRules(() => displays({ get: bad }), batchesOf(displayBatch));
    await expectBroken(rules, "owners are numbered", said);
  });

  test("with batches of another shape", async () => {
    const batches = batchesOf(displayBatch, (b) => ({ ...b, owners: zeros([3, 6]) }));
    await expectBroken(displaySetRules(displays, batches), "worker threads", /deeply equal/);
  });
});

/** Counts on from a number, in steps that its state remembers. `more` replaces parts. */
function counter(
  which: "first" | "second",
  more: (self: { at: number; by: number }) => Partial<Going> = () => ({}),
): Going {
  const self = { at: which === "first" ? 1 : 50, by: 1 };
  return {
    save: () => ({ ...self, history: new Map([["at", tensor([self.at])]]), list: [self.by] }),
    load: ({ at, by }: { at: number; by: number }) => Object.assign(self, { at, by }),
    step: () => {
      self.at += self.by;
      self.by += 1;
      return [self.at, new Uint8Array([self.by])];
    },
    ...more(self),
  };
}

statefulContract("a sound counter", (which) => counter(which));

describe("a thing with a state is refused", () => {
  test.each<[string, number, Parameters<typeof counter>[1]]>([
    [
      "whose state leaves something out",
      3,
      (self) => ({ load: ({ at }: { at: number }) => Object.assign(self, { at }) }),
    ],
    ["whose state is not taken over", 0, () => ({ load: () => undefined })],
    ["whose state is that of its beginning", 3, () => ({ save: () => ({ at: 1, by: 1 }) })],
    ["whose steps depend on more than its state", 3, () => ({ step: () => Math.random() })],
  ])("%s", async (_, steps, more) => {
    await expectBroken(
      statefulRules((which) => counter(which, more)),
      `after ${steps} steps`,
      /deeply equal/,
    );
  });
});
