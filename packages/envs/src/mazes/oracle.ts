// An agent that knows the map: it follows the planner's way. Its steps are what a level costs with an action set.
import type { Motion } from "./actions.js";
import type { Place } from "./layout.js";
import type { Way } from "./planner.js";
import type { Pose } from "./simulation.js";

/** Distance in cells at which the next place of the way is aimed at. */
const NEAR = 0.3;

/** Follows one way, action by action. */
export class Oracle {
  readonly #motions: readonly Motion[];
  readonly #left: Place[];

  constructor(way: Way, motions: readonly Motion[]) {
    this.#motions = motions;
    this.#left = way.places.slice(1);
  }

  /** The action at a pose: the one after which the agent has least left to walk and to turn. */
  act(pose: Pose): number {
    const near = (place: Place): boolean => Math.hypot(place.x - pose.x, place.y - pose.y) < NEAR;
    while (this.#left.length > 1 && near(this.#left[0]!)) this.#left.shift();
    const aim = this.#left[0] ?? pose;
    const wanted = (Math.atan2(aim.y - pose.y, aim.x - pose.x) * 180) / Math.PI;
    const error = away(wanted - pose.heading);
    const turns = this.#motions.map(({ turn, forward, right }) =>
      forward === 0 && right === 0 && turn !== 0 ? Math.abs(away(error - turn)) : Number.POSITIVE_INFINITY,
    );
    const best = Math.min(...turns);
    if (best < Math.abs(error) - 1e-9) return turns.indexOf(best);
    return this.#motions.findIndex(({ forward, right, turn }) => forward > 0 && right === 0 && turn === 0);
  }
}

/** An angle in −180 … 180 degrees. */
function away(degrees: number): number {
  return degrees - 360 * Math.floor((degrees + 180) / 360);
}
