// Films of one run of an evaluation, episode after episode and level after level.
import {
  type Film,
  filmFormat,
  filmOf,
  filmOfRendered,
  isGymnasiumId,
  type MazeEnv,
  makeEnv,
  writeFilm,
} from "@throughline/envs";
import { CecError } from "../errors.js";
import { seedOf } from "./lane.js";
import type { EvaluationResult, RunEpisode } from "./result.js";

/** Options of a run's film. */
export interface RunFilmOptions {
  /** Number of the run. Default: 0. */
  readonly run?: number;
  /** First so many episodes. Default: 20. */
  readonly episodes?: number;
  /** Name of the policy in the titles. Default: "policy". */
  readonly name?: string;
  /** Height of the pictures in pixels, at least. Default: 288. */
  readonly height?: number;
}

/** What became of an episode that is filmed. */
type FilmedEpisode = Pick<RunEpisode, "success" | "length">;

/**
 * Plays a run's episodes again from their actions.
 * @throws CecError `cec/evaluation` if the actions were not kept, or the environments have changed since; EnvError `envs/film` if it is
 * too long, `envs/id` for environments that `makeEnv` does not make
 */
export function filmOfRun(result: EvaluationResult, options: RunFilmOptions = {}): Film<FilmedEpisode> {
  const { run = 0, episodes: most = 20, name = "policy", height } = options;
  const episodes = result.episodes.filter((one) => one.run === run).slice(0, most);
  if (episodes.length === 0)
    throw new CecError("evaluation", `there is no run ${run}, accepted: 0 to ${result.runs - 1}`);
  const films: Film<FilmedEpisode>[] = [];
  for (let from = 0; from < episodes.length; ) {
    const { level } = episodes[from]!;
    const part = episodes.slice(from).filter((one) => one.level === level);
    films.push(filmOfLevel(result, part, name, height));
    from += part.length;
  }
  return {
    frames: films.flatMap(({ frames }) => frames),
    delays: films.flatMap(({ delays }) => delays),
    ends: films.flatMap(({ ends }) => ends),
  };
}

/** Writes a run's film. @param out path that ends in `.gif` or `.webp` @throws as `filmOfRun` does */
export async function writeRunFilm(
  result: EvaluationResult,
  out: string,
  options?: RunFilmOptions,
): Promise<Film<FilmedEpisode>> {
  const format = filmFormat(out);
  const film = filmOfRun(result, options);
  await writeFilm(out, format, film);
  return film;
}

function filmOfLevel(
  { levels, seed }: EvaluationResult,
  episodes: readonly RunEpisode[],
  name: string,
  height: number | undefined,
): Film<FilmedEpisode> {
  const { run, level } = episodes[0]!;
  const { id, options } = levels[level]!;
  const env = makeEnv(id, options);
  const filming = {
    ...{ episodes: episodes.length, seed: seedOf(seed, run, level, levels.length) },
    ...(height !== undefined && { height }),
  };
  try {
    const film: Film<FilmedEpisode> = isGymnasiumId(id)
      ? filmOfRendered(env, replayer(episodes, name), { ...filming, steps: env.spec.horizon })
      : filmOf(env as MazeEnv, replayer(episodes, name), filming);
    const changed = film.ends.findIndex(({ success, length }, at) => {
      const recorded = episodes[at]!;
      return success !== recorded.success || length !== recorded.length;
    });
    if (changed >= 0)
      throw new CecError(
        "evaluation",
        `episode ${episodes[changed]!.number} of run ${run} does not replay in ${id}`,
      );
    return film;
  } finally {
    env.close();
  }
}

/** Does what was done. */
function replayer(episodes: readonly RunEpisode[], name: string) {
  let at = -1;
  let step = 0;
  return {
    name,
    begin: () => {
      at++;
      step = 0;
    },
    act: (): number => {
      const { actions, run, number } = episodes[at]!;
      if (actions === undefined)
        throw new CecError("evaluation", "the evaluation has no actions; evaluate with keepActions: true");
      const action = actions[step++];
      if (typeof action === "number") return action;
      throw new CecError(
        "evaluation",
        `episode ${number} of run ${run} does not replay: it goes on after its last action`,
      );
    },
    close: () => {},
  };
}
