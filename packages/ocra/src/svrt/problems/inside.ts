// Problems 2, 4, 8 and 23: what is inside a large outline.

import type { Random } from "../../datasets/random.js";
import type { Drawing, Placement } from "../drawing.js";
import { type Outline, randomOutline } from "../outline.js";
import { anywhere, type SvrtGenerator } from "../problem.js";
import { linesNear } from "../region.js";

const bigOutline = (rng: Random): Outline => randomOutline(rng, 48, 21);
const smallOutline = (rng: Random): Outline => randomOutline(rng, 10, 1);

/** Draws the outline anywhere; null if it overwrites. */
function placeAnywhere(drawing: Drawing, outline: Outline, rng: Random): Placement | null {
  const [x, y] = anywhere(rng);
  return drawing.place(outline, x, y) ? drawing.placements.at(-1)! : null;
}

/** Draws the outline anywhere inside the big one, or outside it; false if this place is not. */
function placeBeside(
  drawing: Drawing,
  big: Placement,
  outline: Outline,
  inside: boolean,
  rng: Random,
): boolean {
  const placed = placeAnywhere(drawing, outline, rng);
  if (placed === null) return false;
  const at = [placed.x - big.x, placed.y - big.y] as const;
  return inside ? big.outline.stamp.isInside(...at) : big.outline.stamp.isOutside(...at);
}

export const problem2: SvrtGenerator = {
  number: 2,
  tries: 5,
  kind: "spatial-relation",
  rule: ["a small shape inside a large one, far from its border", "… almost touching its border"],
  outlines: (rng) => [bigOutline(rng), smallOutline(rng)],
  arrange(drawing, [outline, small], rng, label) {
    const big = placeAnywhere(drawing, outline!, rng);
    if (big === null) return false;
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
  arrange(drawing, [outline, small], rng, label) {
    const big = placeAnywhere(drawing, outline!, rng);
    return big !== null && placeBeside(drawing, big, small!, label === 1, rng);
  },
};

export const problem8: SvrtGenerator = {
  number: 8,
  tries: 30,
  kind: "spatial-relation",
  rule: [
    "a large shape with its half-sized copy outside, or with another half-sized shape inside",
    "a large shape with its half-sized copy inside",
  ],
  outlines(rng, label) {
    const big = bigOutline(rng);
    const model = label === 1 || rng.below(2) === 0 ? big : bigOutline(rng);
    return [big, model.copy({ scale: 0.5 })];
  },
  arrange(drawing, [outline, small], rng, label) {
    const big = placeAnywhere(drawing, outline!, rng);
    const inside = label === 1 || small!.source !== outline;
    return big !== null && placeBeside(drawing, big, small!, inside, rng);
  },
};

export const problem23: SvrtGenerator = {
  number: 23,
  tries: 10,
  kind: "spatial-relation",
  rule: ["two small shapes, both inside a large one or both outside", "… one inside and one outside"],
  outlines: (rng) => [bigOutline(rng), smallOutline(rng), smallOutline(rng)],
  arrange(drawing, [outline, first, second], rng, label) {
    const big = placeAnywhere(drawing, outline!, rng);
    if (big === null) return false;
    const inside = rng.below(2) === 0;
    if (!placeBeside(drawing, big, first!, inside, rng)) return false;
    if (!placeBeside(drawing, big, second!, label === 1 ? !inside : inside, rng)) return false;
    const [, one, two] = drawing.placements;
    return one!.outline.stamp.isOutside(two!.x - one!.x, two!.y - one!.y);
  },
};
