// Stores for tests: T-mazes whose episodes are functions of the step, recorded one at a time or side by side.
import {
  EnvVector,
  type EpisodeReader,
  EpisodeWriter,
  type EpisodeWriterOptions,
  RecordedEnv,
  RecordedVector,
  Recording,
  type RecordingOptions,
  TMaze,
} from "@throughline/envs";

/** Actions that look random, the same for the same step. */
export const actionAt = (step: number, lane = 0): number => [0, 0, 1, 0, 2, 0, 0][(3 * step + 5 * lane) % 7]!;

/** A writer for T-mazes of a length. */
export function tMazeWriter(folder: string, length: number, options?: EpisodeWriterOptions): EpisodeWriter {
  const { spec, observationSpace, actionSpace } = new TMaze({ length });
  return new EpisodeWriter(
    folder,
    { levels: [spec], observationSpace, actionSpace, about: { seed: 7 } },
    options,
  );
}

/** Records whole episodes of one T-maze. @returns what was seen, done and got in each */
export function recordTMaze(
  folder: string,
  length: number,
  episodes: number,
  options: RecordingOptions = {},
) {
  const writer = tMazeWriter(folder, length);
  const env = new RecordedEnv(new TMaze({ length }), new Recording(writer, options));
  let step = 0;
  const played = Array.from({ length: episodes }, (_, episode) => {
    const { observation } = env.reset(episode === 0 ? { seed: 3 } : {});
    const seen = [observation];
    const actions: number[] = [];
    const rewards: number[] = [];
    for (;;) {
      const action = actionAt(step++);
      const result = env.step(action);
      seen.push(result.observation);
      actions.push(action);
      rewards.push(result.reward);
      if (result.terminated || result.truncated)
        return { seen, actions, rewards, success: result.info.success, terminated: result.terminated };
    }
  });
  env.close();
  writer.close();
  return played;
}

/** A recorded vector of T-mazes, which was reset. */
export function recordedTMazes(
  writer: EpisodeWriter,
  lanes: number,
  length: number,
  options?: RecordingOptions,
) {
  const envs = Array.from({ length: lanes }, () => new TMaze({ length }));
  const recording = new Recording(writer, options);
  const vector = new RecordedVector(new EnvVector(envs), recording);
  vector.reset({ seed: 20 });
  return { vector, recording };
}

/** Everything that a store says, as plain values. */
export function contentOf(store: EpisodeReader): unknown[] {
  return store.episodes.map((episode) => ({
    ...episode,
    ...store.moves(episode),
    observations: episode.hasObservations ? store.observations(episode) : null,
  }));
}
