// How each task is done.
import { PEG } from "../tasks/square.js";
import type { ManipulationId } from "../tasks/tasks.js";
import { type Grasp, grasp } from "./grasp.js";
import { detour, hold, type Motion, type Mover, pause, plus, reach } from "./motions.js";
import { type Point, type Seen, toNearest, wrapped } from "./seen.js";
import type { Aim } from "./steering.js";

/** A task from its first observation on, to its end and beyond. */
export type Script = (seen: Seen, mover: Mover) => Motion;

/** Metres from the nut's middle to where its handle is held. */
const HANDLE = 0.063;
/** Height of the nut that clears the peg. */
const OVER = PEG[2] + 0.1 + 0.04;

/** A cube is grasped at its middle, with the fingers along its nearest edges. */
function* lift(seen: Seen, mover: Mover): Motion {
  const graspOf = ({ object, objectYaw }: Seen): Grasp => ({
    position: object,
    yaw: -toNearest(objectYaw, Math.PI / 2),
    tolerance: mover.skill.tolerance,
  });
  for (;;) {
    seen = yield* grasp(seen, mover, graspOf);
    const up: Aim = { position: plus(seen.grip, [0, 0, 0.1]), yaw: seen.handYaw, fingers: 1 };
    seen = yield* reach(seen, () => up, 0.02);
    seen = yield* whileHeld(seen, up, 0.05);
  }
}

/** Keeps the aim as long as the object is in the hand. */
function* whileHeld(seen: Seen, aim: Aim, far: number): Motion {
  while (isHeld(seen, far)) seen = yield aim;
  return seen;
}

function isHeld({ object, grip }: Seen, far: number): boolean {
  return Math.hypot(object[0] - grip[0], object[1] - grip[1], object[2] - grip[2]) < far;
}

/** Where the can is let down: in the near corner of its quarter, since its middle is as far as the arm reaches. */
const SPOT = [0.155, 0.345] as const;
/** Height of the hand there. */
const LOW = 0.905;

/** A can is grasped above its middle, so that the hand stays clear of the walls; carried over them, let down, and let go. */
function* can(seen: Seen, mover: Mover): Motion {
  const { skill, random } = mover;
  const isInHand = (now: Seen): boolean => isHeld(now, 0.06);
  const graspOf = ({ object }: Seen): Grasp => ({
    position: plus(object, [0, 0, 0.018]),
    yaw: 0,
    tolerance: skill.tolerance,
  });
  for (;;) {
    seen = yield* grasp(seen, mover, graspOf);
    const carry = (x: number, y: number, z: number): Aim => ({ position: [x, y, z], yaw: 0, fingers: 1 });
    const high = random.uniform(1, 1.04);
    const [x, y] = SPOT.map((middle) => middle + random.uniform(-0.015, 0.015)) as [number, number];
    const [startX, startY] = seen.grip;
    seen = yield* reach(seen, () => carry(startX, startY, high), 0.04, isInHand);
    seen = yield* detour(seen, mover, [x, y - 0.2, high], 1, isInHand);
    seen = yield* reach(seen, () => carry(x, y, high), skill.tolerance, isInHand);
    if (!isInHand(seen)) continue;
    seen = yield* pause(seen, mover, 1);
    seen = yield* reach(seen, () => carry(x, y, LOW), skill.tolerance);
    const opened: Aim = { position: [x, y, LOW], yaw: 0, fingers: -1 };
    seen = yield* hold(seen, opened, 4);
    seen = yield* hold(seen, { ...opened, position: [x, y, 1.05] }, 25);
  }
}

/**
 * A nut is grasped by its handle, turned so that the handle points to the robot, since beyond the peg is as far as the arm reaches,
 * carried over the peg and let down.
 */
function* square(seen: Seen, mover: Mover): Motion {
  const { skill } = mover;
  const isInHand = (now: Seen): boolean => isHeld(now, HANDLE + 0.03);
  /**
   * The hand can hold the handle in two ways, half a turn apart. This one leaves the wrist room for the turn: half a turn at most, one way
   * round.
   */
  const isAhead = ({ objectYaw }: Seen): boolean => objectYaw > 0 && objectYaw < Math.PI / 2;
  const graspOf = (now: Seen): Grasp => {
    const { object, objectYaw } = now;
    const handle: Point = [HANDLE * Math.cos(objectYaw), HANDLE * Math.sin(objectYaw), 0.003];
    const yaw = isAhead(now) ? objectYaw : wrapped(objectYaw - Math.PI);
    return { position: plus(object, handle), yaw, tolerance: 0.008 };
  };
  for (;;) {
    seen = yield* grasp(seen, mover, graspOf);
    const final = isAhead(seen) ? Math.PI : 0;
    /** Yaw of the hand at which the handle points to the robot, near the one that was meant. */
    const yawOf = ({ handYaw, objectYaw }: Seen): number =>
      final + wrapped(handYaw + Math.PI - objectYaw - final);
    const [x, y] = seen.grip;
    const up = (now: Seen): Aim => ({ position: [x, y, OVER], yaw: yawOf(now), fingers: 1 });
    seen = yield* reach(seen, up, 0.03, isInHand);
    seen = yield* detour(seen, mover, [0, 0.1, OVER], 1, isInHand);
    /** Where the hand is when the nut is over the peg, at a height of the nut. */
    const over =
      (height: number) =>
      (now: Seen): Aim => ({
        position: [
          now.grip[0] + PEG[0] - now.object[0],
          now.grip[1] + PEG[1] - now.object[1],
          now.grip[2] + height - now.object[2],
        ],
        yaw: yawOf(now),
        fingers: 1,
        isExact: true,
      });
    seen = yield* reach(seen, over(OVER), skill.tolerance, isInHand);
    seen = yield* pause(seen, mover, 1);
    seen = yield* reach(seen, over(OVER - 0.02), 0.004, isInHand);
    if (!isInHand(seen)) continue;
    seen = yield* reach(seen, over(PEG[2] - 0.005), 0.012, isInHand);
    const opened: Aim = { position: seen.grip, yaw: seen.handYaw, fingers: -1 };
    seen = yield* hold(seen, opened, 6);
    seen = yield* hold(seen, { ...opened, position: plus(seen.grip, [0, 0, 0.12]) }, 25);
  }
}

export const SCRIPTS: Readonly<Record<ManipulationId, Script>> = {
  "Lift-v0": lift,
  "Can-v0": can,
  "Square-v0": square,
};
