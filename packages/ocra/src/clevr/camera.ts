// The camera of CLEVR's base scene. Lengths are Blender's units; z points up, the ground is z = 0.

/** A point or a direction in space. */
export type Vector = readonly [x: number, y: number, z: number];

interface Camera {
  readonly position: Vector;
  readonly right: Vector;
  readonly up: Vector;
  readonly backward: Vector;
  /** Half the picture's width at distance 1: a lens of 35 mm before a sensor 32 mm wide. */
  readonly halfWidth: number;
  /** Half its height: pictures are rendered at 320 × 240, then squashed to a square. */
  readonly halfHeight: number;
}

/** Place, orientation and lens of the camera. Source: the base scene of CLEVR. */
export const camera: Camera = {
  position: [7.481, -6.508, 5.344],
  right: [0.6563, 0.7545, 0],
  up: [-0.3579, 0.3114, 0.8803],
  backward: [0.6642, -0.5778, 0.4744],
  halfWidth: 16 / 35,
  halfHeight: (16 / 35) * (240 / 320),
};

/** Projects a point into the picture: fractions of its width from the left and of its height from the top. */
export function project([x, y, z]: Vector): { readonly column: number; readonly row: number } {
  const [px, py, pz] = camera.position;
  const along = (axis: Vector): number => (x - px) * axis[0] + (y - py) * axis[1] + (z - pz) * axis[2];
  const depth = -along(camera.backward);
  return {
    column: (1 + along(camera.right) / (depth * camera.halfWidth)) / 2,
    row: (1 - along(camera.up) / (depth * camera.halfHeight)) / 2,
  };
}

/** True if a sphere is wholly visible: on the inner side of the four planes through the picture's edges. */
export function holdsSphere([x, y, z]: Vector, radius: number): boolean {
  const [px, py, pz] = camera.position;
  const along = (axis: Vector): number => (x - px) * axis[0] + (y - py) * axis[1] + (z - pz) * axis[2];
  const depth = -along(camera.backward);
  const within = (aside: number, half: number): boolean =>
    (depth * half - Math.abs(aside)) / Math.sqrt(1 + half * half) >= radius;
  return within(along(camera.right), camera.halfWidth) && within(along(camera.up), camera.halfHeight);
}

/** Writes the unit direction in which the place (column, row) of the picture is seen. */
export function ray(column: number, row: number, direction: Float64Array): void {
  const across = (2 * column - 1) * camera.halfWidth;
  const upward = (1 - 2 * row) * camera.halfHeight;
  const { right, up, backward } = camera;
  const x = across * right[0] + upward * up[0] - backward[0];
  const y = across * right[1] + upward * up[1] - backward[1];
  const z = across * right[2] + upward * up[2] - backward[2];
  const length = Math.sqrt(x * x + y * y + z * z);
  direction[0] = x / length;
  direction[1] = y / length;
  direction[2] = z / length;
}
