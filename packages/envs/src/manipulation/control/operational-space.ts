// Control in the space of the hand (Khatib 1987), as robosuite's OSC_POSE does it: forces on the hand that pull it to a goal as a
// critically damped spring would, with inertia taken out, and torques that make them.
import { inverse, multiply, transpose } from "./matrix.js";

/** Stiffness of the spring in 1/s², of position and orientation alike; it is damped critically. */
export const STIFFNESS = 150;

/** Stiffness that draws the joints to their posture, where the hand is not moved by it. */
export const POSTURE_STIFFNESS = 10;

/** What the torques follow from: n joints. */
export interface ArmState {
  /** Velocity of the hand by the joints' [3, n], linear and angular. */
  readonly linear: Float64Array;
  readonly angular: Float64Array;
  /** Inertia [n, n]. */
  readonly mass: Float64Array;
  /** Torques of gravity, Coriolis and centrifugal forces [n]. */
  readonly bias: Float64Array;
  /** Velocities of the joints [n]. */
  readonly velocities: Float64Array;
  /** From the joints to their posture [n]. */
  readonly postureError: Float64Array;
  /** From the hand to its goal [3], position and orientation. */
  readonly positionError: Float64Array;
  readonly rotationError: Float64Array;
}

/**
 * Torques [n], without limits:
 *
 * τ = Jᵀ [Λ_p (k e_p − d v); Λ_r (k e_r − d ω)] + bias + Nᵀ M (k₀ (q₀ − q) − d₀ q̇)
 *
 * with Λ = (J M⁻¹ Jᵀ)⁻¹ of the linear and the angular rows apart, d = 2 √k, and N = I − M⁻¹ Jᵀ Λ J of all six rows.
 */
export function operationalSpaceTorques(state: ArmState): Float64Array {
  const { linear, angular, mass, velocities } = state;
  const n = velocities.length;
  const massInverse = inverse(mass, n);
  const jacobian = new Float64Array(6 * n);
  jacobian.set(linear);
  jacobian.set(angular, 3 * n);

  const wrench = new Float64Array(6);
  wrench.set(force(linear, state.positionError, velocities, massInverse));
  wrench.set(force(angular, state.rotationError, velocities, massInverse), 3);

  // Nᵀ M a = M a − Jᵀ Λ J a, since J M⁻¹ M a = J a.
  const damping = 2 * Math.sqrt(POSTURE_STIFFNESS);
  const wanted = state.postureError.map((error, at) => POSTURE_STIFFNESS * error - damping * velocities[at]!);
  const felt = multiply(
    inertiaAtHand(jacobian, 6, massInverse),
    multiply(jacobian, wanted, [6, n, 1]),
    [6, 6, 1],
  );
  const posture = multiply(mass, wanted, [n, n, 1]);

  const rest = wrench.map((part, at) => part - felt[at]!);
  const torques = multiply(transpose(jacobian, 6, n), rest, [n, 6, 1]);
  return torques.map((torque, at) => torque + state.bias[at]! + posture[at]!);
}

/** Λ (k e − d J q̇) of three rows. */
function force(
  jacobian: Float64Array,
  error: Float64Array,
  velocities: Float64Array,
  massInverse: Float64Array,
): Float64Array {
  const n = velocities.length;
  const damping = 2 * Math.sqrt(STIFFNESS);
  const velocity = multiply(jacobian, velocities, [3, n, 1]);
  const pull = velocity.map((speed, at) => STIFFNESS * error[at]! - damping * speed);
  return multiply(inertiaAtHand(jacobian, 3, massInverse), pull, [3, 3, 1]);
}

/** (J M⁻¹ Jᵀ)⁻¹ */
function inertiaAtHand(jacobian: Float64Array, rows: number, massInverse: Float64Array): Float64Array {
  const n = jacobian.length / rows;
  const half = multiply(jacobian, massInverse, [rows, n, n]);
  return inverse(multiply(half, transpose(jacobian, rows, n), [rows, n, rows]), rows);
}
