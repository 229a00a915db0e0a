// The light that arrives at a point: three area lamps with soft shadows, the sky, and what objects take of it.
import type { ClevrScene } from "./scene.js";
import type { Solids } from "./solids.js";

/** Brightness and radii of the lamps. These and the numbers below are our choice, by eye. */
const powers = [120, 20, 17] as const;
const radii = [0.5, 0.6, 0.5] as const;

/** A lamp at distance d gives power / (d² + this): area lamps that face the scene leave no glare on the ground below. */
const softening = 140;

/** Light from above and, where the ground is, from below, at a point that nothing shades. */
const sky = 0.17;
const bounce = 0.13;

/** Points of the unit disc, evenly spread (Vogel's sunflower). */
function sunflower(count: number): Float64Array {
  const golden = Math.PI * (3 - Math.sqrt(5));
  return Float64Array.from({ length: 2 * count }, (_, i) => {
    const k = i >> 1;
    const radius = Math.sqrt((k + 0.5) / count);
    return radius * (i % 2 === 0 ? Math.cos(k * golden) : Math.sin(k * golden));
  });
}

const fine = sunflower(24);
/**
 * The last points of `fine`, its rim. Where solids, which are convex, hide none of them or all, they are taken to hide none or
 * all of the disc: on average a pixel differs by less than 10⁻⁶ for it.
 */
const rim = 7;
const coarse = sunflower(6);

/** The light of one scene. */
export class Light {
  readonly #solids: Solids;
  /** [3, 3], their centres. */
  readonly #lamps: Float64Array;
  /** Red, green and blue of the last `arrive`. */
  readonly irradiance: Float64Array = new Float64Array(3);
  /** Unit direction towards each lamp at the last `arrive`, and the lamp's part in the irradiance. */
  readonly towards: Float64Array = new Float64Array(9);
  readonly share: Float64Array = new Float64Array(3);
  /** The solids that may be before the lamp. */
  readonly #near: Uint8Array;

  constructor(scene: ClevrScene, solids: Solids) {
    this.#solids = solids;
    this.#lamps = Float64Array.from(scene.lamps.flat());
    this.#near = new Uint8Array(solids.count);
  }

  /**
   * Computes the irradiance at a point with this normal.
   * @param self the solid whose surface it is, which casts no shadow on itself; −1 for the ground
   * @param exact false for what is seen in a reflection, or is a part of a pixel
   */
  arrive(
    x: number,
    y: number,
    z: number,
    nx: number,
    ny: number,
    nz: number,
    self: number,
    exact: boolean,
  ): void {
    let direct = 0;
    for (let lamp = 0; lamp < 3; lamp++) {
      const dx = this.#lamps[3 * lamp]! - x;
      const dy = this.#lamps[3 * lamp + 1]! - y;
      const dz = this.#lamps[3 * lamp + 2]! - z;
      const square = dx * dx + dy * dy + dz * dz;
      const distance = Math.sqrt(square);
      const cosine = (dx * nx + dy * ny + dz * nz) / distance;
      this.towards[3 * lamp] = dx / distance;
      this.towards[3 * lamp + 1] = dy / distance;
      this.towards[3 * lamp + 2] = dz / distance;
      this.share[lamp] = 0;
      if (cosine <= 0) continue;
      const seen = this.#visible(x, y, z, lamp, distance, self, exact ? fine : coarse);
      this.share[lamp] = (seen * powers[lamp]!) / (square + softening);
      direct += this.share[lamp]! * cosine;
    }
    this.#ambient(x, y, z, nx, ny, nz, self, direct);
  }

  /** The share of a lamp's disc that is seen from the point. */
  #visible(
    x: number,
    y: number,
    z: number,
    lamp: number,
    distance: number,
    self: number,
    pattern: Float64Array,
  ): number {
    const solids = this.#solids;
    const ux = this.towards[3 * lamp]!;
    const uy = this.towards[3 * lamp + 1]!;
    const uz = this.towards[3 * lamp + 2]!;
    const spread = radii[lamp]! / distance;
    let found = 0;
    for (let i = 0; i < solids.count; i++) {
      if (i === self) continue;
      const cx = solids.x[i]! - x;
      const cy = solids.y[i]! - y;
      const cz = solids.extent[i]! - z;
      const along = cx * ux + cy * uy + cz * uz;
      if (along <= 0) continue;
      const aside = cx * cx + cy * cy + cz * cz - along * along;
      const cone = solids.radius[i]! + spread * along;
      if (aside < cone * cone) this.#near[found++] = i;
    }
    if (found === 0) return 1;
    // Two directions perpendicular to the light; any pair will do, since the pattern is round.
    const flat = Math.sqrt(ux * ux + uy * uy);
    const [ax, ay] = flat > 1e-6 ? [-uy / flat, ux / flat] : [1, 0];
    const [bx, by, bz] = [-uz * ay, uz * ax, ux * ay - uy * ax];
    const rays = pattern.length / 2;
    let blocked = 0;
    for (let k = rays - 1; k >= 0; k--) {
      if (rays - 1 - k === rim) {
        if (blocked === 0) return 1;
        if (blocked === rim) return 0;
      }
      const p = pattern[2 * k]! * spread;
      const q = pattern[2 * k + 1]! * spread;
      const dx = ux + p * ax + q * bx;
      const dy = uy + p * ay + q * by;
      const dz = uz + q * bz;
      const shrink = 1 / Math.sqrt(dx * dx + dy * dy + dz * dz);
      for (let j = 0; j < found; j++) {
        const i = this.#near[j]!;
        if (solids.distance(i, x, y, z, dx * shrink, dy * shrink, dz * shrink) < distance) {
          blocked++;
          break;
        }
      }
    }
    return 1 - blocked / rays;
  }

  /** Adds to the lamps' light that of sky and ground, and what the other objects shade and reflect of it. */
  #ambient(
    x: number,
    y: number,
    z: number,
    nx: number,
    ny: number,
    nz: number,
    self: number,
    direct: number,
  ): void {
    const { count, x: xs, y: ys, extent, colour } = this.#solids;
    const open = (sky * (1 + nz) + bounce * (1 - nz)) / 2;
    let left = 1;
    let [red, green, blue] = [0, 0, 0];
    for (let i = 0; i < count; i++) {
      if (i === self) continue;
      const cx = xs[i]! - x;
      const cy = ys[i]! - y;
      const cz = extent[i]! - z;
      const square = cx * cx + cy * cy + cz * cz;
      const facing = (cx * nx + cy * ny + cz * nz) / Math.sqrt(square);
      if (facing <= 0) continue;
      // A sphere's share of the sky, weighted by the cosine.
      const share = Math.min(0.9, (facing * extent[i]! * extent[i]!) / square);
      left *= 1 - share;
      red += share * colour[3 * i]!;
      green += share * colour[3 * i + 1]!;
      blue += share * colour[3 * i + 2]!;
    }
    const lit = direct + open * left;
    this.irradiance[0] = lit + 0.8 * open * red;
    this.irradiance[1] = lit + 0.8 * open * green;
    this.irradiance[2] = lit + 0.8 * open * blue;
  }
}
