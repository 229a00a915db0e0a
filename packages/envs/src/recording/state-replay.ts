// Recorded actions, played from the recorded first state: whether data of an arm do here what they did where they were recorded.
import { ManipulationEnv } from "../manipulation/manipulation-env.js";
import type { CameraName } from "../manipulation/observations/pictures.js";
import { isManipulationId, type ManipulationId } from "../manipulation/tasks/tasks.js";
import type { EpisodeRecord } from "./episode-record.js";
import { sizeOf } from "./forms.js";
import type { EpisodeReader } from "./reader.js";

/** Share of demonstrations that must succeed when they are played again from their first states. */
export const STATE_GATE = 0.95;

/** Names of robosuite's tasks that this package has, as robomimic's data sets say them. */
const ROBOSUITE: Readonly<Record<string, ManipulationId>> = {
  Lift: "Lift-v0",
  PickPlaceCan: "Can-v0",
  NutAssemblySquare: "Square-v0",
};

/**
 * The environment in which the states of a level can be played again, as long as the longest episode; undefined if the store has no states,
 * or of another number of joints and objects than this package's task has.
 * @param cameras of its observations. Default: none
 */
export function stateReplayEnv(
  { card }: EpisodeReader,
  level: number,
  cameras: readonly CameraName[] = [],
): ManipulationEnv | undefined {
  const spec = card.levels[level]!;
  const id = ROBOSUITE[spec.id] ?? spec.id;
  if (card.state === undefined || !isManipulationId(id)) return undefined;
  const env = new ManipulationEnv(id, { horizon: 1_000_000, cameras });
  if (env.stateSize === sizeOf(card.state) && sizeOf(card.action) === env.actionSpace.size) return env;
  env.close();
  return undefined;
}

/** Plays an episode from its first state. @returns whether the task is done at some step */
export function stateReplay(store: EpisodeReader, episode: EpisodeRecord, env: ManipulationEnv): boolean {
  const { seed, episode: number, length } = episode;
  const { actions } = store.moves(episode);
  const { size } = env.actionSpace;
  // The same world as was recorded, if it was recorded here: sizes of things differ between episodes.
  env.reset({ seed, options: { episode: number } });
  env.place(store.states(episode, 0, 1));
  for (let at = 0; at < length; at++) {
    const action = Float32Array.from(actions.subarray(at * size, (at + 1) * size), (value) =>
      Math.max(-1, Math.min(1, value)),
    );
    if (env.step(action).info.success) return true;
  }
  return false;
}
