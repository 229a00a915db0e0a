// Whether two curves are the same but for what is allowed, from their points alone.
import type { Point, Shape } from "./shape.js";

/** What two shapes may differ by, besides their places. */
export interface Allowed {
  readonly scale?: boolean;
  readonly rotation?: boolean;
  /** Compare with the image of the second in a mirror, left and right exchanged. */
  readonly mirror?: boolean;
}

/** A curve's corners. */
export interface Curve {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

export function curve(points: readonly Point[]): Curve {
  return { x: Float64Array.from(points, ([x]) => x), y: Float64Array.from(points, ([, y]) => y) };
}

/** A shape about its centroid, in some unit of length. */
function about({ points, centroid: [cx, cy] }: Shape, unit: number): Curve {
  const { x, y } = curve(points);
  return { x: x.map((value) => (value - cx) / unit), y: y.map((value) => (value - cy) / unit) };
}

/** The angle of the axis along which a curve is longest (of its enclosed area's second moments), up to half a turn. */
function axis({ x, y }: Curve): number {
  let [xx, xy, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const j = (i + 1) % x.length;
    const [a, b, u, v] = [x[i]!, y[i]!, x[j]!, y[j]!];
    const cross = a * v - u * b;
    xx += cross * (a * a + a * u + u * u);
    yy += cross * (b * b + b * v + v * v);
    xy += (cross * (a * v + 2 * a * b + 2 * u * v + u * b)) / 2;
  }
  const sign = Math.sign(xx + yy);
  return Math.atan2(2 * xy * sign, (xx - yy) * sign) / 2;
}

function turned({ x, y }: Curve, angle: number): Curve {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return {
    x: x.map((value, i) => value * cos - y[i]! * sin),
    y: x.map((value, i) => value * sin + y[i]! * cos),
  };
}

/** The farthest that a corner of one curve is from the other curve's corners; of 50 of each. */
export function hausdorff(a: Curve, b: Curve): number {
  return Math.max(oneSided(a, b), oneSided(b, a));
}

function oneSided(a: Curve, b: Curve): number {
  let worst = 0;
  const step = Math.max(1, Math.floor(a.x.length / 50));
  for (let i = 0; i < a.x.length; i += step) {
    let least = Number.POSITIVE_INFINITY;
    for (let j = 0; j < b.x.length; j++) {
      const [dx, dy] = [a.x[i]! - b.x[j]!, a.y[i]! - b.y[j]!];
      least = Math.min(least, dx * dx + dy * dy);
    }
    worst = Math.max(worst, least);
  }
  return Math.sqrt(worst);
}

/** How much two shapes differ, in units of √area of the first, after what is allowed has been undone. */
export function difference(a: Shape, b: Shape, { scale, rotation, mirror }: Allowed = {}): number {
  const unit = Math.sqrt(a.area);
  const first = about(a, unit);
  let second = about(b, scale === true ? Math.sqrt(b.area) : unit);
  if (mirror === true) second = { x: second.x.map((value) => -value), y: second.y };
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
