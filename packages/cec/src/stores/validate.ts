// Whether an episode store is what was written, and still what its environments do.
import {
  EnvError,
  type EpisodeReader,
  envOf,
  gripperProblem,
  replayProblem,
  STATE_GATE,
  stateReplay,
  stateReplayEnv,
} from "@throughline/envs";
import type { CommandResult } from "@throughline/lab";
import { called } from "./inspect.js";

/**
 * Reads everything and compares it with its checksums, then plays episodes of each level again: bit for bit in the environment of the card, and,
 * where there are states of an arm, from their first state, after which 95 % must succeed. Fingers must move as the actions say.
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
  const gates = store.card.levels.map((_, level) => fromStates(store, level, broken, chosen));
  const gated = gates.reduce((sum, { played: count }) => sum + count, 0);
  const refused = gates.flatMap(({ problems }) => problems);
  // Episodes that were played from their states need not be played otherwise: others' data have no seeds.
  const notes = replays.flatMap(({ notPlayed }, level) =>
    notPlayed === undefined || gates[level]!.played > 0 ? [] : [notPlayed],
  );
  const isWhole = [damaged, failed, refused, notes].every(({ length }) => length === 0);
  const words = isWhole ? "is whole" : "is not whole";
  return {
    heading: `${store.folder} ${words}`,
    detail: `  ${store.episodes.length} episodes read, ${damaged.length} damaged; ${played} played again, ${failed.length} differ`,
    lines: [
      ...gates.flatMap(({ lines }) => lines),
      ...damaged.map(({ problem }) => problem),
      ...failed,
      ...refused,
    ],
    notes,
    json: {
      ...{ folder: store.folder, isWhole, episodes: store.episodes.length, played },
      ...{ damaged: damaged.map(({ problem }) => problem), failed, notPlayed: notes },
      ...{ playedFromStates: gated, succeeded: gates.reduce((sum, { done }) => sum + done, 0), refused },
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

/** What became of episodes that were played from their first states, and of the sign of the fingers' actions. */
interface Gate {
  readonly played: number;
  readonly done: number;
  readonly lines: readonly string[];
  readonly problems: readonly string[];
}

function fromStates(
  store: EpisodeReader,
  level: number,
  broken: ReadonlySet<number>,
  chosen: (length: number) => readonly number[],
): Gate {
  const whole = store.find({ level }).filter(({ number }) => !broken.has(number));
  const episodes = chosen(whole.length).map((at) => whole[at]!);
  const fingers = gripperProblem(store, episodes);
  const problems = fingers === undefined ? [] : [`level ${level}: ${fingers}`];
  const env = stateReplayEnv(store, level);
  if (env === undefined || episodes.length === 0) return { played: 0, done: 0, lines: [], problems };
  try {
    const succeeded = episodes.filter(({ success }) => success);
    const done = succeeded.filter((episode) => stateReplay(store, episode, env)).length;
    const said = `level ${level}: ${done} of ${succeeded.length} demonstrations succeed when played from their first states`;
    const isEnough = done >= STATE_GATE * succeeded.length;
    return {
      ...{ played: succeeded.length, done, lines: [said] },
      problems: isEnough ? problems : [...problems, `${said}, accepted: at least ${100 * STATE_GATE} %`],
    };
  } finally {
    env.close();
  }
}
