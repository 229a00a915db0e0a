// Owner of each pixel of an SVRT picture.
import { type Placement, side } from "./drawing.js";
import { covered } from "./region.js";

/**
 * [128, 128]: i where placement i (from 1) owns the pixel, 0 where none does. An outline owns its line and all that it
 * closes in, except what is closed in by a smaller one: a shape inside another owns its own pixels.
 */
export function svrtOwners(placements: readonly Placement[]): Uint8Array {
  const owners = new Uint8Array(side * side);
  const area = ({ outline }: Placement): number => outline.stamp.silhouette.length;
  const largestFirst = [...placements.entries()].sort(([, a], [, b]) => area(b) - area(a));
  for (const [i, placement] of largestFirst) {
    covered([placement]).forEach((value, at) => {
      if (value === 1) owners[at] = i + 1;
    });
  }
  return owners;
}
