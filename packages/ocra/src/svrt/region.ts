// Sets of pixels, and how far other pixels are from them.
import { type Placement, side } from "./drawing.js";
import type { Stamp } from "./stamp.js";

/** 1 at the pixels of the placements' silhouettes. */
export function covered(placements: readonly Placement[]): Uint8Array {
  const set = new Uint8Array(side * side);
  for (const { outline, x, y } of placements) {
    const places = outline.stamp.silhouette;
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

/** The least distance of the silhouette's pixels at (x, y). The stamp must fit. */
export function nearest(far: Uint8Array, stamp: Stamp, x: number, y: number): number {
  const places = stamp.silhouette;
  let least = 255;
  for (let i = 0; i < places.length; i += 2) {
    least = Math.min(least, far[(y + places[i + 1]!) * side + x + places[i]!]!);
  }
  return least;
}

/** True if the line at (x, y), grown by a pixel to all eight sides, meets the other one grown `reach` times to four. */
export function linesNear(stamp: Stamp, x: number, y: number, other: Placement, reach: number): boolean {
  const { contour } = stamp;
  const { contour: line } = other.outline.stamp;
  const [shiftX, shiftY] = [x - other.x, y - other.y];
  for (let i = 0; i < contour.length; i += 2) {
    const [u, v] = [contour[i]! + shiftX, contour[i + 1]! + shiftY];
    for (let j = 0; j < line.length; j += 2) {
      const dx = Math.abs(line[j]! - u) - 1;
      const dy = Math.abs(line[j + 1]! - v) - 1;
      if (Math.max(dx, 0) + Math.max(dy, 0) <= reach) return true;
    }
  }
  return false;
}

/** Number of pixels of the silhouette at (x, y) that are in the set; counting stops beyond `limit`. The stamp must fit. */
export function overlap(set: Uint8Array, stamp: Stamp, x: number, y: number, limit: number): number {
  const places = stamp.silhouette;
  let count = 0;
  for (let i = 0; i < places.length && count <= limit; i += 2) {
    count += set[(y + places[i + 1]!) * side + x + places[i]!]!;
  }
  return count;
}
