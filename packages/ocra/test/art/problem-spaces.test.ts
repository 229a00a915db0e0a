// The spaces of ART's problems, listed once more from the tasks' definitions: for few objects, what the generators draw is
// exactly these.
import { Random } from "@throughline/lab/random";
import { identityProblems, rmtsProblems } from "@throughline/ocra";
import { describe, expect, test } from "vitest";
import { arrangement, arrangements, sampleRanks } from "../../src/art/arrangements.js";
import { distributionProblems, distributionSpace } from "../../src/art/distribution-of-3.js";
import { identitySpace, identitySubsampleLimit } from "../../src/art/identity-rules.js";
import type { ProblemRow } from "../../src/art/problem-table.js";
import { splitObjects } from "../../src/art/regime.js";
import { rmtsSpace, rmtsSubsampleLimit } from "../../src/art/rmts.js";
import { sameDifferentProblems, sharedSameDifferentProblems } from "../../src/art/same-different.js";

/** All ordered choices of k of the numbers below n, by recursion. */
function ordered(n: number, k: number, taken: readonly number[] = []): number[][] {
  if (taken.length === k) return [[...taken]];
  return Array.from({ length: n }, (_, at) => at)
    .filter((at) => !taken.includes(at))
    .flatMap((at) => ordered(n, k, [...taken, at]));
}

const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);

const keyOf = ({ objects, target, rule }: ProblemRow): string => `${rule} ${objects.join()} ${target}`;

/** How often each problem occurs. */
function tally(rows: readonly ProblemRow[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const row of rows) times.set(keyOf(row), (times.get(keyOf(row)) ?? 0) + 1);
  return times;
}

describe("ordered choices", () => {
  test.each([
    [1, 1],
    [4, 2],
    [5, 5],
    [6, 3],
    [7, 4],
  ])("of %i things, %i at a time: each number gives another one, and all are there", (n, k) => {
    const all = Array.from({ length: arrangements(n, k) }, (_, rank) => arrangement(rank, n, k).join());
    expect(all.sort()).toEqual(
      ordered(n, k)
        .map((one) => one.join())
        .sort(),
    );
  });

  test("there is none of more things than there are", () => {
    expect(arrangements(3, 4)).toBe(0);
    expect(arrangements(0, 1)).toBe(0);
    expect(arrangements(3, 0)).toBe(1);
  });

  test.each([
    [10, 10],
    [12, 5],
    [1000, 20],
  ])("numbers below %i, %i of them: different, in range, and each as likely", (n, count) => {
    const times = new Array<number>(n).fill(0);
    const draws = 300;
    for (let draw = 0; draw < draws; draw++) {
      const ranks = sampleRanks(n, count, new Random("test ranks", n, draw));
      expect(new Set(ranks).size).toBe(count);
      for (const rank of ranks) times[rank]!++;
    }
    expect(times).toHaveLength(n);
    const share = count / n;
    const room = 6 * Math.sqrt(draws * share * (1 - share)) + 1e-9;
    for (const found of times) expect(Math.abs(found - draws * share)).toBeLessThanOrEqual(room);
  });
});

describe("relational match-to-sample", () => {
  /** Every problem of n objects, by definition: a source pair, one pair that has its relation, one that has not. */
  function definition(n: number): string[] {
    const same = ordered(n, 4).map(([a, b, c, d]) => ({ source: [a, a], match: [b, b], foil: [c, d] }));
    const different = ordered(n, 5).map(([a, b, c, d, e]) => ({
      source: [a, b],
      match: [c, d],
      foil: [e, e],
    }));
    return [...same, ...different]
      .flatMap(({ source, match, foil }) => {
        const rule = source[0] === source[1] ? "same" : "different";
        return [
          `${rule} ${[source, match, foil].flat().join()} 0`,
          `${rule} ${[source, foil, match].flat().join()} 1`,
        ];
      })
      .sort();
  }

  test("the full space of five objects is every problem once: 48·C(5, 4) and 240·C(5, 5)", () => {
    expect(rmtsSpace(5)).toBe(48 * choose(5, 4) + 240 * choose(5, 5));
    const rows = rmtsProblems(5, rmtsSpace(5), "full_space", new Random("rmts", 1));
    expect(rows.map(keyOf).sort()).toEqual(definition(5));
  });

  test("of six objects, as long as no kind must be topped up, each problem at most once", () => {
    const rows = rmtsProblems(6, 2 * 48 * choose(6, 4), "full_space", new Random("rmts", 2));
    const known = new Set(definition(6));
    expect(known.size).toBe(48 * choose(6, 4) + 240 * choose(6, 5));
    expect(new Set(rows.map(keyOf)).size).toBe(rows.length);
    expect(rows.every((row) => known.has(keyOf(row)))).toBe(true);
    // One more problem, and some same ones are repeated: 721 of them are wanted, 720 there are.
    const topped = tally(rmtsProblems(6, 1442 + 5000, "full_space", new Random("rmts", 2)));
    expect([...topped.keys()].filter((key) => key.startsWith("same"))).toHaveLength(720);
  });

  test("with more asked for than there are, the rarer kind is topped up to half and no problem is lost", () => {
    const space = rmtsSpace(6); // 720 same, 1440 different
    const times = tally(rmtsProblems(6, 2 * space, "full_space", new Random("rmts", 3)));
    expect(times.size).toBe(space);
    const total = (rule: string): number =>
      [...times].filter(([key]) => key.startsWith(rule)).reduce((sum, [, count]) => sum + count, 0);
    expect([total("same"), total("different")]).toEqual([space, space]);
  });

  test("a subsample has both kinds as often and no problem twice, to the last one there is", () => {
    const limit = rmtsSubsampleLimit(5);
    const rows = rmtsProblems(5, limit, "subsample", new Random("rmts", 4));
    expect(tally(rows).size).toBe(limit);
    expect(rows.filter(({ rule }) => rule === "same")).toHaveLength(limit / 2);
    const known = new Set(definition(5));
    for (const row of rows) expect(known.has(keyOf(row))).toBe(true);
  });

  test("a subsample avoids what was seen", () => {
    const first = rmtsProblems(6, 300, "subsample", new Random("rmts", 5));
    const seen = new Set(first.map(({ objects }) => objects.join()));
    const second = rmtsProblems(6, 300, "subsample", new Random("rmts", 5), new Set(seen));
    for (const { objects } of second) expect(seen.has(objects.join())).toBe(false);
  });
});

describe("distribution of three", () => {
  test("the space of four objects is each two orders of each three, once: 36·C(4, 3)", () => {
    expect(distributionSpace(4)).toBe(36 * choose(4, 3));
    const rows = distributionProblems(4, distributionSpace(4), new Random("three", 1));
    const contexts = rows.map(({ objects, target }) => [
      ...objects.slice(0, 5),
      objects[5 + target]!, // the second row, complete
    ]);
    const expected = ordered(4, 3).flatMap((first) =>
      ordered(3, 3).map((places) => [...first, ...places.map((place) => first[place]!)].join()),
    );
    expect(contexts.map((row) => row.join()).sort()).toEqual(expected.sort());
  });

  test("the choices are the row's three objects and one that is not in it, in any order", () => {
    const rows = distributionProblems(9, 2000, new Random("three", 2));
    const places = [0, 0, 0, 0];
    const others = new Array<number>(9).fill(0);
    for (const { objects, target } of rows) {
      const [first, choices] = [objects.slice(0, 3), objects.slice(5)];
      const foreign = choices.filter((object) => !first.includes(object));
      expect(foreign).toHaveLength(1);
      expect(new Set(choices).size).toBe(4);
      places[target]!++;
      others[foreign[0]!]!++;
    }
    // 2000 draws: each place is binomial(2000, ¼), each foreign object binomial(2000, 1/9).
    for (const count of places) expect(Math.abs(count - 500)).toBeLessThan(6 * Math.sqrt(2000 * 0.1875));
    for (const count of others) {
      expect(Math.abs(count - 2000 / 9)).toBeLessThan(6 * Math.sqrt((2000 * 8) / 81));
    }
  });
});

describe("identity rules", () => {
  /** Every problem of n objects, by definition, and in how many ways its objects and choices can be named. */
  function definition(n: number): Map<string, number> {
    const times = new Map<string, number>();
    const rows: Record<string, (a: number, b: number, c: number, d: number) => number[]> = {
      AAA: (a, b) => [a, a, a, b, b, b],
      ABA: (a, b, c, d) => [a, b, a, c, d, c],
      ABB: (a, b, c, d) => [a, b, b, c, d, d],
    };
    for (const [rule, row] of Object.entries(rows)) {
      for (const [a, b, c, d] of ordered(n, 4) as [number, number, number, number][]) {
        const cells = row(a, b, c, d);
        for (const places of ordered(4, 4)) {
          const choices = places.map((place) => [a, b, c, d][place]!);
          const key = `${rule} ${[...cells.slice(0, 5), ...choices].join()} ${choices.indexOf(cells[5]!)}`;
          times.set(key, (times.get(key) ?? 0) + 1);
        }
      }
    }
    return times;
  }

  test.each([4, 5])(
    "the full space of %i objects is every problem; AAA topped up, so that rules are balanced",
    (n) => {
      const rows = identityProblems(n, identitySpace(n), "full_space", new Random("rules", n));
      const found = tally(rows);
      expect([...found.keys()].sort()).toEqual([...definition(n).keys()].sort());
      expect(found.size).toBe((288 + 576 + 576) * choose(n, 4));
      for (const rule of ["AAA", "ABA", "ABB"])
        expect(rows.filter((row) => row.rule === rule)).toHaveLength(576 * choose(n, 4));
      for (const [key, count] of found) if (!key.startsWith("AAA")) expect(count).toBe(1);
    },
  );

  test("AAA's repetitions are random: a problem's own time, and as many more as a Poisson variable of mean 1", () => {
    const times = Array.from({ length: 40 }, (_, seed) =>
      [...tally(identityProblems(4, identitySpace(4), "full_space", new Random("rules", seed)))]
        .filter(([key]) => key.startsWith("AAA"))
        .map(([, count]) => count),
    ).flat();
    expect(times).toHaveLength(40 * 288);
    for (const [more, share] of [1, 1, 1 / 2, 1 / 6].map((factor) => factor / Math.E).entries()) {
      const count = times.filter((time) => time === 1 + more).length;
      const deviation = Math.sqrt(times.length * share * (1 - share));
      expect(Math.abs(count - times.length * share), `${1 + more} times`).toBeLessThan(5 * deviation);
    }
  });

  test("a subsample has the rules in turn and no problem twice, to the last one of AAA", () => {
    const limit = identitySubsampleLimit(4);
    expect(limit).toBe(3 * 288);
    const rows = identityProblems(4, limit, "subsample", new Random("rules", 9));
    const distinct = new Set(rows.map(({ objects }) => objects.join()));
    expect(distinct.size).toBe(limit);
    for (const rule of ["AAA", "ABA", "ABB"]) {
      expect(rows.filter((row) => row.rule === rule)).toHaveLength(288);
    }
  });
});

describe("same or different", () => {
  test("all ordered pairs, and each same pair, topped up to as many", () => {
    const rows = sameDifferentProblems(7, 10_000, new Random("pairs", 1));
    const different = rows.filter(({ rule }) => rule === "different");
    expect(different.map(({ objects }) => objects.join()).sort()).toEqual(
      ordered(7, 2)
        .map((pair) => pair.join())
        .sort(),
    );
    const same = rows.filter(({ rule }) => rule === "same");
    expect(same).toHaveLength(42);
    expect(new Set(same.map(({ objects }) => objects.join())).size).toBe(7);
    for (const { objects, target } of rows) expect(target).toBe(objects[0] === objects[1] ? 0 : 1);
  });

  test("where both splits share all objects, neither a same nor a different pair is on both sides", () => {
    const [train, held] = (["train", "test"] as const).map((split) =>
      sharedSameDifferentProblems(20, split, new Random("pairs", 2)),
    ) as [ProblemRow[], ProblemRow[]];
    const keys = new Set(train.map(({ objects }) => objects.join()));
    for (const { objects } of held) expect(keys.has(objects.join())).toBe(false);
    const all = new Set([...train, ...held].map(({ objects }) => objects.join()));
    expect(all.size).toBe(20 * 19 + 20);
    expect([train.length, held.length]).toEqual([2 * 361, 2 * 19]); // 95 % and 5 % of 380, doubled by same pairs
  });
});

describe("objects of a split", () => {
  test.each([0, 1, 50, 85, 99])("m = %i: both splits together are all 100, once unless m is 0", (m) => {
    const of = (split: "train" | "test", seed: number): number[] =>
      splitObjects({ objects: 100, m, split, seed });
    for (const seed of [0, 1, 17]) {
      const [train, held] = [of("train", seed), of("test", seed)];
      const all = Array.from({ length: 100 }, (_, at) => at);
      if (m === 0) expect([train, held]).toEqual([all, all]);
      else expect([...train, ...held].sort((a, b) => a - b)).toEqual(all);
      expect(held).toHaveLength(m === 0 ? 100 : m);
      expect(held).toEqual([...held].sort((a, b) => a - b));
    }
  });

  test("more held-out objects are the fewer ones and others: a seed has one order", () => {
    const held = (m: number): Set<number> =>
      new Set(splitObjects({ objects: 100, m, split: "test", seed: 3 }));
    const [few, many] = [held(50), held(85)];
    expect([...few].every((object) => many.has(object))).toBe(true);
  });
});
