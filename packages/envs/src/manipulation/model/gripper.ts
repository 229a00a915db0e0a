// The Panda's hand with two fingers; joints, pads and motors as in robosuite's model.
import { ARM, FRICTION, THING } from "./contact.js";
import { COLORS, VISIBLE } from "./look.js";
import { element } from "./xml.js";

/** Names of the fingers' joints. */
export const FINGER_JOINTS = ["finger_joint1", "finger_joint2"] as const;

/** Opening of each finger in m; the second's is negative. */
export const FINGER_RANGE = 0.04;

/** The fingers when an episode begins. */
export const START_FINGERS: readonly number[] = [0.020833, -0.020833];

/** Distance of the point that is controlled, `grip_site`, from the hand. */
const GRIP = 0.097;

/** The hand's body with its fingers, as it hangs at the end of the arm. */
export function gripper(): string {
  return element(
    "body",
    { name: "gripper", quat: [Math.SQRT1_2, 0, 0, -Math.SQRT1_2] },
    element("inertial", {
      ...{ pos: [0, 0, 0.17], quat: [Math.SQRT1_2, Math.SQRT1_2, 0, 0], mass: 0.3 },
      diaginertia: [0.09, 0.07, 0.05],
    }),
    element("geom", {
      ...{ name: "hand", type: "box", pos: [0, 0, 0.035], size: [0.1, 0.02, 0.031], rgba: COLORS.link },
      ...{ group: VISIBLE, ...ARM },
    }),
    element("geom", {
      ...{ name: "wrist", type: "cylinder", pos: [0, 0, -0.005], size: [0.044, 0.012], rgba: COLORS.joint },
      ...{ group: VISIBLE, ...ARM },
    }),
    element("site", { name: "grip_site", pos: [0, 0, GRIP], size: 0.005, group: 4 }),
    finger(0),
    finger(1),
  );
}

/** Motors that push the fingers to a position. */
export function fingerMotors(): string {
  return FINGER_JOINTS.map((joint, at) =>
    element("position", {
      ...{ name: `position ${joint}`, joint, kp: 1000, ctrllimited: "true" },
      ctrlrange: at === 0 ? [0, FINGER_RANGE] : [-FINGER_RANGE, 0],
      ...{ forcelimited: "true", forcerange: [-20, 20] },
    }),
  ).join("");
}

function finger(at: 0 | 1): string {
  const side = at === 0 ? 1 : -1;
  const name = at === 0 ? "left finger" : "right finger";
  const metal = { rgba: COLORS.finger, group: VISIBLE, ...ARM, condim: 4, friction: FRICTION };
  return element(
    "body",
    { name, pos: [0, 0, 0.0524], quat: [Math.SQRT1_2, 0, 0, Math.SQRT1_2] },
    element("inertial", { pos: [0, 0, 0.05], mass: 0.1, diaginertia: [0.01, 0.01, 0.005] }),
    element("joint", {
      ...{ name: FINGER_JOINTS[at], type: "slide", axis: [0, 1, 0], limited: "true" },
      range: at === 0 ? [0, FINGER_RANGE] : [-FINGER_RANGE, 0],
      ...{ damping: 100, armature: 1, frictionloss: 1 },
    }),
    element("geom", {
      ...{
        name: `${name} stem`,
        type: "box",
        pos: [0, side * 0.0185, 0.0185],
        size: [0.0105, 0.0075, 0.0185],
      },
      ...metal,
    }),
    element("geom", {
      ...{
        name: `${name} tip`,
        type: "box",
        pos: [0, side * 0.0075, 0.0435],
        size: [0.0088, 0.0075, 0.0103],
      },
      ...metal,
    }),
    element(
      "body",
      { name: `${name} pad`, pos: [0, side * 0.0085, 0.056] },
      element("inertial", { pos: [0, 0, 0], mass: 0.01, diaginertia: [0.01, 0.01, 0.01] }),
      element("geom", {
        ...{ name: `${name} pad`, type: "box", pos: [0, side * -0.005, -0.015], size: [0.008, 0.004, 0.008] },
        ...{ rgba: COLORS.pad, group: VISIBLE, ...THING, solref: [0.01, 0.5], friction: [2, 0.05, 0.0001] },
      }),
    ),
  );
}
