// Scenes for tests: shapes by words, in plain light, and where a point lies in relation to them.
import { GEOM_TYPES, type GeomType, ScenePainter, type ScenePainterOptions } from "@throughline/envs";

export type Vector = readonly [number, number, number];

/** Row by row; its columns are the axes. */
export type Matrix = readonly number[];

export interface Shape {
  readonly type: GeomType;
  readonly size: readonly number[];
  readonly position?: Vector;
  readonly rotation?: Matrix;
  /** Bytes of red, green, blue. */
  readonly color: Vector;
  readonly opacity?: number;
}

export interface Camera {
  readonly position?: Vector;
  readonly rotation?: Matrix;
  readonly fieldOfView: number;
}

export const UNTURNED: Matrix = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/** The matrix of a unit quaternion (w, x, y, z); others are scaled. */
export function turned(w: number, x: number, y: number, z: number): Matrix {
  const scale = 2 / (w * w + x * x + y * y + z * z);
  return [
    ...[1 - scale * (y * y + z * z), scale * (x * y - w * z), scale * (x * z + w * y)],
    ...[scale * (x * y + w * z), 1 - scale * (x * x + z * z), scale * (y * z - w * x)],
    ...[scale * (x * z - w * y), scale * (y * z + w * x), 1 - scale * (x * x + y * y)],
  ];
}

/** Light from everywhere and from nowhere else: colours are drawn as they are. */
export const PLAIN = { ambient: 1, headlight: 0, lamps: [], samples: 1, squares: 0 } as const;

/** The picture of each camera: the colour of a pixel by row and column. */
export function drawn(
  shapes: readonly Shape[],
  cameras: readonly Camera[],
  options: ScenePainterOptions = {},
): ((row: number, column: number) => Vector)[] {
  const painter = new ScenePainter(
    {
      count: shapes.length,
      types: Uint8Array.from(shapes, ({ type }) => GEOM_TYPES.indexOf(type)),
      sizes: Float64Array.from(shapes.flatMap(({ size }) => [...size, 0, 0, 0].slice(0, 3))),
      colors: Float32Array.from(
        shapes.flatMap(({ color, opacity = 1 }) => [...color.map((byte) => byte / 255), opacity]),
      ),
      names: shapes.map(() => ""),
      cameras: cameras.map(({ fieldOfView }, at) => ({ name: `camera${at}`, fieldOfView })),
    },
    { ...PLAIN, ...options },
  );
  const frames = painter.draw({
    positions: Float64Array.from(shapes.flatMap(({ position = [0, 0, 0] }) => [...position])),
    rotations: Float64Array.from(shapes.flatMap(({ rotation = UNTURNED }) => rotation)),
    cameraPositions: Float64Array.from(cameras.flatMap(({ position = [0, 0, 0] }) => [...position])),
    cameraRotations: Float64Array.from(cameras.flatMap(({ rotation = UNTURNED }) => rotation)),
  });
  painter.close();
  return frames.map(
    ({ width, pixels }) =>
      (row, column) =>
        [...pixels.subarray((row * width + column) * 3, (row * width + column) * 3 + 3)] as unknown as Vector,
  );
}

export function times(m: Matrix, [x, y, z]: Vector): Vector {
  const row = (at: number): number => m[at]! * x + m[at + 1]! * y + m[at + 2]! * z;
  return [row(0), row(3), row(6)];
}

/** A point in the frame of a shape. */
export function inFrame({ position = [0, 0, 0], rotation = UNTURNED }: Shape, p: Vector): Vector {
  const [x, y, z] = [p[0] - position[0], p[1] - position[1], p[2] - position[2]];
  const column = (at: number): number => rotation[at]! * x + rotation[at + 3]! * y + rotation[at + 6]! * z;
  return [column(0), column(1), column(2)];
}

/**
 * How deep a point lies within a shape with a volume: above 0 inside, below 0 outside, and at most the distance to the surface on both
 * sides (of an ellipsoid, as much of its least radius).
 */
export function depthWithin(shape: Shape, point: Vector): number {
  const [x, y, z] = inFrame(shape, point);
  const [a = 0, b = 0, c = 0] = shape.size;
  switch (shape.type) {
    case "sphere":
      return a - Math.hypot(x, y, z);
    case "capsule":
      return a - Math.hypot(x, y, z - Math.max(-b, Math.min(b, z)));
    case "ellipsoid":
      return Math.min(a, b, c) * (1 - Math.hypot(x / a, y / b, z / c));
    case "cylinder":
      return Math.min(a - Math.hypot(x, y), b - Math.abs(z));
    case "box":
      return Math.min(a - Math.abs(x), b - Math.abs(y), c - Math.abs(z));
    default:
      throw new Error(`${shape.type} has no volume`);
  }
}

/** Direction of the ray of a pixel's middle, of depth 1. */
export function rayOf(
  { rotation = UNTURNED, fieldOfView }: Camera,
  height: number,
  width: number,
  row: number,
  column: number,
): Vector {
  const half = Math.tan((fieldOfView * Math.PI) / 360);
  const x = ((2 * (column + 0.5)) / width - 1) * half * (width / height);
  return times(rotation, [x, (1 - (2 * (row + 0.5)) / height) * half, -1]);
}
