// What a renderer is given of a simulated world: shapes that keep their sizes and colours, where they are, and cameras. Physics fills
// it, a renderer draws it; neither knows the other.

/** Types of shapes, in the order of their numbers, which are MuJoCo's without height fields. */
export const GEOM_TYPES = ["plane", "sphere", "capsule", "ellipsoid", "cylinder", "box", "mesh"] as const;

export type GeomType = (typeof GEOM_TYPES)[number];

/**
 * Visible shapes of a world, as far as they do not move: flat arrays with a row for each shape.
 *
 * Sizes are MuJoCo's, in metres: of a plane half its length and width (0: without end), of a sphere its radius, of a capsule and a
 * cylinder radius and half length along z (a capsule's without its caps), of an ellipsoid its radii, of a box half its edges. What a
 * type does not use is 0.
 */
export interface SceneShapes {
  /** Number of shapes. */
  readonly count: number;
  /** Index into `GEOM_TYPES` [count]. */
  readonly types: Uint8Array;
  /** float64 [count, 3] */
  readonly sizes: Float64Array;
  /** Red, green, blue and opacity from 0 to 1: float32 [count, 4]. */
  readonly colors: Float32Array;
  /** Names for messages and tests; "" for a shape without one. */
  readonly names: readonly string[];
  readonly cameras: readonly SceneCamera[];
}

/** A camera, as far as it does not move. */
export interface SceneCamera {
  /** `agentview` or `robot0_eye_in_hand`. */
  readonly name: string;
  /** Vertical, in degrees. */
  readonly fieldOfView: number;
}

/**
 * Where the shapes and cameras are, in the world's coordinates, whose z points up. Rotations are matrices, row by row, whose columns
 * are the axes of the shape or camera. A camera looks along −z of its own frame, with +y up and +x to the right.
 */
export interface ScenePoses {
  /** float64 [shapes, 3] */
  readonly positions: Float64Array;
  /** float64 [shapes, 3, 3] */
  readonly rotations: Float64Array;
  /** float64 [cameras, 3] */
  readonly cameraPositions: Float64Array;
  /** float64 [cameras, 3, 3] */
  readonly cameraRotations: Float64Array;
}

/** Poses of as many shapes and cameras, all zero, to be filled. */
export function emptyPoses({ count, cameras }: SceneShapes): ScenePoses {
  return {
    positions: new Float64Array(count * 3),
    rotations: new Float64Array(count * 9),
    cameraPositions: new Float64Array(cameras.length * 3),
    cameraRotations: new Float64Array(cameras.length * 9),
  };
}
