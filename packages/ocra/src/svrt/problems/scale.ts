// Problems 19 and 21: copies of another size, and turned ones.

import type { Random } from "@throughline/lab/random";
import { type Outline, randomOutline } from "../outline.js";
import { anywhere, type Label, placeAll, type SvrtGenerator } from "../problem.js";

/**
 * Two outlines of random sizes s, from 1 to 4: each is scaled by s / s_max, so that none is enlarged.
 * @param rotation gives the angle that each is turned by.
 */
function scaled(rng: Random, label: Label, rotation: () => number): Outline[] {
  const sizes = [rng.uniform(1, 4), rng.uniform(1, 4)];
  const most = Math.max(...sizes);
  const draw = (): Outline => randomOutline(rng, most * 10.5, most);
  const first = draw();
  const sources = [first, label === 1 ? first : draw()];
  return sources.map((source, i) => source.copy({ scale: sizes[i]! / most, rotation: rotation() }));
}

function twoAnywhere(
  number: number,
  rule: readonly [string, string],
  outlines: SvrtGenerator["outlines"],
): SvrtGenerator {
  return {
    number,
    kind: "same-different",
    rule,
    outlines,
    arrange: (drawing, both, rng) => placeAll(drawing, both, [anywhere(rng), anywhere(rng)]),
  };
}

export const problem19: SvrtGenerator = twoAnywhere(
  19,
  ["two different shapes", "two shapes that differ by their size alone"],
  (rng, label) => scaled(rng, label, () => 0),
);

export const problem21: SvrtGenerator = twoAnywhere(
  21,
  ["two different shapes", "two shapes that differ by their size and angle alone"],
  (rng, label) => scaled(rng, label, () => 2 * Math.PI * rng.unit()),
);
