// Parts of scripts. A script is a generator: it gives an aim for each action and is given what is seen after it.
import type { Random } from "@throughline/lab/random";
import type { Point, Seen } from "./seen.js";
import type { SkillNumbers } from "./skills.js";
import type { Aim } from "./steering.js";

/** Aims one after the other; the last one's `Seen` is returned. */
export type Motion = Generator<Aim, Seen, Seen>;

/** Who moves: their skill and their random numbers. */
export interface Mover {
  readonly skill: SkillNumbers;
  readonly random: Random;
}

/** Radians within which a turn counts as done. */
const TURNED = 0.06;

/** Actions after which a motion is given up, and the next begins: so many, and more for each metre. */
const PATIENCE = { atLeast: 60, perMetre: 300 } as const;

export function plus(a: Point, b: Point): Point {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

export function apart(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** m/s below which the hand counts as at rest. */
const RESTING = 0.06;

/**
 * Moves until an aim is reached, which may change with what is seen. Where the hand is to be within a centimetre, it must also have come
 * to rest.
 * @param goesOn false when there is no use in it any more
 */
export function* reach(
  seen: Seen,
  aimAt: (seen: Seen) => Aim,
  tolerance: number,
  goesOn: (seen: Seen) => boolean = () => true,
): Motion {
  const far = apart(aimAt(seen).position, seen.grip);
  const most = PATIENCE.atLeast + PATIENCE.perMetre * far;
  for (let taken = 0; taken < most; taken++) {
    const aim = aimAt(seen);
    const isThere =
      apart(aim.position, seen.grip) < tolerance &&
      Math.abs(aim.yaw - seen.handYaw) < TURNED &&
      (tolerance > 0.01 || seen.speed < RESTING);
    if (isThere || !goesOn(seen)) break;
    seen = yield aim;
  }
  return seen;
}

/** Keeps an aim for so many actions. */
export function* hold(seen: Seen, aim: Aim, actions: number): Motion {
  for (let taken = 0; taken < actions; taken++) seen = yield aim;
  return seen;
}

/** Waits a while, if the skill is such. */
export function* pause(seen: Seen, { skill, random }: Mover, fingers: 1 | -1): Motion {
  const aim: Aim = { position: seen.grip, yaw: seen.handYaw, fingers };
  return yield* hold(seen, aim, random.below(skill.pause + 1));
}

/** Goes somewhere beside the way first, if the skill is such. @param around a place near which it is */
export function* detour(
  seen: Seen,
  { skill, random }: Mover,
  around: Point,
  fingers: 1 | -1,
  goesOn?: (seen: Seen) => boolean,
): Motion {
  if (random.unit() >= skill.detour) return seen;
  const away: Point = [random.uniform(-0.1, 0.1), random.uniform(-0.1, 0.1), random.uniform(0.03, 0.1)];
  const aim: Aim = { position: plus(around, away), yaw: seen.handYaw, fingers };
  return yield* reach(seen, () => aim, 0.03, goesOn);
}
