// A whole world as MJCF: the arm, what stands around it, and the object.
import { floor } from "./arenas.js";
import { fingerMotors } from "./gripper.js";
import { armMotors, panda } from "./panda.js";
import { element } from "./xml.js";

/** Parts of a world. */
export interface WorldParts {
  /** Where the robot stands: x and y. */
  readonly base: readonly [number, number];
  /** Tables, bins, cameras. */
  readonly arena: readonly string[];
  readonly object: string;
}

/** Seconds of one step of the simulation. */
export const STEP_TIME = 0.002;

/**
 * The model. The options are robosuite's: elliptic friction cones, in which friction is 20 times as stiff as what keeps things apart,
 * and air.
 */
export function world({ base, arena, object }: WorldParts): string {
  return element(
    "mujoco",
    { model: "manipulation" },
    element("compiler", { angle: "radian", autolimits: "true" }),
    element("option", {
      ...{ timestep: STEP_TIME, impratio: 20, cone: "elliptic", density: 1.2, viscosity: 0.00002 },
    }),
    element("visual", {}, element("map", { znear: 0.001 })),
    // The robot's numbers come first in the state, the object's after them.
    element("worldbody", {}, floor(), ...arena, panda(base), object),
    element("actuator", {}, armMotors(), fingerMotors()),
  );
}
