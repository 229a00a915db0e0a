// Problems 3 and 11: shapes that touch.

import type { Random } from "@throughline/lab/random";
import type { Drawing, Placement } from "../drawing.js";
import { type Outline, randomOutline } from "../outline.js";
import { anywhere, type SvrtGenerator } from "../problem.js";
import { covered, distances, nearest, overlap } from "../region.js";

/** Number of other places that are tried before the whole picture starts again. */
const places = 100;

/** Draws the outline where it fits and `accept`s; false if none of 100 places will do. */
function placeWhere(
  drawing: Drawing,
  outline: Outline,
  rng: Random,
  accept: (x: number, y: number) => boolean,
): boolean {
  for (let i = 0; i < places; i++) {
    const [x, y] = anywhere(rng);
    if (!drawing.fits(outline, x, y) || !accept(x, y)) continue;
    drawing.draw(outline, x, y);
    return true;
  }
  return false;
}

/** A test for places where the outline's silhouette shares 1 … `most` pixels with those of what is there. */
function touching(
  there: readonly Placement[],
  outline: Outline,
  most: number,
): (x: number, y: number) => boolean {
  const set = covered(there);
  return (x, y) => {
    const shared = overlap(set, outline.stamp, x, y, most);
    return shared >= 1 && shared <= most;
  };
}

/** A test for places where the outline's silhouette keeps more than `gap` pixels from those of what is there. */
function apart(
  there: readonly Placement[],
  outline: Outline,
  gap: number,
): (x: number, y: number) => boolean {
  const far = distances(covered(there));
  return (x, y) => nearest(far, outline.stamp, x, y) > gap;
}

export const problem3: SvrtGenerator = {
  number: 3,
  kind: "spatial-relation",
  rule: ["three shapes that touch, and one alone", "two pairs of shapes that touch"],
  outlines: (rng) => [0, 1, 2, 3].map(() => randomOutline(rng, 21, 2)),
  arrange(drawing, outlines, rng, label) {
    // Size of the group that is drawn first and that the others keep away from: 1 or 2.
    const first = label + 1;
    return outlines.every((outline, i) => {
      const group = drawing.placements.slice(0, first);
      const startsGroup = i === 0 || i === first;
      const touches = startsGroup ? () => true : touching(drawing.placements, outline, 3);
      const keepsAway = i < first ? () => true : apart(group, outline, 16);
      return placeWhere(drawing, outline, rng, (x, y) => touches(x, y) && keepsAway(x, y));
    });
  },
};

export const problem11: SvrtGenerator = {
  number: 11,
  tries: 40,
  kind: "spatial-relation",
  rule: ["a large and a small shape apart", "a large and a small shape that touch from outside"],
  outlines: (rng) => [randomOutline(rng, 48, 16), randomOutline(rng, 21, 7)],
  arrange(drawing, [big, small], rng, label) {
    const [one, two] = [anywhere(rng), anywhere(rng)];
    if (!drawing.fits(small!, ...two) || !drawing.place(big!, ...one)) return false;
    const accept = (label === 1 ? touching : apart)(drawing.placements, small!, label === 1 ? 4 : 10);
    if (!accept(...two)) return false;
    drawing.draw(small!, ...two);
    return true;
  },
};
