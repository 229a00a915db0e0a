// Rotations as matrices [9], row by row, and as unit quaternions, w first as MuJoCo has them.
import { multiply } from "./matrix.js";

/** The rotation about a vector by its length in radians (Rodrigues 1840). */
export function rotationOf([x, y, z]: ArrayLike<number> & Iterable<number>): Float64Array {
  const angle = Math.hypot(x!, y!, z!);
  if (angle === 0) return Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  const [a, b, c] = [x! / angle, y! / angle, z! / angle];
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const rest = 1 - cosine;
  return Float64Array.of(
    ...[cosine + a * a * rest, a * b * rest - c * sine, a * c * rest + b * sine],
    ...[b * a * rest + c * sine, cosine + b * b * rest, b * c * rest - a * sine],
    ...[c * a * rest - b * sine, c * b * rest + a * sine, cosine + c * c * rest],
  );
}

/** One rotation after another: first `inner`, then `outer`. */
export function after(outer: ArrayLike<number>, inner: ArrayLike<number>): Float64Array {
  return multiply(outer, inner, [3, 3, 3]);
}

/**
 * What turns `current` into `desired`: half the sum of the cross products of their axes. Its length is the sine of the angle, so that
 * it is the vector of the rotation for small ones, and smaller than that for large ones.
 */
export function rotationError(desired: ArrayLike<number>, current: ArrayLike<number>): Float64Array {
  const error = new Float64Array(3);
  for (let axis = 0; axis < 3; axis++) {
    const [a, b, c] = [current[axis]!, current[3 + axis]!, current[6 + axis]!];
    const [d, e, f] = [desired[axis]!, desired[3 + axis]!, desired[6 + axis]!];
    error[0] = error[0]! + 0.5 * (b * f - c * e);
    error[1] = error[1]! + 0.5 * (c * d - a * f);
    error[2] = error[2]! + 0.5 * (a * e - b * d);
  }
  return error;
}

/** a b of quaternions: first b, then a. */
export function quaternionProduct(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  return Float64Array.of(
    a[0]! * b[0]! - a[1]! * b[1]! - a[2]! * b[2]! - a[3]! * b[3]!,
    a[0]! * b[1]! + a[1]! * b[0]! + a[2]! * b[3]! - a[3]! * b[2]!,
    a[0]! * b[2]! - a[1]! * b[3]! + a[2]! * b[0]! + a[3]! * b[1]!,
    a[0]! * b[3]! + a[1]! * b[2]! - a[2]! * b[1]! + a[3]! * b[0]!,
  );
}

/** The inverse of a unit quaternion. */
export function conjugate([w, x, y, z]: ArrayLike<number> & Iterable<number>): Float64Array {
  return Float64Array.of(w!, -x!, -y!, -z!);
}

/** A vector turned by a quaternion. */
export function turned(
  quaternion: ArrayLike<number> & Iterable<number>,
  vector: ArrayLike<number>,
): Float64Array {
  const pure = Float64Array.of(0, vector[0]!, vector[1]!, vector[2]!);
  return quaternionProduct(quaternionProduct(quaternion, pure), conjugate(quaternion)).slice(1);
}

/** Robosuite's order: x, y, z, w. */
export function lastW([w, x, y, z]: ArrayLike<number> & Iterable<number>): Float64Array {
  return Float64Array.of(x!, y!, z!, w!);
}
