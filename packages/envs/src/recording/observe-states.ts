// Observations of recorded states: what low-dimensional keys and cameras of this package would have shown.
import type { ManipulationEnv } from "../manipulation/manipulation-env.js";
import type { EpisodeReader } from "./reader.js";
import type { EpisodeWriter } from "./writer.js";

/**
 * Appends the episodes of a store with states to another one, with observations that are made of the states: robomimic's data come without
 * pictures. The final observation stays unknown, since there is no state after the last action.
 * @param env of the store's task, as `stateReplayEnv` gives it, with the cameras that are wanted
 * @param writer of a store with the spaces and the states of `env`
 * @throws EnvError `envs/no-observations` without states, `envs/disk`
 */
export function observeStates(store: EpisodeReader, env: ManipulationEnv, writer: EpisodeWriter): void {
  const { size } = env.actionSpace;
  for (const episode of store) {
    const { level, ordinal, policy, seed, episode: number, update, success, terminated, length } = episode;
    const states = store.states(episode);
    const { actions, rewards } = store.moves(episode);
    // The same world as was recorded, if it was recorded here.
    env.reset({ seed, options: { episode: number } });
    const draft = writer.begin({ level, ordinal, policy, hasObservations: true });
    for (let at = 0; at < length; at++) {
      const state = states.subarray(at * env.stateSize, (at + 1) * env.stateSize);
      draft.see(env.place(state).observation, state);
      draft.step(actions.subarray(at * size, (at + 1) * size), rewards[at]!);
    }
    writer.end(draft, { seed, episode: number, update, success, terminated, hasFinal: false });
  }
}
