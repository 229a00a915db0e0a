// Problems 16, 18 and 20: mirror images.
import { side } from "../drawing.js";
import { randomOutline } from "../outline.js";
import { anywhere, inset, placeAll, type SvrtGenerator } from "../problem.js";

export const problem16: SvrtGenerator = {
  number: 16,
  kind: "same-different",
  rule: [
    "six identical shapes at mirrored places",
    "three identical shapes and their mirror images at mirrored places",
  ],
  outlines(rng, label) {
    const outline = randomOutline(rng, 10, 1);
    const other = label === 1 ? outline.copy({ mirrored: true }) : outline;
    return [outline, outline, outline, other, other, other];
  },
  arrange(drawing, outlines, rng) {
    const left = [inset(rng), inset(rng), inset(rng)];
    const right = left.map(([x, y]): [number, number] => [side - x, y]);
    return placeAll(drawing, outlines, [...left, ...right]);
  },
};

export const problem18: SvrtGenerator = {
  number: 18,
  kind: "spatial-relation",
  rule: [
    "six identical shapes, three and three at the same heights",
    "six identical shapes at mirrored places",
  ],
  outlines: (rng) => Array(6).fill(randomOutline(rng, 10, 1)),
  arrange(drawing, outlines, rng, label) {
    const left = [inset(rng), inset(rng), inset(rng)];
    const right = left.map(([x, y]): [number, number] => [label === 1 ? side - x : inset(rng)[0], y]);
    return placeAll(drawing, outlines, [...left, ...right]);
  },
};

export const problem20: SvrtGenerator = {
  number: 20,
  kind: "same-different",
  rule: ["two different shapes", "two shapes that are mirror images across the line halfway between them"],
  outlines(rng, label) {
    const outline = randomOutline(rng, 16, 2);
    return [outline, label === 1 ? outline : randomOutline(rng, 16, 2)];
  },
  arrange(drawing, [first, second], rng, label) {
    const [x, y] = anywhere(rng);
    const [otherX, otherY] = anywhere(rng);
    if (!drawing.place(first!, x, y)) return false;
    if (label === 0) return drawing.place(second!, otherX, otherY);
    // Mirrored along the line through both centres: x → −x, then turned by twice that line's angle.
    const angle = Math.atan2(otherY - y, otherX - x);
    return drawing.place(first!.copy({ mirrored: true, rotation: 2 * angle }), otherX, otherY);
  },
};
