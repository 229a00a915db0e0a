// Checks that environments and vectors share.
import { show } from "@throughline/torch/checks";
import { EnvError } from "./errors.js";
import type { Discrete } from "./spaces.js";

/** @throws EnvError `envs/action` unless the action lies in the space */
export function checkAction(owner: string, space: Discrete, action: unknown): void {
  if (space.contains(action)) return;
  const accepted = `a whole number from 0 to ${space.n - 1}`;
  throw new EnvError("action", `${owner}: the action is ${show(action)}, accepted: ${accepted}`);
}

/**
 * @param accepted values of the space in words
 * @throws EnvError `envs/action` unless there is an action of the space for each lane
 */
export function checkActions(
  owner: string,
  space: Discrete,
  lanes: number,
  actions: ArrayLike<number>,
  accepted: string,
): void {
  if (actions.length !== lanes) {
    const given = `${actions.length} actions, accepted: one for each of ${lanes} lanes`;
    throw new EnvError("action", `${owner}: ${given}`);
  }
  const wrong = Array.from(actions).find((action) => !space.contains(action));
  if (wrong !== undefined)
    throw new EnvError("action", `${owner}: an action is ${show(wrong)}, accepted: ${accepted}`);
}

/** @throws EnvError `envs/option` unless a state has as many lanes as the vector */
export function checkLanes(owner: string, given: number, lanes: number): void {
  if (given === lanes) return;
  throw new EnvError("option", `${owner}: the state has ${given} lanes, accepted: ${lanes}`);
}
