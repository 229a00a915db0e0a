// Whether an episode store is what was written, and still what its environments do.
import { EnvError, type EpisodeReader, envOf, replayProblem } from "@throughline/envs";
import type { CommandResult } from "@throughline/lab";
import { called, cut } from "./inspect.js";

/**
 * Reads everything and compares it with its checksums, then plays episodes of each level again.
 * @param chosen numbers of the episodes to play again, among so many of a level
 */
export function validated(
  store: EpisodeReader,
  chosen: (length: number) => readonly number[],
): CommandResult & { readonly isWhole: boolean } {
  const damaged = store.episodes.flatMap((episode) => {
    const problem = store.problemOf(episode);
    return problem === undefined
      ? []
      : [{ episode: episode.number, problem: `${called(episode)}: ${problem}` }];
  });
  const broken = new Set(damaged.map(({ episode }) => episode));
  const replays = store.card.levels.map((_, level) => replayed(store, level, broken, chosen));
  const failed = replays.flatMap(({ problems }) => problems);
  const played = replays.reduce((sum, { played: count }) => sum + count, 0);
  const notes = replays.flatMap(({ notPlayed }) => (notPlayed === undefined ? [] : [notPlayed]));
  const isWhole = damaged.length === 0 && failed.length === 0 && notes.length === 0;
  const whole = store.isCut ? "is whole up to its last whole episode" : "is whole";
  const isSound = damaged.length === 0 && failed.length === 0;
  const words = isWhole ? whole : isSound ? "is undamaged, but was not played again" : "is not whole";
  return {
    heading: `${store.folder} ${words}`,
    detail: `  ${store.episodes.length} episodes read, ${damaged.length} damaged; ${played} played again, ${failed.length} differ`,
    lines: [...damaged.map(({ problem }) => problem), ...failed],
    notes: [...notes, ...(store.isCut ? [cut] : [])],
    json: {
      ...{ folder: store.folder, isWhole, isCut: store.isCut, episodes: store.episodes.length, played },
      ...{ damaged: damaged.map(({ problem }) => problem), failed, notPlayed: notes },
    },
    isWhole,
  };
}

function replayed(
  store: EpisodeReader,
  level: number,
  broken: ReadonlySet<number>,
  chosen: (length: number) => readonly number[],
): { readonly played: number; readonly problems: readonly string[]; readonly notPlayed?: string } {
  const whole = store.find({ level }).filter(({ number }) => !broken.has(number));
  if (whole.length === 0) return { played: 0, problems: [] };
  let env: ReturnType<typeof envOf>;
  try {
    env = envOf(store, level);
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    return { played: 0, problems: [], notPlayed: `level ${level} cannot be played again: ${error.message}` };
  }
  try {
    const episodes = chosen(whole.length).map((at) => whole[at]!);
    const problems = episodes.flatMap((episode) => {
      const problem = replayProblem(store, episode, env);
      return problem === undefined ? [] : [`${called(episode)} does not replay: ${problem}`];
    });
    return { played: episodes.length, problems };
  } finally {
    env.close();
  }
}
