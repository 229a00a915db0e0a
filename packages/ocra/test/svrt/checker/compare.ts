// Whether two curves are the same but for what is allowed, from their points alone.
import type { Point, Shape } from "./shape.js";

/** What two shapes may differ by, besides their places. */
export interface Allowed {
  readonly scale?: boolean;
  readonly rotation?: boolean;
  /** Compare with the image of the second in a mirror, left and right exchanged. */
  readonly mirror?: boolean;
}

/** Points about the centroid, where the area is 1, or in pixels / √(area of the first). */
function about(shape: Shape, unit: number): Point[] {
  const [cx, cy] = shape.centroid;
  return shape.points.map(([x, y]) => [(x - cx) / unit, (y - cy) / unit]);
}

/** The angle of the axis along which a curve is longest (of its enclosed area's second moments), in [0, π). */
function axis(points: readonly Point[]): number {
  let [xx, xy, yy] = [0, 0, 0];
  points.forEach(([x, y], i) => {
    const [u, v] = points[(i + 1) % points.length]!;
    const cross = x * v - u * y;
    xx += cross * (x * x + x * u + u * u);
    yy += cross * (y * y + y * v + v * v);
    xy += (cross * (x * v + 2 * x * y + 2 * u * v + u * y)) / 2;
  });
  const sign = Math.sign(xx + yy);
  return Math.atan2(2 * xy * sign, (xx - yy) * sign) / 2;
}

function turned(points: readonly Point[], angle: number): Point[] {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return points.map(([x, y]) => [x * cos - y * sin, x * sin + y * cos]);
}

/** The farthest that a point of one curve is from the other curve's points. */
export function hausdorff(a: readonly Point[], b: readonly Point[]): number {
  return Math.max(oneSided(a, b), oneSided(b, a));
}

function oneSided(a: readonly Point[], b: readonly Point[]): number {
  let worst = 0;
  const step = Math.max(1, Math.floor(a.length / 50));
  for (let i = 0; i < a.length; i += step) {
    const [x, y] = a[i]!;
    let least = Number.POSITIVE_INFINITY;
    for (const [u, v] of b) least = Math.min(least, (x - u) * (x - u) + (y - v) * (y - v));
    worst = Math.max(worst, least);
  }
  return Math.sqrt(worst);
}

/** How much two shapes differ, in units of √area of the first, after what is allowed has been undone. */
export function difference(a: Shape, b: Shape, { scale, rotation, mirror }: Allowed = {}): number {
  const unit = Math.sqrt(a.area);
  const first = about(a, unit);
  let second = about(b, scale === true ? Math.sqrt(b.area) : unit);
  if (mirror === true) second = second.map(([x, y]) => [-x, y]);
  if (rotation !== true) return hausdorff(first, second);
  const angle = axis(first) - axis(second);
  return Math.min(...[angle, angle + Math.PI].map((turn) => hausdorff(first, turned(second, turn))));
}

/** Yes below a millionth, no above a fiftieth. @throws between the two, where eyes could not tell either */
export function same(a: Shape, b: Shape, allowed: Allowed = {}): boolean {
  const found = difference(a, b, allowed);
  if (found < 1e-6) return true;
  if (found > 0.02) return false;
  throw new Error(`the shapes differ by ${found}, which is neither the same nor different`);
}

/** How many shapes there are of each kind, fewest first. */
export function kinds(shapes: readonly Shape[], allowed: Allowed = {}): number[] {
  return classes(shapes, allowed)
    .map((members) => members.length)
    .sort((a, b) => a - b);
}

/** The shapes, sorted into classes of same ones. */
export function classes(shapes: readonly Shape[], allowed: Allowed = {}): Shape[][] {
  const found: Shape[][] = [];
  for (const shape of shapes) {
    const home = found.find(([first]) => same(first!, shape, allowed));
    if (home === undefined) found.push([shape]);
    else home.push(shape);
  }
  return found;
}
