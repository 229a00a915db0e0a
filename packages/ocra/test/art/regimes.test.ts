// Every task, regime and split: set sizes, answers, balance, and that training and test problems have nothing in common.

import { join } from "node:path";
import { artTask, artTaskNames, type ProblemDescription, type TaskSet } from "@throughline/ocra";
import { testFolder } from "@throughline/testing/folders";
import { io, rand, scope } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import { solve } from "./solver.js";

// Supplement, table S1: [train, test] for m = 95, 85, 50, 0.
const sizes = {
  "same-different": { 95: [40, 10000], 85: [420, 10000], 50: [4900, 4900], 0: [18810, 990] },
  rmts: { 95: [480, 10000], 85: [10000, 10000], 50: [10000, 10000], 0: [10000, 10000] },
  "distribution-of-3": { 95: [360, 10000], 85: [10000, 10000], 50: [10000, 10000], 0: [10000, 10000] },
  "identity-rules": { 95: [8640, 10000], 85: [10000, 10000], 50: [10000, 10000], 0: [10000, 10000] },
} as const;

const regimes = artTaskNames.flatMap((task) => ([95, 85, 50, 0] as const).map((m) => [task, m] as const));

interface Read {
  readonly problems: readonly ProblemDescription[];
  /** Problems as they look but for jitter. */
  readonly keys: readonly string[];
  readonly objects: ReadonlySet<number>;
}

function read(set: TaskSet): Read {
  const problems = Array.from({ length: set.length }, (_, at) => set.describe(at));
  const keys = problems.map(({ views }) =>
    views.map((view) => view.map(({ object }) => object).join()).join(";"),
  );
  const objects = new Set(
    problems.flatMap(({ views }) => views.flatMap((view) => view.map(({ object }) => object))),
  );
  return { problems, keys, objects };
}

const count = <T>(items: readonly T[], wanted: (item: T) => boolean): number => items.filter(wanted).length;

/** Within five standard deviations of a binomial count. */
function expectShare(part: number, whole: number, share: number): void {
  expect(Math.abs(part - whole * share)).toBeLessThan(5 * Math.sqrt(whole * share * (1 - share)) + 1);
}

describe.each(regimes)("%s, m = %i", (task, m) => {
  const train = read(artTask(task, { m, split: "train", seed: 11 }));
  const held = read(artTask(task, { m, split: "test", seed: 11 }));
  const both = [train, held] as const;

  test("has the paper's numbers of problems", () => {
    expect(both.map(({ problems }) => problems.length)).toEqual(sizes[task][m]);
  });

  test("the answer follows from the objects, and so does the rule", () => {
    for (const { problems } of both) {
      for (const { views, target, rule } of problems) {
        expect(solve(`art/${task}`, views)).toEqual({ target, rule });
      }
    }
  });

  test("training and test problems have no object in common, or for m = 0 no problem", () => {
    if (m === 0) {
      const seen = new Set(train.keys);
      expect(held.keys.filter((key) => seen.has(key))).toEqual([]);
      expect([train.objects.size, held.objects.size]).toEqual([100, 100]);
    } else {
      expect([...train.objects].filter((object) => held.objects.has(object))).toEqual([]);
      expect([train.objects.size, held.objects.size]).toEqual([100 - m, m]);
    }
  });

  test("answers and rules are as frequent as they should be", () => {
    for (const { problems } of both) {
      const views = problems[0]!.views.length;
      for (let target = 0; target < Math.max(2, views); target++) {
        expectShare(
          count(problems, (problem) => problem.target === target),
          problems.length,
          1 / Math.max(2, views),
        );
      }
      const rules = [...new Set(problems.map(({ rule }) => rule))];
      expect(rules).toHaveLength(
        { "same-different": 2, rmts: 2, "distribution-of-3": 1, "identity-rules": 3 }[task],
      );
      // All problems of 15 objects: 65 520 with a same source pair, 720 720 with a different one.
      const imbalanced = task === "rmts" && m === 85 && problems === train.problems;
      for (const rule of rules) {
        const share = imbalanced ? (rule === "same" ? 65520 : 720720) / 786240 : 1 / rules.length;
        expectShare(
          count(problems, (problem) => problem.rule === rule),
          problems.length,
          share,
        );
      }
    }
  });
});

describe("repetitions", () => {
  const distinct = ({ keys }: Read): number => new Set(keys).size;

  test("where all problems are listed, each is there: once, but for what balances the rules", () => {
    const rmts = read(artTask("rmts", { m: 95 }));
    expect(distinct(rmts)).toBe(480);
    const three = read(artTask("distribution-of-3", { m: 95 }));
    expect(
      new Set(
        three.problems.map(({ views }) =>
          views[0]!
            .slice(0, 5)
            .map(({ object }) => object)
            .join(),
        ),
      ).size,
    ).toBe(360);
    // 5 sets of four objects: 288 AAA problems of each, topped up to 576; 576 of either other rule.
    const identity = read(artTask("identity-rules", { m: 95 }));
    expect(distinct(identity)).toBe(5 * (288 + 576 + 576));
    const times = new Map<string, number>();
    for (const key of identity.keys) times.set(key, (times.get(key) ?? 0) + 1);
    for (const [at, { rule }] of identity.problems.entries()) {
      if (rule !== "AAA") expect(times.get(identity.keys[at]!)).toBe(1);
    }
    expect(identity.problems.filter(({ rule }) => rule === "AAA")).toHaveLength(5 * 576);
  });

  test("same pairs are repeated until there are as many as different ones; none is left out", () => {
    for (const m of [95, 85]) {
      const { keys, problems } = read(artTask("same-different", { m }));
      const n = 100 - m;
      const of = (rule: string): string[] => keys.filter((_, at) => problems[at]!.rule === rule);
      expect([of("same").length, of("different").length]).toEqual([n * (n - 1), n * (n - 1)]);
      expect([new Set(of("same")).size, new Set(of("different")).size]).toEqual([n, n * (n - 1)]);
    }
  });

  test("subsamples repeat nothing", () => {
    for (const task of ["rmts", "identity-rules"] as const) {
      expect(distinct(read(artTask(task, { m: 95, split: "test" })))).toBe(10000);
      expect(distinct(read(artTask(task, { m: 85, method: "subsample", count: 500 })))).toBe(500);
    }
  });
});

describe("seeds and options", () => {
  test("the held-out objects are a function of m and the seed, the same for all tasks", () => {
    const objects = (task: (typeof artTaskNames)[number], seed: number): string =>
      [...read(artTask(task, { m: 95, seed })).objects].sort((a, b) => a - b).join();
    const splits = artTaskNames.map((task) => objects(task, 4));
    expect(new Set(splits).size).toBe(1);
    expect(objects("rmts", 5)).not.toBe(splits[0]);
  });

  test("every object is held out as often", () => {
    const times = new Array<number>(100).fill(0);
    for (let seed = 0; seed < 400; seed++) {
      for (const object of read(artTask("same-different", { m: 85, seed })).objects) times[object]!++;
    }
    // Each is binomial(400, 0.15): mean 60, standard deviation 7.1.
    expect(Math.max(...times.map((each) => Math.abs(each - 60)))).toBeLessThan(5 * 7.1);
  });

  test("problems are a function of the seed", () => {
    const keys = (seed: number): string =>
      read(artTask("identity-rules", { m: 50, seed, count: 50 })).keys.join("|");
    expect(keys(1)).toBe(keys(1));
    expect(keys(2)).not.toBe(keys(1));
  });

  test.each([
    ["rmts", { m: 97 }, /^art\/rmts: with m = 97 of 100 objects the train split has 3; a problem needs 5$/],
    ["rmts", { m: 101 }, /^art\/rmts: m is 101, and there are 100 objects; give a number from 0 to 95$/],
    ["rmts", { m: 2, split: "test" }, /with m = 2 of 100 objects the test split has 2; a problem needs 5$/],
    [
      "rmts",
      { m: 95, method: "subsample", count: 481 },
      /count is 481; at m = 95 the train split has 480 problems$/,
    ],
    ["distribution-of-3", { m: 95, count: 361 }, /count is 361; at m = 95 the train split has 360 problems$/],
    [
      "same-different",
      { m: 0, split: "test", count: 991 },
      /count is 991; at m = 0 the test split has 990 problems$/,
    ],
    ["identity-rules", { m: 1.5 }, /^art\/identity-rules: m is 1.5, accepted: a whole number of at least 0$/],
    [
      "identity-rules",
      { method: "all" as "subsample" },
      /method is "all", accepted: "subsample" or "full_space"$/,
    ],
    [
      "rmts",
      { method: "full_space" },
      /^art\/rmts: method is full_space at m = 0; accepted there: subsample$/,
    ],
    [
      "same-different",
      { m: 95, method: "subsample" },
      /^art\/same-different takes no method; accepted: rmts /,
    ],
    ["idrules" as "rmts", {}, /^artTask: task is "idrules", accepted: "same-different" or "rmts" or /],
  ] as const)("%s with %o is refused in a sentence", (task, options, sentence) => {
    expect(() => artTask(task, options)).toThrow(sentence);
  });
});

describe("few objects", () => {
  test.each([2, 3, 9])("same/different at m = 0 with %i objects has both kinds on both sides", (n) => {
    const objects = join(testFolder(), "objects.npy");
    scope(() => io.saveNpy(objects, rand([n, 32, 32]).mul(255).to("uint8")));
    for (const split of ["train", "test"] as const) {
      const set = artTask("same-different", { m: 0, split, objects, size: 16 });
      const rules = Array.from({ length: set.length }, (_, at) => set.describe(at).rule);
      const same = rules.filter((rule) => rule === "same").length;
      expect(same).toBeGreaterThan(0);
      expect(2 * same).toBe(rules.length);
    }
  });

  test("a limit takes what there is, and is the beginning of a count of as many", () => {
    const options = { m: 95, split: "test", size: 16 } as const;
    for (const task of artTaskNames) {
      const [limited, counted] = [{ atMost: 300 }, { count: 300 }].map((size) =>
        artTask(task, { ...options, ...size }),
      );
      expect(limited!.length).toBe(300);
      for (const at of [0, 299]) expect(limited!.describe(at)).toEqual(counted!.describe(at));
    }
    expect(artTask("same-different", { m: 0, split: "test", size: 16, atMost: 2000 }).length).toBe(990);
  });

  test("a limit on testing leaves the training problems that it avoids as they are", () => {
    const key = (set: ReturnType<typeof artTask>, at: number) =>
      JSON.stringify(set.describe(at).views.map((view) => view.map(({ object }) => object)));
    const train = artTask("identity-rules", { m: 0, size: 16 });
    const trained = new Set(Array.from({ length: train.length }, (_, at) => key(train, at)));
    const test = artTask("identity-rules", { m: 0, split: "test", size: 16, atMost: 500 });
    const shared = Array.from({ length: test.length }, (_, at) => key(test, at)).filter((one) =>
      trained.has(one),
    );
    expect(shared).toEqual([]);
  });
});
