// Independent geometry of CLEVR's camera: pixels of a 320 × 240 picture, by focal length, as Blender counts them.
import type { ClevrVector } from "@throughline/ocra";

const position = [7.481, -6.508, 5.344] as const;
const axes = {
  right: [0.6563, 0.7545, 0],
  up: [-0.3579, 0.3114, 0.8803],
  backward: [0.6642, -0.5778, 0.4744],
} as const;

/** 35 mm of a sensor 32 mm wide, in pixels of a picture 320 wide. */
const focal = (35 / 32) * 320;

const dot = (a: readonly number[], b: readonly number[]): number =>
  a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!;

/** Where a point is seen, in pixels of a size × size picture. */
export function seen(point: ClevrVector, size: number): readonly [column: number, row: number] {
  const from = point.map((value, i) => value - position[i]!);
  const depth = -dot(from, axes.backward);
  const column = 160 + (focal * dot(from, axes.right)) / depth;
  const row = 120 - (focal * dot(from, axes.up)) / depth;
  return [(column * size) / 320, (row * size) / 240];
}

/** The point of the ground that is seen at a place of a size × size picture. */
export function groundAt(column: number, row: number, size: number): readonly [x: number, y: number] {
  const across = (column * 320) / size - 160;
  const upward = 120 - (row * 240) / size;
  const direction = [0, 1, 2].map(
    (i) => across * axes.right[i]! + upward * axes.up[i]! - focal * axes.backward[i]!,
  );
  const steps = -position[2] / direction[2]!;
  return [position[0] + steps * direction[0]!, position[1] + steps * direction[1]!];
}

/** Points all over the surface of a solid of this shape, extent e, standing at (x, y). */
export function surface(shape: number, e: number, x: number, y: number): ClevrVector[] {
  const points: ClevrVector[] = [];
  const steps = 48;
  for (let i = 0; i < steps; i++) {
    const angle = (2 * Math.PI * i) / steps;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    if (shape === 1) for (const z of [0, 2 * e]) points.push([x + e * cos, y + e * sin, z]);
    if (shape !== 2) continue;
    for (let j = 0; j <= steps; j++) {
      const tilt = (Math.PI * j) / steps;
      points.push([x + e * cos * Math.sin(tilt), y + e * sin * Math.sin(tilt), e + e * Math.cos(tilt)]);
    }
  }
  if (shape !== 0) return points;
  return [-e, e].flatMap((dx) =>
    [-e, e].flatMap((dy) => [0, 2 * e].map((z): ClevrVector => [x + dx, y + dy, z])),
  );
}

type Corner = readonly [column: number, row: number];

/** The convex hull of points, in order (Andrew's monotone chain). */
export function hull(points: readonly Corner[]): Corner[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (ordered: readonly Corner[]): Corner[] => {
    const chain: Corner[] = [];
    for (const point of ordered) {
      while (chain.length > 1 && turn(chain.at(-2)!, chain.at(-1)!, point) <= 0) chain.pop();
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

function turn(a: Corner, b: Corner, c: Corner): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

/** How far inside a convex polygon a point is; negative outside, then the distance to the farthest side's line. */
export function depthInside(polygon: readonly Corner[], point: Corner): number {
  return Math.min(
    ...polygon.map((a, i) => {
      const b = polygon[(i + 1) % polygon.length]!;
      return turn(a, b, point) / Math.hypot(b[0] - a[0], b[1] - a[1]);
    }),
  );
}
