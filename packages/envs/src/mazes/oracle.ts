// An agent that knows the map: it follows the planner's way. Its steps are what a level costs with an action set.
import type { Motion } from "./actions.js";
import type { Place } from "./layout.js";
import type { Way } from "./planner.js";
import type { Pose } from "./simulation.js";

/** Distance in cells at which the next place of the way is aimed at. */
const NEAR = 0.3;

/** It walks when it faces its aim to within so many degrees, and turns before. */
const STRAIGHT = 23;

/** Follows one way, action by action. */
export class Oracle {
  readonly #motions: readonly Motion[];
  readonly #left: Place[];

  constructor(way: Way, motions: readonly Motion[]) {
    this.#motions = motions;
    this.#left = way.places.slice(1);
  }

  /** The action at a pose. */
  act(pose: Pose): number {
    const near = (place: Place): boolean => Math.hypot(place.x - pose.x, place.y - pose.y) < NEAR;
    while (this.#left.length > 1 && near(this.#left[0]!)) this.#left.shift();
    const aim = this.#left[0] ?? pose;
    const wanted = (Math.atan2(aim.y - pose.y, aim.x - pose.x) * 180) / Math.PI;
    const error = away(wanted - pose.heading);
    const left = (kind: (motion: Motion) => boolean): number[] =>
      this.#motions.map((motion) =>
        kind(motion) ? Math.abs(away(error - motion.turn)) : Number.POSITIVE_INFINITY,
      );
    const walks = left(({ forward, right }) => forward > 0 && right === 0);
    if (Math.min(...walks) <= STRAIGHT) return walks.indexOf(Math.min(...walks));
    const turns = left(({ forward, right, turn }) => forward === 0 && right === 0 && turn !== 0);
    return turns.indexOf(Math.min(...turns));
  }
}

/** An angle in −180 … 180 degrees. */
function away(degrees: number): number {
  return degrees - 360 * Math.floor((degrees + 180) / 360);
}
