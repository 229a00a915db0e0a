// Problems 10 and 15: four shapes at the corners of a square.

import type { Random } from "@throughline/lab/random";
import { randomOutline } from "../outline.js";
import { anywhere, cluttered, placeAll, type SvrtGenerator } from "../problem.js";

/** The corners of a square of random centre, size and angle. */
function corners(rng: Random): [number, number][] {
  const [x, y] = [128 * rng.unit() + 10, 128 * rng.unit() + 10];
  const radius = 64 * rng.unit();
  const angle = 2 * Math.PI * rng.unit();
  return [0, 1, 2, 3].map((i) => [
    Math.trunc(x + radius * Math.cos(angle + (i * Math.PI) / 2)),
    Math.trunc(y + radius * Math.sin(angle + (i * Math.PI) / 2)),
  ]);
}

export const problem10: SvrtGenerator = {
  number: 10,
  kind: "spatial-relation",
  rule: ["four identical shapes anywhere", "four identical shapes at the corners of a square"],
  outlines: (rng) => Array(4).fill(randomOutline(rng, 10, 1)),
  arrange(drawing, outlines, rng, label) {
    const places = label === 1 ? corners(rng) : outlines.map(() => anywhere(rng));
    return !cluttered(places, 21) && placeAll(drawing, outlines, places);
  },
};

export const problem15: SvrtGenerator = {
  number: 15,
  kind: "spatial-relation",
  rule: [
    "four different shapes at the corners of a square",
    "four identical shapes at the corners of a square",
  ],
  outlines(rng, label) {
    const outline = randomOutline(rng, 10, 1);
    return [outline, ...[1, 2, 3].map(() => (label === 1 ? outline : randomOutline(rng, 10, 1)))];
  },
  arrange(drawing, outlines, rng) {
    const places = corners(rng);
    return !cluttered(places, 21) && placeAll(drawing, outlines, places);
  },
};
