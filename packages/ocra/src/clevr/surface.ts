// Light that leaves a surface towards the eye: matte rubber, shiny metal, grey ground.
import { Light } from "./light.js";
import type { ClevrScene } from "./scene.js";
import { Solids } from "./solids.js";

/** More solids than a scene may have; `look` returns their numbers modulo this. */
export const mostSolids = 16;

/** The ground's colour, linear light. This and what follows is our choice, by eye. */
const ground = 0.5;
/** Colours that a mirrored ray sees if it meets nothing, level and straight up. */
const [horizon, zenith] = [0.13, 0.32];
/** Shares of metal's light: scattered by its own colour, mirrored, and the strength and width of the lamps' highlights. */
const metal = { matte: 0.3, mirror: 0.75, gloss: 0.11, exponent: 90 };
const rubber = { gloss: 0.008, exponent: 14 };

/** Follows rays through one scene. */
export class Surfaces {
  readonly #solids: Solids;
  readonly #light: Light;
  /** Linear red, green and blue of the last `look`. */
  readonly colour: Float64Array = new Float64Array(3);
  readonly #normal = new Float64Array(3);
  readonly #seen = new Float64Array(3);
  /** The solid that the last `#meet` met; −1 for the ground or nothing. */
  #hit = -1;

  constructor(scene: ClevrScene) {
    this.#solids = new Solids(scene.solids);
    this.#light = new Light(scene, this.#solids);
  }

  /**
   * Computes the colour that is seen from a point in a direction.
   * @param exact false where what is seen is one of several parts of a pixel: shadows take a quarter of the rays
   * @returns what is seen, as a number: 0 for the ground, else 1 + solid + 16 · (whatever splits its surface: its face, what
   * it mirrors), so that pictures can be refined where neighbours differ
   */
  look(ox: number, oy: number, oz: number, dx: number, dy: number, dz: number, exact: boolean): number {
    const distance = this.#meet(ox, oy, oz, dx, dy, dz, -1);
    const solid = this.#hit;
    const x = ox + distance * dx;
    const y = oy + distance * dy;
    const z = oz + distance * dz;
    if (solid < 0) {
      this.#matte(x, y, z, -1, exact, this.colour);
      return 0;
    }
    const face = this.#matte(x, y, z, solid, exact, this.colour);
    const mirrored = this.#gloss(x, y, z, dx, dy, dz, solid);
    return 1 + solid + mostSolids * (face + 8 * mirrored);
  }

  /** Distance along the ray to the first surface; Infinity for none. */
  #meet(ox: number, oy: number, oz: number, dx: number, dy: number, dz: number, self: number): number {
    let nearest = dz < 0 ? -oz / dz : Number.POSITIVE_INFINITY;
    this.#hit = -1;
    for (let i = 0; i < this.#solids.count; i++) {
      if (i === self) continue;
      const distance = this.#solids.distance(i, ox, oy, oz, dx, dy, dz);
      if (distance >= nearest) continue;
      nearest = distance;
      this.#hit = i;
    }
    return nearest;
  }

  /** Writes the light that a surface scatters: its colour times the irradiance. Returns the face. */
  #matte(x: number, y: number, z: number, solid: number, exact: boolean, out: Float64Array): number {
    const { irradiance } = this.#light;
    if (solid < 0) {
      this.#light.arrive(x, y, z, 0, 0, 1, -1, exact);
      for (let c = 0; c < 3; c++) out[c] = ground * irradiance[c]!;
      return 0;
    }
    const face = this.#solids.normal(solid, x, y, z, this.#normal);
    const [nx, ny, nz] = [this.#normal[0]!, this.#normal[1]!, this.#normal[2]!];
    this.#light.arrive(x, y, z, nx, ny, nz, solid, exact);
    for (let c = 0; c < 3; c++) out[c] = this.#solids.colour[3 * solid + c]! * irradiance[c]!;
    return face;
  }

  /** Adds what a solid mirrors. Returns 0, or 1 + what metal mirrors: a solid, or the ground as number 16. */
  #gloss(x: number, y: number, z: number, dx: number, dy: number, dz: number, solid: number): number {
    const [nx, ny, nz] = [this.#normal[0]!, this.#normal[1]!, this.#normal[2]!];
    const twice = 2 * (dx * nx + dy * ny + dz * nz);
    const [rx, ry, rz] = [dx - twice * nx, dy - twice * ny, dz - twice * nz];
    const isMetal = this.#solids.metal[solid] === 1;
    const { gloss, exponent } = isMetal ? metal : rubber;
    const lights = gloss * this.#lampLights(rx, ry, rz, exponent);
    const { colour } = this;
    if (!isMetal) {
      for (let c = 0; c < 3; c++) colour[c]! += lights;
      return 0;
    }
    const mirrored = this.#mirrored(x, y, z, rx, ry, rz, solid);
    for (let c = 0; c < 3; c++) {
      const tint = this.#solids.colour[3 * solid + c]!;
      colour[c] =
        metal.matte * colour[c]! + metal.mirror * tint * this.#seen[c]! + lights * (0.4 + 0.6 * tint);
    }
    return mirrored;
  }

  /** The lamps as a glossy surface shows them, of those last computed. */
  #lampLights(rx: number, ry: number, rz: number, exponent: number): number {
    const { towards, share } = this.#light;
    let sum = 0;
    for (let lamp = 0; lamp < 3; lamp++) {
      const cosine = rx * towards[3 * lamp]! + ry * towards[3 * lamp + 1]! + rz * towards[3 * lamp + 2]!;
      if (cosine > 0) sum += share[lamp]! * exponent * cosine ** exponent;
    }
    return sum;
  }

  /** Writes what a mirrored ray sees to `#seen`. */
  #mirrored(x: number, y: number, z: number, rx: number, ry: number, rz: number, self: number): number {
    const distance = this.#meet(x, y, z, rx, ry, rz, self);
    const solid = this.#hit;
    if (distance === Number.POSITIVE_INFINITY) {
      this.#seen.fill(horizon + (zenith - horizon) * rz);
      return 0;
    }
    this.#matte(x + distance * rx, y + distance * ry, z + distance * rz, solid, false, this.#seen);
    return 1 + (solid < 0 ? mostSolids : solid);
  }
}
