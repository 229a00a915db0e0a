// Content of a picture: objects on the ground, and lamps.

import type { Random } from "@throughline/lab/random";
import { OcraDataError } from "../datasets/errors.js";
import { type ClevrObject, clevrNumber, clevrObjects } from "./attributes.js";
import type { Vector } from "./camera.js";

/** An object and the point of the ground that it stands on. Objects are not turned: sides of cubes follow the axes. */
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

/** Positions of the lamps in CLEVR's base scene. */
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

/** @throws OcraDataError ocra/argument unless the scene can be rendered. */
export function checkScene({ solids, lamps }: ClevrScene): void {
  if (solids.length > 15) refuse(`has ${solids.length} solids; at most 15 are accepted`);
  if (lamps.length !== 3) refuse(`has ${lamps.length} lamps; three are accepted: key, fill and back`);
  for (const { object, x, y } of solids) {
    if (clevrObjects[clevrNumber(object)]?.join() !== object.join()) {
      refuse(`has an object [${object.join(", ")}]; accepted: numbers of a colour, shape, size and material`);
    }
    if (!Number.isFinite(x + y)) refuse(`has an object at (${x}, ${y}); give finite numbers`);
  }
  if (!lamps.flat().every(Number.isFinite)) refuse("has a lamp at a place that is not finite");
}

function refuse(reason: string): never {
  throw new OcraDataError("argument", `renderScene: the scene ${reason}`);
}
