// Problems 9, 14 and 22: three shapes on a line.

import type { Random } from "@throughline/lab/random";
import { randomOutline } from "../outline.js";
import { anywhere, inset, placeAll, type SvrtGenerator } from "../problem.js";

type Place = readonly [x: number, y: number];

/** The pixel of a·p + (1 − a)·q. */
function between(a: number, [px, py]: Place, [qx, qy]: Place): Place {
  return [Math.trunc(a * px + (1 - a) * qx), Math.trunc(a * py + (1 - a) * qy)];
}

function aligned(rng: Random): Place[] {
  const [p, q] = [inset(rng), inset(rng)];
  return [p, q, between(rng.unit(), p, q)];
}

/** True if a point is beside the segment between the other two, at less than `width`. */
function inBand([x, y]: Place, [px, py]: Place, [qx, qy]: Place, width: number): boolean {
  const [dx, dy] = [qx - px, qy - py];
  const length = Math.hypot(dx, dy);
  const along = ((x - px) * dx + (y - py) * dy) / length;
  const across = Math.abs((x - px) * dy - (y - py) * dx) / length;
  return along >= 0 && along <= length && across <= width;
}

function scattered(rng: Random): Place[] | null {
  const [p, q, r] = [inset(rng), inset(rng), inset(rng)];
  const alignedOnes = inBand(p, q, r, 6) || inBand(q, r, p, 6) || inBand(r, p, q, 6);
  return alignedOnes ? null : [p, q, r];
}

export const problem9: SvrtGenerator = {
  number: 9,
  kind: "spatial-relation",
  rule: [
    "three aligned shapes, the large one in the middle",
    "three aligned shapes, the large one at an end",
  ],
  outlines(rng) {
    const big = randomOutline(rng, 21, 2);
    const small = big.copy({ scale: 0.5 });
    return [big, small, small];
  },
  arrange(drawing, outlines, rng, label) {
    const [p, q] = [anywhere(rng), anywhere(rng)];
    const middle = between(rng.uniform(0.25, 0.75), p, q);
    return placeAll(drawing, outlines, label === 0 ? [middle, p, q] : [p, middle, q]);
  },
};

export const problem14: SvrtGenerator = {
  number: 14,
  kind: "spatial-relation",
  rule: ["three identical shapes, not aligned", "three identical shapes, aligned"],
  outlines(rng) {
    const outline = randomOutline(rng, 10, 1);
    return [outline, outline, outline];
  },
  arrange(drawing, outlines, rng, label) {
    const places = label === 1 ? aligned(rng) : scattered(rng);
    return places !== null && placeAll(drawing, outlines, places);
  },
};

export const problem22: SvrtGenerator = {
  number: 22,
  kind: "same-different",
  rule: ["three aligned shapes, all different", "three aligned shapes, identical"],
  outlines(rng, label) {
    const outline = randomOutline(rng, 10, 1);
    return label === 1
      ? [outline, outline, outline]
      : [outline, randomOutline(rng, 10, 1), randomOutline(rng, 10, 1)];
  },
  arrange: (drawing, outlines, rng) => placeAll(drawing, outlines, aligned(rng)),
};
