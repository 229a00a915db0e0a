// What a picture shows: objects on the ground, and lamps.
import type { Random } from "../datasets/random.js";
import type { Vector } from "./camera.js";
import type { ClevrObject } from "./attributes.js";

/** An object and the point of the ground that it stands on. Objects are not turned. */
export interface PlacedSolid {
  readonly object: ClevrObject;
  readonly x: number;
  readonly y: number;
}

export interface ClevrScene {
  readonly solids: readonly PlacedSolid[];
  /** Centres of the three lamps: key, fill, back. */
  readonly lamps: readonly Vector[];
}

/** Where the lamps of CLEVR's base scene are. */
export const lampCentres: readonly Vector[] = [
  [6.447, -2.905, 4.258],
  [-4.671, -4.014, 3.011],
  [-1.169, 2.646, 5.816],
];

/** The lamps, each coordinate moved by U(−1, 1). */
export function jitteredLamps(rng: Random): Vector[] {
  return lampCentres.map(
    ([x, y, z]): Vector => [x + rng.uniform(-1, 1), y + rng.uniform(-1, 1), z + rng.uniform(-1, 1)],
  );
}
