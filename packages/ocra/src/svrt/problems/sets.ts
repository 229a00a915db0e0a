// Problems 1, 5 and 7: which outlines are copies of which, anywhere in the frame.

import type { Random } from "@throughline/lab/random";
import { type Outline, randomOutline } from "../outline.js";
import { anywhere, type Label, placeAll, type SvrtGenerator } from "../problem.js";

/** Random outlines, each taken as often as `counts` says. */
function sets(rng: Random, counts: readonly number[], outer: number, inner: number): Outline[] {
  return counts.flatMap((count) => Array<Outline>(count).fill(randomOutline(rng, outer, inner)));
}

function scattered(
  number: number,
  rule: readonly [string, string],
  counts: readonly [readonly number[], readonly number[]],
  [outer, inner]: readonly [number, number],
  tries: number,
): SvrtGenerator {
  return {
    number,
    kind: "same-different",
    rule,
    tries,
    outlines: (rng, label: Label) => sets(rng, counts[label], outer, inner),
    arrange: (drawing, outlines, rng) =>
      placeAll(
        drawing,
        outlines,
        outlines.map(() => anywhere(rng)),
      ),
  };
}

export const problem1: SvrtGenerator = scattered(
  1,
  ["two different shapes", "two identical shapes"],
  [[1, 1], [2]],
  [26.25, 2.5],
  1,
);

export const problem5: SvrtGenerator = scattered(
  5,
  ["four different shapes", "two pairs of identical shapes"],
  [
    [1, 1, 1, 1],
    [2, 2],
  ],
  [21, 2],
  1,
);

export const problem7: SvrtGenerator = scattered(
  7,
  ["three pairs of identical shapes", "two sets of three identical shapes"],
  [
    [2, 2, 2],
    [3, 3],
  ],
  [21, 2],
  20,
);
