// Franka's Panda: kinematics and joint limits as its maker publishes them, masses and joints as in robosuite's model (Zhu et al. 2020),
// shapes from primitives.
import { ARM, THING } from "./contact.js";
import { gripper } from "./gripper.js";
import { COLORS, VISIBLE } from "./look.js";
import { element } from "./xml.js";

/** Names of the arm's joints, from the base on. */
export const ARM_JOINTS: readonly string[] = [1, 2, 3, 4, 5, 6, 7].map((number) => `joint${number}`);

/** Limits of the torques in N·m. */
export const TORQUES: readonly number[] = [80, 80, 80, 80, 80, 12, 12];

/** The posture in which episodes begin, before noise. */
export const START_POSTURE: readonly number[] = [
  0,
  Math.PI / 16,
  0,
  -Math.PI / 2 - Math.PI / 3,
  0,
  Math.PI - 0.2,
  Math.PI / 4,
];

/** Height of the arm's base above the floor. */
const BASE_HEIGHT = 0.912;

interface Link {
  readonly position: readonly number[];
  /** Quarter turns about x: the next joint's axis lies across. */
  readonly turn: -1 | 0 | 1;
  readonly range: readonly [number, number];
  readonly damping: number;
  readonly mass: number;
  readonly inertia: number;
  readonly center: readonly number[];
  /** Capsules: radius, then the two ends. */
  readonly capsules: readonly (readonly number[])[];
}

const LINKS: readonly Link[] = [
  {
    ...{ position: [0, 0, 0.333], turn: 0, range: [-2.8973, 2.8973], damping: 0.1 },
    ...{ mass: 3, inertia: 0.3, center: [0, 0, -0.07], capsules: [[0.06, 0, 0, -0.2, 0, 0, 0]] },
  },
  {
    ...{ position: [0, 0, 0], turn: -1, range: [-1.7628, 1.7628], damping: 0.1 },
    ...{ mass: 3, inertia: 0.3, center: [0, -0.1, 0] },
    capsules: [
      [0.06, 0, 0, -0.06, 0, 0, 0.06],
      [0.055, 0, 0, 0, 0, -0.14, 0],
    ],
  },
  {
    ...{ position: [0, -0.316, 0], turn: 1, range: [-2.8973, 2.8973], damping: 0.1 },
    ...{ mass: 2, inertia: 0.2, center: [0.04, 0, -0.05] },
    capsules: [
      [0.055, 0, 0, -0.12, 0, 0, 0],
      [0.055, 0.0825, -0.05, 0, 0.0825, 0.05, 0],
      [0.045, 0, 0, -0.02, 0.0825, 0, 0],
    ],
  },
  {
    ...{ position: [0.0825, 0, 0], turn: 1, range: [-3.0718, -0.0698], damping: 0.1 },
    ...{ mass: 2, inertia: 0.2, center: [-0.04, 0.05, 0] },
    capsules: [
      [0.055, 0, 0, -0.05, 0, 0, 0.05],
      [0.05, 0, 0, 0, -0.0825, 0.06, 0],
      [0.055, -0.0825, 0.06, 0, -0.0825, 0.1, 0],
    ],
  },
  {
    ...{ position: [-0.0825, 0.384, 0], turn: -1, range: [-2.8973, 2.8973], damping: 0.1 },
    ...{ mass: 2, inertia: 0.2, center: [0, 0, -0.15] },
    capsules: [
      [0.055, 0, 0, -0.24, 0, 0, -0.18],
      [0.035, 0, 0.06, -0.16, 0, 0.09, -0.03],
      [0.05, 0, 0.05, 0, 0, -0.01, 0],
    ],
  },
  {
    ...{ position: [0, 0, 0], turn: 1, range: [-0.0175, 3.7525], damping: 0.01 },
    ...{ mass: 1.5, inertia: 0.1, center: [0.06, 0, 0] },
    capsules: [
      [0.048, 0, 0, -0.03, 0, 0, 0.02],
      [0.044, 0.088, 0.02, 0, 0.088, -0.01, 0],
      [0.04, 0, 0, 0, 0.088, 0, 0],
    ],
  },
  {
    ...{ position: [0.088, 0, 0], turn: 1, range: [-2.8973, 2.8973], damping: 0.01 },
    ...{ mass: 0.5, inertia: 0.05, center: [0, 0, 0.08], capsules: [[0.042, 0, 0, 0.04, 0, 0, 0.065]] },
  },
];

/** Of a quaternion of 90°. */
const QUARTER = Math.SQRT1_2;

/** The hand stands askew to the flange: a quaternion, w first, of nearly 45°, which MuJoCo normalises. */
const HAND_TURN = [0.924, 0, 0, -0.383] as const;

/** A pedestal, the arm on it, and the gripper at its end. @param base where it stands: x and y */
export function panda(base: readonly [number, number]): string {
  return element(
    "body",
    { name: "base", pos: [...base, BASE_HEIGHT] },
    ...pedestal(),
    element(
      "body",
      { name: "link0" },
      element("inertial", { pos: [0, 0, 0.05], mass: 4, diaginertia: [0.4, 0.4, 0.4] }),
      shape("link0", { type: "capsule", size: 0.07, fromto: [-0.07, 0, 0.05, 0, 0, 0.07] }),
      shape("link0 neck", { type: "cylinder", size: 0.075, fromto: [0, 0, 0, 0, 0, 0.13] }),
      chain(0),
    ),
  );
}

/** Motors of the arm, whose commands are torques. */
export function armMotors(): string {
  return ARM_JOINTS.map((joint, at) =>
    element("motor", {
      ...{ name: `torque ${joint}`, joint, ctrllimited: "true", ctrlrange: [-TORQUES[at]!, TORQUES[at]!] },
    }),
  ).join("");
}

function chain(at: number): string {
  const link = LINKS[at];
  if (link === undefined) return hand();
  const { position, turn, range, damping, mass, inertia, center, capsules } = link;
  const name = `link${at + 1}`;
  return element(
    "body",
    { name, pos: position, quat: turn === 0 ? undefined : [QUARTER, turn * QUARTER, 0, 0] },
    element("inertial", { pos: center, mass, diaginertia: [inertia, inertia, inertia] }),
    element("joint", {
      ...{ name: ARM_JOINTS[at]!, axis: [0, 0, 1], limited: "true", range, damping },
      // Added to every arm by robosuite, with the first joints' larger.
      ...{ armature: 5 / (at + 1), frictionloss: 0.1 },
    }),
    ...capsules.map(([size, ...ends], part) =>
      shape(part === 0 ? name : `${name} part ${part}`, { type: "capsule", size: size!, fromto: ends }),
    ),
    chain(at + 1),
  );
}

function hand(): string {
  return element(
    "body",
    { name: "right_hand", pos: [0, 0, 0.1065], quat: HAND_TURN },
    element("inertial", { pos: [0, 0, 0], mass: 0.5, diaginertia: [0.05, 0.05, 0.05] }),
    element("camera", {
      ...{ name: "robot0_eye_in_hand", pos: [0.05, 0, 0], quat: [0, QUARTER, QUARTER, 0], fovy: 75 },
    }),
    gripper(),
  );
}

function shape(name: string, attributes: Parameters<typeof element>[1]): string {
  return element("geom", { name, rgba: COLORS.link, group: VISIBLE, ...ARM, ...attributes });
}

function pedestal(): readonly string[] {
  const part = (name: string, pos: readonly number[], type: string, size: readonly number[]): string =>
    element("geom", { name, type, pos, size, rgba: COLORS.pedestal, group: VISIBLE, ...THING });
  return [
    part("pedestal box", [-0.325, 0, -0.37], "box", [0.11, 0.2, 0.265]),
    part("pedestal feet", [-0.1225, 0, -0.748], "box", [0.385, 0.35, 0.155]),
    part("pedestal", [-0.02, 0, -0.28], "cylinder", [0.18, 0.28]),
  ];
}
