// The objects of a scene as rays meet them.
import { clevrColours, clevrSizes } from "./attributes.js";
import type { PlacedSolid } from "./scene.js";

const cube = 0;
const cylinder = 1;

/** Width of the rounded edges of cubes and cylinders, as a share of their extent. They show in the shading alone. */
const bevel = 0.1;

/** Radius of the sphere around its centre that just holds a body of this shape. */
export function boundingRadius(shape: number, extent: number): number {
  return extent * Math.sqrt(shape === cube ? 3 : shape === cylinder ? 2 : 1);
}

/** Convex bodies standing on z = 0: cube and cylinder fill |z − e| ≤ e, the sphere touches the ground. */
export class Solids {
  readonly count: number;
  readonly shape: Uint8Array;
  readonly metal: Uint8Array;
  /** Centres; z is the extent. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly extent: Float64Array;
  /** Radius of the sphere around the centre that just holds the body. */
  readonly radius: Float64Array;
  /** [count, 3], linear light. */
  readonly colour: Float64Array;

  constructor(solids: readonly PlacedSolid[]) {
    this.count = solids.length;
    this.shape = Uint8Array.from(solids, ({ object }) => object[1]);
    this.metal = Uint8Array.from(solids, ({ object }) => object[3]);
    this.x = Float64Array.from(solids, ({ x }) => x);
    this.y = Float64Array.from(solids, ({ y }) => y);
    this.extent = Float64Array.from(solids, ({ object }) => clevrSizes[object[2]]!.extent);
    this.radius = this.extent.map((extent, i) => boundingRadius(this.shape[i]!, extent));
    this.colour = Float64Array.from(
      solids.flatMap(({ object }) => clevrColours[object[0]]!.rgb.map((value) => value / 255)),
    );
  }

  /** Distance along a ray of unit direction to solid i; Infinity if the ray misses it, or starts inside or behind it. */
  distance(i: number, ox: number, oy: number, oz: number, dx: number, dy: number, dz: number): number {
    const x = ox - this.x[i]!;
    const y = oy - this.y[i]!;
    const e = this.extent[i]!;
    const z = oz - e;
    const along = x * dx + y * dy + z * dz;
    const radius = this.radius[i]!;
    const root = along * along - (x * x + y * y + z * z - radius * radius);
    if (root < 0 || along > 0) return Number.POSITIVE_INFINITY;
    if (this.shape[i] === cube) return slabs(x, y, z, dx, dy, dz, e);
    if (this.shape[i] === cylinder) return tube(x, y, z, dx, dy, dz, e);
    const near = -along - Math.sqrt(root);
    return near > 0 ? near : Number.POSITIVE_INFINITY;
  }

  /** Writes the shading normal at a point of solid i's surface; returns which face it is on. */
  normal(i: number, px: number, py: number, pz: number, normal: Float64Array): number {
    const e = this.extent[i]!;
    let x = (px - this.x[i]!) / e;
    let y = (py - this.y[i]!) / e;
    let z = (pz - e) / e;
    let face = 0;
    const flat = 1 - bevel;
    if (this.shape[i] === cube) {
      face = faceOf(x, y, z);
      x = beyond(x, flat);
      y = beyond(y, flat);
      z = beyond(z, flat);
    } else if (this.shape[i] === cylinder) {
      const radius = Math.sqrt(x * x + y * y);
      face = Math.abs(z) > radius ? 1 : 0;
      const share = radius > flat ? (radius - flat) / radius : 0;
      x *= share;
      y *= share;
      z = beyond(z, flat);
    }
    const length = Math.sqrt(x * x + y * y + z * z);
    normal[0] = x / length;
    normal[1] = y / length;
    normal[2] = z / length;
    return face;
  }
}

function beyond(value: number, flat: number): number {
  return value > flat ? value - flat : value < -flat ? value + flat : 0;
}

function faceOf(x: number, y: number, z: number): number {
  const [ax, ay, az] = [Math.abs(x), Math.abs(y), Math.abs(z)];
  if (az >= ax && az >= ay) return 0;
  if (ax >= ay) return x > 0 ? 1 : 2;
  return y > 0 ? 3 : 4;
}

/** Stands for a direction's component of 0: what is far away stays far away, and 0 / 0 does not come up. */
const tiny = 1e-300;

/** A cube of half side e around the origin. */
function slabs(x: number, y: number, z: number, dx: number, dy: number, dz: number, e: number): number {
  const [ix, iy, iz] = [1 / (dx || tiny), 1 / (dy || tiny), 1 / (dz || tiny)];
  const [sx, sy, sz] = [Math.abs(ix) * e, Math.abs(iy) * e, Math.abs(iz) * e];
  const near = Math.max(-x * ix - sx, -y * iy - sy, -z * iz - sz);
  const far = Math.min(-x * ix + sx, -y * iy + sy, -z * iz + sz);
  return near <= far && near > 0 ? near : Number.POSITIVE_INFINITY;
}

/** A cylinder of radius e and half height e around the origin, upright. */
function tube(x: number, y: number, z: number, dx: number, dy: number, dz: number, e: number): number {
  const iz = 1 / (dz || tiny);
  const sz = Math.abs(iz) * e;
  let near = -z * iz - sz;
  let far = -z * iz + sz;
  const a = dx * dx + dy * dy || tiny;
  const b = x * dx + y * dy;
  const root = b * b - a * (x * x + y * y - e * e);
  if (root < 0) return Number.POSITIVE_INFINITY;
  const half = Math.sqrt(root);
  near = Math.max(near, (-b - half) / a);
  far = Math.min(far, (-b + half) / a);
  return near <= far && near > 0 ? near : Number.POSITIVE_INFINITY;
}
