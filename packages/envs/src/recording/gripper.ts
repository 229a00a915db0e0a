// Whether recorded actions move the fingers as they should: below 0 opens them, above 0 closes them.

import type { EpisodeRecord } from "./episode-record.js";
import { sizeOf } from "./forms.js";
import type { EpisodeReader } from "./reader.js";

/** Key of the positions of two fingers, which are as far apart as their difference says. */
const FINGERS = "robot0_gripper_qpos";

/** Actions of an arm: six numbers of the hand, and the fingers. */
const ACTION = 7;

/**
 * What is wrong with the fingers' part of the actions of some episodes: it has the same sign throughout although the task was done, or the other
 * sign than the fingers' movement shows. Undefined if nothing is, or if the actions are not those of an arm with fingers.
 */
export function gripperProblem(store: EpisodeReader, episodes: readonly EpisodeRecord[]): string | undefined {
  const { action, observations } = store.card;
  if (sizeOf(action) !== ACTION || action.shape.length !== 1 || observations === undefined) return undefined;
  const done = episodes.filter(({ success }) => success);
  if (done.length === 0) return undefined;
  const signs = new Set<number>();
  let [agreement, movement] = [0, 0];
  for (const episode of done) {
    const { actions } = store.moves(episode);
    const fingers =
      observations[FINGERS] !== undefined && episode.hasObservations
        ? store.observations(episode, 0, episode.length, FINGERS)
        : undefined;
    const width = (at: number): number => Math.abs(fingers![2 * at]! - fingers![2 * at + 1]!);
    for (let at = 0; at < episode.length; at++) {
      const sign = Math.sign(actions[at * ACTION + ACTION - 1]!);
      signs.add(sign);
      if (fingers === undefined || at + 1 >= episode.length) continue;
      const opened = width(at + 1) - width(at);
      agreement -= sign * opened;
      movement += Math.abs(opened);
    }
  }
  if (signs.size === 1) {
    const [sign] = signs;
    const words = sign === 0 ? "0" : sign! > 0 ? "above 0, which closes" : "below 0, which opens";
    return `the fingers' action is ${words}, in every step of ${done.length} successful episodes: it has been lost`;
  }
  if (movement === 0 || agreement > 0) return undefined;
  return `the fingers' action has the wrong sign: in ${done.length} successful episodes they open where it is above 0, accepted: −1 opens, +1 closes`;
}
