// Problems 2, 4, 8 and 23: what is inside a large outline.

import type { Random } from "@throughline/lab/random";
import type { Drawing } from "../drawing.js";
import { type Outline, randomOutline } from "../outline.js";
import { anywhere, placeAll, type SvrtGenerator } from "../problem.js";
import { linesNear } from "../region.js";

const bigOutline = (rng: Random): Outline => randomOutline(rng, 48, 21);
const smallOutline = (rng: Random): Outline => randomOutline(rng, 10, 1);

type Place = readonly [x: number, y: number];

/** True if a place is inside the outline at another place, or outside it; false for pockets, which are neither. */
function isBeside(outline: Outline, at: Place, place: Place, inside: boolean): boolean {
  const { stamp } = outline;
  const [dx, dy] = [place[0] - at[0], place[1] - at[1]];
  return inside ? stamp.isInside(dx, dy) : stamp.isOutside(dx, dy);
}

/** Draws the first outline anywhere and each other anywhere inside it, or outside; false if one does not fit. */
function placeBeside(
  drawing: Drawing,
  [big, ...others]: readonly Outline[],
  inside: readonly boolean[],
  rng: Random,
): boolean {
  const at = anywhere(rng);
  const places = others.map(() => anywhere(rng));
  // Cheap conditions come first, before drawing.
  return (
    drawing.fits(big!, ...at) &&
    others.every((outline, i) => drawing.fits(outline, ...places[i]!)) &&
    places.every((place, i) => isBeside(big!, at, place, inside[i]!)) &&
    placeAll(drawing, [big!, ...others], [at, ...places])
  );
}

export const problem2: SvrtGenerator = {
  number: 2,
  tries: 5,
  kind: "spatial-relation",
  rule: ["a small shape inside a large one, far from its border", "… almost touching its border"],
  outlines: (rng) => [bigOutline(rng), smallOutline(rng)],
  arrange(drawing, [outline, small], rng, label) {
    if (!drawing.place(outline!, ...anywhere(rng))) return false;
    const big = drawing.placements[0]!;
    for (let i = 0; i < 10; i++) {
      const [dx, dy] = [rng.below(97) - 48, rng.below(97) - 48];
      const [x, y] = [big.x + dx, big.y + dy];
      if (!outline!.stamp.isInside(dx, dy) || drawing.overwrites(small!, x, y)) continue;
      const right =
        label === 1 ? linesNear(small!.stamp, x, y, big, 1) : !linesNear(small!.stamp, x, y, big, 16);
      if (!right) continue;
      return drawing.place(small!, x, y);
    }
    return false;
  },
};

export const problem4: SvrtGenerator = {
  number: 4,
  tries: 5,
  kind: "spatial-relation",
  rule: ["a small shape outside a large one", "a small shape inside a large one"],
  outlines: (rng) => [bigOutline(rng), smallOutline(rng)],
  arrange: (drawing, outlines, rng, label) => placeBeside(drawing, outlines, [label === 1], rng),
};

export const problem8: SvrtGenerator = {
  number: 8,
  tries: 30,
  kind: "spatial-relation",
  rule: [
    "a large shape with its half-sized copy outside, or with another half-sized shape inside",
    "a large shape with its half-sized copy inside",
  ],
  outlines(rng, label, coin) {
    const big = bigOutline(rng);
    const model = label === 1 || coin ? big : bigOutline(rng);
    return [big, model.copy({ scale: 0.5 })];
  },
  arrange(drawing, outlines, rng, label) {
    const isCopy = outlines[1]!.source === outlines[0];
    return placeBeside(drawing, outlines, [label === 1 || !isCopy], rng);
  },
};

export const problem23: SvrtGenerator = {
  number: 23,
  tries: 20,
  kind: "spatial-relation",
  rule: ["two small shapes, both inside a large one or both outside", "… one inside and one outside"],
  outlines: (rng) => [bigOutline(rng), smallOutline(rng), smallOutline(rng)],
  arrange(drawing, outlines, rng, label, inside) {
    if (!placeBeside(drawing, outlines, [inside, label === 1 ? !inside : inside], rng)) return false;
    const [, first, second] = drawing.placements;
    return isBeside(first!.outline, [first!.x, first!.y], [second!.x, second!.y], false);
  },
};
