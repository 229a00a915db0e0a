// Problems 12 and 17: shapes on a circle.

import type { Random } from "@throughline/lab/random";
import { randomOutline } from "../outline.js";
import { cluttered, placeAll, type SvrtGenerator } from "../problem.js";

type Place = readonly [x: number, y: number];

/** Three places on a circle: one alone, and a near pair opposite. */
function loneAndPair(rng: Random): [Place, Place, Place] {
  const x = 128 * rng.uniform(0.25, 0.75);
  const y = 128 * rng.uniform(0.25, 0.75);
  const radius = 128 * rng.uniform(0.1, 0.6);
  const angle = 2 * Math.PI * rng.unit();
  const half = (Math.PI * rng.uniform(0.1, 0.5)) / 2;
  const at = (a: number): Place => [
    Math.trunc(x + radius * Math.cos(a)),
    Math.trunc(y + radius * Math.sin(a)),
  ];
  return [at(angle), at(angle + Math.PI - half), at(angle + Math.PI + half)];
}

export const problem12: SvrtGenerator = {
  number: 12,
  kind: "spatial-relation",
  rule: [
    "two near shapes and a lone one, which is small",
    "two near shapes and a lone one, which is the large one",
  ],
  outlines: (rng) => [randomOutline(rng, 21, 10), randomOutline(rng, 10, 5), randomOutline(rng, 10, 5)],
  arrange(drawing, outlines, rng, label) {
    const [lone, one, two] = loneAndPair(rng);
    if (label === 1) return placeAll(drawing, outlines, [lone, one, two]);
    return placeAll(drawing, outlines, rng.below(2) === 0 ? [one, lone, two] : [two, lone, one]);
  },
};

/** The centre of the circle through three places; null if they are on a line. */
function circumcentre([ax, ay]: Place, [bx, by]: Place, [cx, cy]: Place): Place | null {
  const twice = 2 * ((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));
  if (twice === 0) return null;
  const b = (bx - ax) ** 2 + (by - ay) ** 2;
  const c = (cx - ax) ** 2 + (cy - ay) ** 2;
  return [ax + ((cy - ay) * b - (by - ay) * c) / twice, ay + ((bx - ax) * c - (cx - ax) * b) / twice];
}

const place = (rng: Random): Place => [rng.below(107) + 10, rng.below(107) + 10];

export const problem17: SvrtGenerator = {
  number: 17,
  kind: "same-different",
  rule: [
    "three identical shapes and another one that is not equally far from them",
    "three identical shapes and another one that is equally far from them",
  ],
  outlines(rng) {
    const outline = randomOutline(rng, 10, 1);
    return [outline, outline, outline, randomOutline(rng, 10, 1)];
  },
  arrange(drawing, outlines, rng, label) {
    const [a, b, c] = [place(rng), place(rng), place(rng)];
    const centre = circumcentre(a, b, c);
    if (centre === null) return false;
    const odd: Place = label === 1 ? [Math.trunc(centre[0]), Math.trunc(centre[1])] : place(rng);
    if (label === 0 && Math.hypot(odd[0] - centre[0], odd[1] - centre[1]) < 21) return false;
    return !cluttered([a, b, c, odd], 21) && placeAll(drawing, outlines, [a, b, c, odd]);
  },
};
