// Grasping: come from above, close, lift; look whether the object comes along, and try again if not.
import { detour, hold, type Motion, type Mover, pause, plus, reach } from "./motions.js";
import type { Point, Seen } from "./seen.js";
import type { Aim } from "./steering.js";

/** Where an object is grasped, by what is seen of it. */
export interface Grasp {
  /** Point that lies between the finger tips. */
  readonly position: Point;
  readonly yaw: number;
  /** Metres within which the hand must be above it before it comes down. */
  readonly tolerance: number;
}

/** Metres above the point of the grasp from where the hand comes down, and to which it lifts to see whether it has something. */
const ABOVE = 0.07;
const LIFT = 0.05;

/** Actions in which the fingers close and press. */
const CLOSING = 9;

/** Misses that a failed grasp makes, in the hand's frame: beside the object where no finger touches it, or too high. */
const BESIDE = 0.055;
const TOO_HIGH = 0.055;

/** Grasps an object. It fails as often as the skill says, and goes on until it has it. */
export function* grasp(seen: Seen, mover: Mover, graspOf: (seen: Seen) => Grasp): Motion {
  const { skill, random } = mover;
  let failures = drawn(skill.failures, random.unit());
  for (;;) {
    const miss = failures-- > 0 ? missOf(random.below(2) === 0, random.below(2) === 0) : undefined;
    seen = yield* detour(seen, mover, graspOf(seen).position, -1);
    const { tolerance } = graspOf(seen);
    seen = yield* reach(seen, (now) => aimOf(graspOf(now), miss, ABOVE), tolerance);
    seen = yield* pause(seen, mover, -1);
    seen = yield* reach(seen, (now) => ({ ...aimOf(graspOf(now), miss, 0), isExact: true }), 0.008);
    const spot = aimOf(graspOf(seen), miss, 0);
    const closed: Aim = { ...spot, fingers: 1, isExact: true };
    seen = yield* hold(seen, closed, CLOSING);
    const before = seen.object[2];
    seen = yield* reach(seen, () => ({ ...closed, position: plus(spot.position, [0, 0, LIFT]) }), 0.015);
    if (seen.object[2] > before + LIFT / 2) return seen;
    const opened: Aim = { position: plus(seen.grip, [0, 0, 0.02]), yaw: seen.handYaw, fingers: -1 };
    seen = yield* hold(seen, opened, CLOSING);
  }
}

function aimOf({ position, yaw }: Grasp, miss: Point | undefined, above: number): Aim {
  const [along, , high] = miss ?? [0, 0, 0];
  const moved: Point = [Math.cos(yaw) * along, Math.sin(yaw) * along, high + above];
  return { position: plus(position, moved), yaw, fingers: -1 };
}

function missOf(isBeside: boolean, isBefore: boolean): Point {
  return isBeside ? [isBefore ? BESIDE : -BESIDE, 0, 0.01] : [0, 0, TOO_HIGH];
}

/** A number by probabilities. */
function drawn(probabilities: readonly number[], unit: number): number {
  let [sum, number] = [0, 0];
  for (const probability of probabilities) {
    sum += probability;
    if (unit < sum) return number;
    number++;
  }
  return 0;
}
