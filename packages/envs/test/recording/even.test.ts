// Even spacing: which episodes are kept while nobody knows how many there will be, and which are taken afterwards.
import { evenIndices } from "@throughline/envs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isKept } from "../../src/recording/even.js";

const kept = (count: number, least: number): number[] =>
  Array.from({ length: count }, (_, ordinal) => ordinal).filter((ordinal) => isKept(ordinal, least));

describe("what is kept", () => {
  test("at any time holds as many as asked that are evenly spaced over all so far", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 2000 }), (least, count) => {
        const all = new Set(kept(count, least));
        // The stride in force at the last episode: every multiple of it is kept.
        let stride = 1;
        while ((count - 1) / stride >= 2 * least) stride *= 2;
        const even = Array.from({ length: Math.ceil(count / stride) }, (_, at) => at * stride);
        expect(even.every((ordinal) => all.has(ordinal))).toBe(true);
        expect(even.length).toBeGreaterThanOrEqual(Math.min(least, count));
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  test("is N (1 + log₂(count / N)) of count episodes, for counts that double", () => {
    for (const least of [1, 3, 100])
      for (const doublings of [1, 2, 5]) {
        const count = least * 2 ** doublings;
        expect(kept(count, least)).toHaveLength(least * (1 + doublings));
      }
  });

  test("is decided when an episode begins: more episodes change nothing of those before", () => {
    expect(kept(40, 2)).toEqual([0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32]);
    expect(kept(9, 2)).toEqual([0, 1, 2, 3, 4, 6, 8]);
    expect(kept(50, 0)).toEqual([]);
  });
});

test("taken afterwards: the first and the last, none twice, gaps that differ by at most one", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 60 }), fc.integer({ min: 0, max: 500 }), (count, more) => {
      const length = count + more;
      const places = evenIndices(length, count);
      const gaps = places.slice(1).map((place, at) => place - places[at]!);
      expect([places.length, places[0], places.at(-1)]).toEqual([count, 0, length - 1]);
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1);
      expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
    }),
    { seed: 7, numRuns: 200 },
  );
});
