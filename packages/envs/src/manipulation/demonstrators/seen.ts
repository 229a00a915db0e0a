// What a script goes by: the low-dimensional observation in the terms of hands and things.
import type { LowDimObservation } from "../observations/low-dim.js";

/** A point in metres. */
export type Point = readonly [number, number, number];

export interface Seen {
  /** The point between the finger tips. */
  readonly grip: Point;
  /** Its speed in m/s. */
  readonly speed: number;
  /** Orientation of the hand as a quaternion, w first. */
  readonly handTurn: Float64Array;
  /**
   * Radians about the vertical by which the hand's x axis, along which no finger moves, is turned from the world's. It goes on beyond
   * half a turn, as the wrist does.
   */
  readonly handYaw: number;
  readonly object: Point;
  readonly objectYaw: number;
}

/** Angle in −π … π. */
export function wrapped(angle: number): number {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}

/** Angle to the nearest multiple of `step` from it, with the sign that leads there. */
export function toNearest(angle: number, step: number): number {
  return step * Math.round(angle / step) - angle;
}

/** @param yawBefore `handYaw` of the observation before, or 0 */
export function seenIn(observation: LowDimObservation, yawBefore: number): Seen {
  const [x, y, z, w] = observation.robot0_eef_quat as unknown as [number, number, number, number];
  const [, , , ox, oy, oz, ow] = observation.object as unknown as number[] as [
    ...Point,
    number,
    number,
    number,
    number,
  ];
  return {
    grip: point(observation.robot0_eef_pos),
    speed: Math.hypot(...observation.robot0_eef_vel_lin),
    handTurn: Float64Array.of(w, x, y, z),
    handYaw: yawBefore + wrapped(yaw(x, y, z, w) - yawBefore),
    object: point(observation.object),
    objectYaw: yaw(ox, oy, oz, ow),
  };
}

function point(values: Float64Array): Point {
  return [values[0]!, values[1]!, values[2]!];
}

/** Direction of the x axis, seen from above. */
function yaw(x: number, y: number, z: number, w: number): number {
  return Math.atan2(2 * (x * y + w * z), 1 - 2 * (y * y + z * z));
}
