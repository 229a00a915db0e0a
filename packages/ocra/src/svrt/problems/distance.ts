// Problems 6 and 13: distances within pairs.

import type { Random } from "@throughline/lab/random";
import type { Drawing } from "../drawing.js";
import { type Outline, randomOutline } from "../outline.js";
import { anywhere, cluttered, placeAll, type SvrtGenerator } from "../problem.js";
import { linesNear } from "../region.js";

type Place = [x: number, y: number];

/** Two places at opposite ends of a random diameter of a circle with this radius. */
function opposite(rng: Random, radius: number): [Place, Place] {
  const [x, y] = [107 * rng.unit(), 107 * rng.unit()];
  const angle = 2 * Math.PI * rng.unit();
  const [dx, dy] = [radius * Math.cos(angle), radius * Math.sin(angle)];
  return [
    [Math.trunc(x + dx), Math.trunc(y + dy)],
    [Math.trunc(x - dx), Math.trunc(y - dy)],
  ];
}

const distance = ([a, b]: Place, [c, d]: Place): number => Math.hypot(a - c, b - d);

function equalDistances(rng: Random): Place[] {
  const radius = 128 * rng.unit();
  return [...opposite(rng, radius), ...opposite(rng, radius)];
}

function anyDistances(rng: Random): Place[] {
  return [0, 1, 2, 3].map(() => [rng.below(107), rng.below(107)]);
}

export const problem6: SvrtGenerator = {
  number: 6,
  kind: "same-different",
  rule: [
    "two pairs of identical shapes, at different distances",
    "two pairs of identical shapes, at the same distance",
  ],
  outlines(rng) {
    const [a, b] = [randomOutline(rng, 10, 1), randomOutline(rng, 10, 1)];
    return [a, a, b, b];
  },
  arrange(drawing, outlines, rng, label) {
    const places = label === 1 ? equalDistances(rng) : anyDistances(rng);
    const [a, b, c, d] = places as [Place, Place, Place, Place];
    if (cluttered(places, 21)) return false;
    if (label === 0 && Math.abs(distance(a, b) - distance(c, d)) < 21) return false;
    return placeAll(drawing, outlines, places);
  },
};

/**
 * Largest distance of a small shape from the large shape's line; also the least distance of a wrong one from its mate's
 * place.
 */
const reach = 32;

/** Draws the small outline at (x, y) if that is within reach of the large one last drawn, and free. */
function placeWithin(drawing: Drawing, small: Outline, x: number, y: number): boolean {
  const big = drawing.placements.at(-1)!;
  return linesNear(small.stamp, x, y, big, reach) && drawing.place(small, x, y);
}

export const problem13: SvrtGenerator = {
  number: 13,
  tries: 100,
  kind: "same-different",
  rule: [
    "two identical large shapes, each with a small one elsewhere beside it",
    "two identical large shapes, each with a small one at the same place beside it",
  ],
  outlines(rng) {
    const [big, small] = [randomOutline(rng, 32, 16), randomOutline(rng, 10, 5)];
    return [big, small, big, small];
  },
  arrange(drawing, [big, small], rng, label) {
    const [one, beside, two] = [anywhere(rng), anywhere(rng), anywhere(rng)];
    const mate: Place = [two[0] + beside[0] - one[0], two[1] + beside[1] - one[1]];
    const other = label === 1 ? mate : anywhere(rng);
    if (label === 0 && distance(other, mate) < reach) return false;
    return (
      [one, two].every((place) => drawing.fits(big!, ...place)) &&
      [beside, other].every((place) => drawing.fits(small!, ...place)) &&
      drawing.place(big!, ...one) &&
      placeWithin(drawing, small!, ...beside) &&
      drawing.place(big!, ...two) &&
      placeWithin(drawing, small!, ...other)
    );
  },
};
