// Shapes as sets of pixels of a 128 × 128 picture.
import type { Shape } from "./shape.js";

const side = 128;

/** The pixels that hold a point of the curve: its corners are so close that these are all that its line is drawn on. */
export function linePixels({ points }: Shape): Set<number> {
  return new Set(points.map(([x, y]) => Math.floor(y) * side + Math.floor(x)));
}

/** The line and all that cannot be reached from the picture's corner without crossing it, by sides of pixels. */
export function filledPixels(shape: Shape): Set<number> {
  const reached = new Uint8Array(side * side);
  for (const at of linePixels(shape)) reached[at] = 2;
  const stack = [0];
  while (stack.length > 0) {
    const at = stack.pop()!;
    if (reached[at] !== 0) continue;
    reached[at] = 1;
    const column = at % side;
    if (at >= side) stack.push(at - side);
    if (at + side < reached.length) stack.push(at + side);
    if (column > 0) stack.push(at - 1);
    if (column < side - 1) stack.push(at + 1);
  }
  const filled = new Set<number>();
  for (let at = 0; at < reached.length; at++) if (reached[at] !== 1) filled.add(at);
  return filled;
}

/** How many pixels are in both. */
export function shared(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  return [...a].filter((pixel) => b.has(pixel)).length;
}
