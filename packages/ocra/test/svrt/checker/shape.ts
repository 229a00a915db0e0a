// What the checker knows of a picture: the curves where they are drawn, and nothing of how they came about.
import type { SvrtPicture } from "@throughline/ocra";

export type Point = readonly [x: number, y: number];

/** A closed curve in the picture's coordinates; pixel (i, j) is the square from (i, j) to (i + 1, j + 1). */
export interface Shape {
  readonly points: readonly Point[];
  /** The pixel that its centre is said to be at. */
  readonly centre: Point;
  readonly area: number;
  readonly centroid: Point;
}

export function shapesOf(picture: SvrtPicture): Shape[] {
  return picture.placements.map(({ outline, x, y }) => {
    const points = Array.from(outline.x, (px, i): Point => [x + px, y + outline.y[i]!]);
    return { points, centre: [x, y], ...measure(points) };
  });
}

/** Area and its centroid by Green's theorem. */
function measure(points: readonly Point[]): { area: number; centroid: Point } {
  const [ox, oy] = points[0]!; // near the curve, for accuracy
  let [area, sx, sy] = [0, 0, 0];
  points.forEach(([x, y], i) => {
    const [nx, ny] = points[(i + 1) % points.length]!;
    const cross = (x - ox) * (ny - oy) - (nx - ox) * (y - oy);
    area += cross / 2;
    sx += (cross * (x + nx - 2 * ox)) / 6;
    sy += (cross * (y + ny - 2 * oy)) / 6;
  });
  return { area: Math.abs(area), centroid: [ox + sx / area, oy + sy / area] };
}

export const distance = ([a, b]: Point, [c, d]: Point): number => Math.hypot(a - c, b - d);

/** How often a curve winds around a point. */
export function winding({ points }: Shape, [x, y]: Point): number {
  let turns = 0;
  let [ax, ay] = points.at(-1)!;
  for (const [bx, by] of points) {
    if (ay <= y !== by <= y) {
      const left = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
      if (by > y && left > 0) turns++;
      if (by <= y && left < 0) turns--;
    }
    [ax, ay] = [bx, by];
  }
  return turns;
}

/** Whether all of `inner` is inside `outer`, or all outside. @throws if it is neither */
export function inside(outer: Shape, inner: Shape): boolean {
  const places = inner.points.filter((_, i) => i % 16 === 0).map((point) => winding(outer, point) !== 0);
  const first = places[0]!;
  if (places.some((place) => place !== first)) throw new Error("one shape crosses the other");
  return first;
}

/** The least distance between two curves, to within half a pixel: every other corner of each. */
export function gap(a: Shape, b: Shape): number {
  const others = b.points.filter((_, i) => i % 2 === 0);
  const [u, v] = [Float64Array.from(others, ([x]) => x), Float64Array.from(others, ([, y]) => y)];
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < a.points.length; i += 2) {
    const [x, y] = a.points[i]!;
    for (let j = 0; j < u.length; j++) {
      const [dx, dy] = [x - u[j]!, y - v[j]!];
      least = Math.min(least, dx * dx + dy * dy);
    }
  }
  return Math.sqrt(least);
}
