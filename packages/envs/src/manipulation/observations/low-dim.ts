// What is observed without pictures, by the names of robomimic's data sets (Mandlekar et al. 2021).
import { Box } from "../../spaces.js";

/** Numbers of each key but `object`, whose number depends on the task. */
const SIZES = {
  robot0_eef_pos: 3,
  robot0_eef_quat: 4,
  robot0_eef_vel_lin: 3,
  robot0_eef_vel_ang: 3,
  robot0_gripper_qpos: 2,
  robot0_gripper_qvel: 2,
  robot0_joint_pos: 7,
  robot0_joint_pos_cos: 7,
  robot0_joint_pos_sin: 7,
  robot0_joint_vel: 7,
} as const;

/** An observation: arrays of float64 by key, all of them new at each step. */
export type LowDimObservation = Readonly<Record<keyof typeof SIZES | "object", Float64Array>>;

/** Spaces of the keys. @param objectSize numbers of the key `object` */
export function lowDimSpaces(objectSize: number): Readonly<Record<string, Box<"float64">>> {
  const sizes = Object.entries({ object: objectSize, ...SIZES });
  return Object.fromEntries(
    sizes.map(([key, size]) => [key, new Box(-Infinity, Infinity, [size], "float64")]),
  );
}

/** What policies on states are given in robomimic: object, and the hand's position, orientation and fingers. */
export const POLICY_KEYS = ["object", "robot0_eef_pos", "robot0_eef_quat", "robot0_gripper_qpos"] as const;
