// The course of a run against a plain account of the protocols, for any successes.
import { Course, type Protocol, protocols } from "@throughline/cec";
import fc from "fast-check";
import { expect, test } from "vitest";
import { seedOf } from "../../dist/evaluation/lane.js";

interface Played {
  readonly level: number;
  readonly episode: number;
  readonly isScored: boolean;
  readonly success: boolean;
}

/** A whole run; success number `at` of an endless list that repeats. */
function run(protocol: Protocol, levels: number, successes: readonly boolean[]): Played[] {
  const course = new Course(protocol, levels);
  const played: Played[] = [];
  while (!course.isOver) {
    const success = successes[played.length % successes.length]!;
    const { level, episode, isScored } = course;
    played.push({ level, episode, isScored, success });
    const before = course.level;
    expect(course.ended(success)).toBe(course.level !== before);
  }
  return played;
}

const successes = fc.array(fc.boolean(), { minLength: 1, maxLength: 40 });
const count = (most: number) => fc.integer({ min: 1, max: most });

/** What holds for every protocol. */
function checkCourse(played: readonly Played[], levels: number, testEpisodes: number): void {
  const scored = played.filter(({ isScored }) => isScored);
  expect(scored.map(({ level, episode }) => [level, episode])).toEqual(
    Array.from({ length: testEpisodes }, (_, episode) => [levels - 1, episode]),
  );
  expect(played.slice(-testEpisodes)).toEqual(scored);
  for (const [at, { level, episode }] of played.entries()) {
    const before = played[at - 1];
    if (before === undefined) expect(episode).toBe(0);
    else if (level === before.level) expect(episode).toBe(before.episode + 1);
    else expect([level, episode]).toEqual([before.level + 1, 0]);
  }
}

test("auto: a level ends with its first row of successes, or with the cap, and never before", () => {
  fc.assert(
    fc.property(
      successes,
      count(4),
      count(4),
      count(12),
      count(9),
      (list, levels, promoteAfter, cap, testEpisodes) => {
        const played = run(protocols.auto({ promoteAfter, cap, testEpisodes }), levels, list);
        checkCourse(played, levels, testEpisodes);
        for (let level = 0; level < levels - 1; level++) {
          const own = played.filter((one) => one.level === level).map(({ success }) => success);
          expect(own.length).toBeLessThanOrEqual(cap);
          const rows = own.map(
            (_, at) => at + 1 >= promoteAfter && own.slice(at + 1 - promoteAfter, at + 1).every(Boolean),
          );
          expect(rows.indexOf(true)).toBe(rows.at(-1) ? own.length - 1 : -1);
          if (!rows.at(-1)) expect(own.length).toBe(cap);
        }
      },
    ),
    { seed: 11, numRuns: 150 },
  );
});

test("fixed and learning progress: numbers of episodes do not depend on success", () => {
  fc.assert(
    fc.property(
      successes,
      count(4),
      fc.integer({ min: 0, max: 5 }),
      count(9),
      (list, levels, levelEpisodes, testEpisodes) => {
        const fixed = run(protocols.fixed({ levelEpisodes, testEpisodes }), levels, list);
        checkCourse(fixed, levels, testEpisodes);
        expect(fixed).toHaveLength(levelEpisodes * (levels - 1) + testEpisodes);
        const alone = run(protocols.learningProgress({ testEpisodes }), levels, list);
        checkCourse(alone, levels, testEpisodes);
        expect(alone).toHaveLength(testEpisodes);
      },
    ),
    { seed: 12, numRuns: 100 },
  );
});

test("no run meets an easier level's maze in the test, and no two runs the same maze", () => {
  const [seed, runs, levels] = [2_000_000_000, 20, 4];
  const seeds = Array.from({ length: runs }, (_, one) =>
    Array.from({ length: levels }, (__, level) => seedOf(seed, one, level, levels)),
  ).flat();
  expect(new Set(seeds).size).toBe(runs * levels);
  expect(seedOf(seed, 7, 3, 4)).toBe(seed + 7);
  // Whatever the number of levels, the tested one has the same mazes.
  for (const count of [1, 2, 5]) expect(seedOf(seed, 7, count - 1, count)).toBe(seed + 7);
  for (const one of seeds) expect(Number.isSafeInteger(one) && one < 2 ** 31).toBe(true);
});
