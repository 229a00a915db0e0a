// What a renderer is given of a world.
import { VISIBLE } from "../model/look.js";
import type { World } from "../physics/world.js";
import { GEOM_TYPES, type ScenePoses, type SceneShapes } from "../scene.js";

/** MuJoCo's numbers of the types: with height fields, which are not drawn. */
const MUJOCO_TYPES = ["plane", "height field", ...GEOM_TYPES.slice(1)] as const;

function visible(world: World): readonly number[] {
  const { count, groups } = world.geoms;
  return Array.from({ length: count }, (_, geom) => geom).filter((geom) => groups[geom] === VISIBLE);
}

/** The visible shapes and the cameras of a world. */
export function shapesOf(world: World): SceneShapes {
  const geoms = visible(world);
  const { types, sizes, colors } = world.geoms;
  return {
    count: geoms.length,
    types: Uint8Array.from(geoms, (geom) =>
      (GEOM_TYPES as readonly string[]).indexOf(MUJOCO_TYPES[types[geom]!]!),
    ),
    sizes: Float64Array.from(geoms.flatMap((geom) => [...sizes.subarray(geom * 3, geom * 3 + 3)])),
    colors: Float32Array.from(geoms.flatMap((geom) => [...colors.subarray(geom * 4, geom * 4 + 4)])),
    names: geoms.map((geom) => world.geomName(geom)),
    cameras: world.cameras,
  };
}

/** Writes where they are. */
export function posesOf(world: World, into: ScenePoses): void {
  const { geomPositions, geomRotations, cameraPositions, cameraRotations } = world.places;
  visible(world).forEach((geom, at) => {
    into.positions.set(geomPositions.subarray(geom * 3, geom * 3 + 3), at * 3);
    into.rotations.set(geomRotations.subarray(geom * 9, geom * 9 + 9), at * 9);
  });
  into.cameraPositions.set(cameraPositions);
  into.cameraRotations.set(cameraRotations);
}
