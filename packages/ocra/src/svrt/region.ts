// Sets of pixels, and how far other pixels are from them.
import { type Placement, side } from "./drawing.js";
import type { Stamp } from "./stamp.js";

/** Which pixels of an outline are meant: see `Stamp`. */
export type Part = "contour" | "silhouette";

/** 1 at the pixels of the placements' parts. */
export function region(placements: readonly Placement[], part: Part): Uint8Array {
  const set = new Uint8Array(side * side);
  for (const { outline, x, y } of placements) {
    const places = outline.stamp[part];
    for (let i = 0; i < places.length; i += 2) set[(y + places[i + 1]!) * side + x + places[i]!] = 1;
  }
  return set;
}

/**
 * Each pixel's distance |Δx| + |Δy| from the set, at most 255: growing the set k times by its four neighbours gives the
 * pixels of distance ≤ k.
 */
export function distances(set: Uint8Array): Uint8Array {
  const far = set.map((value) => (value === 1 ? 0 : 255));
  const nearer = (at: number, neighbour: number): void => {
    if (far[neighbour]! < far[at]!) far[at] = far[neighbour]! + 1;
  };
  for (let at = 0; at < far.length; at++) {
    if (at % side > 0) nearer(at, at - 1);
    if (at >= side) nearer(at, at - side);
  }
  for (let at = far.length - 1; at >= 0; at--) {
    if (at % side < side - 1) nearer(at, at + 1);
    if (at + side < far.length) nearer(at, at + side);
  }
  return far;
}

/** The least distance of the stamp's pixels, `margin` pixels around each included, at (x, y). The stamp must fit. */
export function nearest(
  far: Uint8Array,
  stamp: Stamp,
  part: Part,
  x: number,
  y: number,
  margin: 0 | 1 = 0,
): number {
  const places = stamp[part];
  let least = 255;
  for (let i = 0; i < places.length; i += 2) {
    const at = (y + places[i + 1]!) * side + x + places[i]!;
    for (let row = at - margin * side; row <= at + margin * side; row += side) {
      for (let pixel = row - margin; pixel <= row + margin; pixel++) least = Math.min(least, far[pixel]!);
    }
  }
  return least;
}

/** How many pixels of the silhouette at (x, y) are in the set; counting stops beyond `limit`. The stamp must fit. */
export function overlap(set: Uint8Array, stamp: Stamp, x: number, y: number, limit: number): number {
  const places = stamp.silhouette;
  let count = 0;
  for (let i = 0; i < places.length && count <= limit; i += 2) {
    count += set[(y + places[i + 1]!) * side + x + places[i]!]!;
  }
  return count;
}
