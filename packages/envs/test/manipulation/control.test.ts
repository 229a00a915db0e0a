// The laws of control by hand: small matrices, turns, forces at the hand, and the fingers' target.
import { describe, expect, test } from "vitest";
import { GripperControl } from "../../dist/manipulation/control/gripper-control.js";
import { inverse, multiply, transpose } from "../../dist/manipulation/control/matrix.js";
import {
  type ArmState,
  operationalSpaceTorques,
  POSTURE_STIFFNESS,
  STIFFNESS,
} from "../../dist/manipulation/control/operational-space.js";
import {
  after,
  conjugate,
  quaternionProduct,
  rotationError,
  rotationOf,
  turned,
} from "../../dist/manipulation/control/rotations.js";
import { random } from "./support/random.js";

const close = (some: ArrayLike<number>, others: ArrayLike<number>, digits = 12): void => {
  expect(some.length).toBe(others.length);
  for (let at = 0; at < some.length; at++) expect(some[at], `place ${at}`).toBeCloseTo(others[at]!, digits);
};

const identity = (n: number): Float64Array =>
  Float64Array.from({ length: n * n }, (_, at) => (Math.floor(at / n) === at % n ? 1 : 0));

/** A symmetric positive definite matrix. */
function inertia(n: number, seed: number): Float64Array {
  const half = random(n * n, seed);
  return multiply(half, transpose(half, n, n), [n, n, n]).map((value, at) => value + identity(n)[at]!);
}

test("the inverse of a symmetric positive definite matrix times itself is the identity", () => {
  for (const n of [1, 3, 6, 7])
    close(multiply(inverse(inertia(n, n), n), inertia(n, n), [n, n, n]), identity(n), 10);
  close(inverse([4, 2, 2, 3], 2), [3 / 8, -2 / 8, -2 / 8, 4 / 8]);
  expect(inverse([1, 2, 2, 1], 2).some(Number.isNaN)).toBe(true);
});

test("turns about the axes are those of the textbook, and a turn's error is the sine of what is missing", () => {
  close(rotationOf([0, 0, Math.PI / 2]), [0, -1, 0, 1, 0, 0, 0, 0, 1]);
  close(rotationOf([0, 0, 0]), identity(3));
  close(after(rotationOf([0.3, 0, 0]), rotationOf([0.4, 0, 0])), rotationOf([0.7, 0, 0]));
  for (const angle of [-1, -0.1, 0, 0.2, 1.5]) {
    const start = rotationOf([0.2, -0.7, 0.4]);
    close(rotationError(after(rotationOf([0, angle, 0]), start), start), [0, Math.sin(angle), 0]);
  }
});

test("quaternions turn as matrices do", () => {
  const half = 0.35;
  const quarter = Float64Array.of(Math.cos(half), 0, 0, Math.sin(half));
  close(turned(quarter, [1, 0, 0]), [Math.cos(2 * half), Math.sin(2 * half), 0]);
  close(quaternionProduct(quarter, conjugate(quarter)), [1, 0, 0, 0]);
});

describe("torques of operational-space control", () => {
  const n = 7;
  const zeros = (size: number): Float64Array => new Float64Array(size);
  const state = (given: Partial<ArmState>): ArmState => ({
    ...{ linear: random(3 * n, 1), angular: random(3 * n, 2), mass: inertia(n, 3), bias: zeros(n) },
    ...{ velocities: zeros(n), postureError: zeros(n), positionError: zeros(3), rotationError: zeros(3) },
    ...given,
  });
  const accelerations = (given: ArmState, torques: Float64Array): Float64Array =>
    multiply(
      inverse(given.mass, n),
      torques.map((torque, at) => torque - given.bias[at]!),
      [n, n, 1],
    );

  test("at rest at its goal the arm is only held against gravity", () => {
    const bias = random(n, 4);
    close(operationalSpaceTorques(state({ bias })), bias);
  });

  test("an error of position accelerates the hand by 150 of it, whatever its inertia", () => {
    const positionError = Float64Array.of(0.02, -0.01, 0.03);
    const given = state({ positionError });
    const torques = operationalSpaceTorques(given);
    const hand = multiply(given.linear, accelerations(given, torques), [3, n, 1]);
    close(
      hand,
      positionError.map((error) => STIFFNESS * error),
      9,
    );
  });

  test("where each joint moves the hand along one axis and the last not at all, each is a spring and damper of its own", () => {
    const rows = identity(n);
    const velocities = random(n, 5);
    const given = state({
      ...{ linear: rows.slice(0, 3 * n), angular: rows.slice(3 * n, 6 * n), mass: rows, velocities },
      ...{ positionError: Float64Array.of(1, 2, 3), rotationError: Float64Array.of(4, 5, 6) },
      postureError: Float64Array.of(9, 9, 9, 9, 9, 9, 7),
    });
    const damping = 2 * Math.sqrt(STIFFNESS);
    close(operationalSpaceTorques(given), [
      ...[1, 2, 3, 4, 5, 6].map((error, at) => STIFFNESS * error - damping * velocities[at]!),
      POSTURE_STIFFNESS * 7 - 2 * Math.sqrt(POSTURE_STIFFNESS) * velocities[6]!,
    ]);
  });

  test("the posture is drawn to without moving the hand", () => {
    const postureError = random(n, 6);
    const given = state({ postureError });
    const joints = accelerations(given, operationalSpaceTorques(given));
    close(multiply(given.linear, joints, [3, n, 1]), [0, 0, 0], 9);
    close(multiply(given.angular, joints, [3, n, 1]), [0, 0, 0], 9);
    expect(Math.hypot(...joints)).toBeGreaterThan(0.1);
    // Of the acceleration that the spring alone would give, what is left is the part along the one free direction.
    const wanted = postureError.map((error) => POSTURE_STIFFNESS * error);
    const dot = multiply(multiply(joints, given.mass, [1, n, n]), wanted, [1, n, 1])[0]!;
    const own = multiply(multiply(joints, given.mass, [1, n, n]), joints, [1, n, 1])[0]!;
    expect(dot).toBeCloseTo(own, 8);
  });
});

describe("fingers", () => {
  const control = (actions: readonly number[]): GripperControl => {
    const fingers = new GripperControl();
    for (const action of actions) for (let step = 0; step < 25; step++) fingers.move(action);
    return fingers;
  };

  test("begin in the middle, close in 4 actions, and open in 8 from there", () => {
    expect(control([]).commands).toEqual([0.02, -0.02]);
    expect(control([1, 1, 1]).target).toBeCloseTo(0.75, 12);
    expect(control([1, 1, 1, 1]).target).toBe(1);
    expect(control([1, 1, 1, 1]).commands).toEqual([0, -0]);
    expect(control([1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1]).target).toBeCloseTo(-0.75, 12);
    const open = control([1, 1, 1, 1, ...Array.from({ length: 8 }, () => -1)]);
    expect(open.target).toBe(-1);
    expect(open.commands).toEqual([0.04, -0.04]);
  });

  test("go by the sign alone, and stop with 0", () => {
    expect(control([0.001]).target).toBe(control([1]).target);
    expect(control([1, 0, 0]).target).toBe(control([1]).target);
  });
});
