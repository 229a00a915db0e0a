// Geometry of places: lines, squares, circles.
import { distance, type Point } from "./shape.js";

/** How far a point is from the segment between two others; Infinity if it is not beside the segment. */
export function fromSegment(point: Point, from: Point, to: Point): number {
  const length = distance(from, to);
  // Heron: the triangle's height over the segment, and whether both angles at its ends are acute.
  const [a, b] = [distance(point, from), distance(point, to)];
  if (a * a > b * b + length * length || b * b > a * a + length * length) return Number.POSITIVE_INFINITY;
  const half = (a + b + length) / 2;
  return (2 * Math.sqrt(Math.max(0, half * (half - a) * (half - b) * (half - length)))) / length;
}

/** The least that one of three points is from the segment between the other two. */
export function misalignment([a, b, c]: readonly Point[]): number {
  return Math.min(fromSegment(a!, b!, c!), fromSegment(b!, c!, a!), fromSegment(c!, a!, b!));
}

/** How far four points are from the corners of a square: the most that one is from where the others' diagonal puts it. */
export function unsquareness(points: readonly Point[]): number {
  const [first, ...others] = points as [Point, Point, Point, Point];
  // The corner opposite to the first is the farthest from it.
  const [opposite, ...rest] = [...others].sort((p, q) => distance(first, q) - distance(first, p));
  const middle: Point = [(first[0] + opposite![0]) / 2, (first[1] + opposite![1]) / 2];
  const [dx, dy] = [first[0] - middle[0], first[1] - middle[1]];
  const expected: Point[] = [
    [middle[0] - dy, middle[1] + dx],
    [middle[0] + dy, middle[1] - dx],
  ];
  const straight = Math.max(distance(rest[0]!, expected[0]!), distance(rest[1]!, expected[1]!));
  const crossed = Math.max(distance(rest[0]!, expected[1]!), distance(rest[1]!, expected[0]!));
  return Math.min(straight, crossed);
}

/** The point that is equally far from three others: where two perpendicular bisectors meet (Cramer's rule). */
export function circumcentre([a, b, c]: readonly Point[]): Point {
  const bisector = (p: Point, q: Point): [number, number, number] => [
    q[0] - p[0],
    q[1] - p[1],
    (q[0] ** 2 - p[0] ** 2 + q[1] ** 2 - p[1] ** 2) / 2,
  ];
  const [a1, b1, c1] = bisector(a!, b!);
  const [a2, b2, c2] = bisector(b!, c!);
  const determinant = a1 * b2 - a2 * b1;
  return [(c1 * b2 - c2 * b1) / determinant, (a1 * c2 - a2 * c1) / determinant];
}
