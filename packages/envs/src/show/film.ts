// Films of episodes: what the agent sees beside the map from above, under a title.
import type { Frame } from "../env.js";
import { EnvError } from "../errors.js";
import type { MazeFacts } from "../mazes/episode.js";
import type { Place } from "../mazes/layout.js";
import { MazeMap } from "../mazes/map.js";
import type { MazeEnv } from "../mazes/maze-env.js";
import { type FilmFormat, writeFilm } from "./encode.js";
import { delayOf, FilmCanvas } from "./film-canvas.js";
import type { Player } from "./player.js";
import { dialText } from "./words.js";

/** Options of a film. */
export interface FilmOptions {
  /** Number of episodes. Default: 1. */
  readonly episodes?: number;
  /** Seed of the episodes: the film shows numbers 0, 1, 2 … of its sequence. Default: 0. */
  readonly seed?: number;
  /** Steps in a second. Default: 8 for coarse actions, 15 for others. */
  readonly framesPerSecond?: number;
  /** True if the map from above stands beside the agent's picture. Default: true. */
  readonly map?: boolean;
  /** Height of the pictures in pixels, at least; the agent's are enlarged by a whole number. Default: 288. */
  readonly height?: number;
  /** Bytes that all pictures together may take: they are in memory until the film is written. Default: 1.5 GiB. */
  readonly memory?: number;
}

/** A film that was made. @typeParam Facts of an episode */
export interface Film<Facts = MazeFacts> {
  /** Its pictures, all of one size, and how long each is shown, in milliseconds. */
  readonly frames: readonly Frame[];
  readonly delays: readonly number[];
  /** What became of each episode. */
  readonly ends: readonly Facts[];
}

const GAP = 4;

/**
 * Plays episodes and draws each step: the title with maze, dial, seed, episode, step and outcome, the agent's picture enlarged
 * without smoothing, and the map with the way walked so far.
 * @throws EnvError `envs/film` if the pictures would be too large, or would not fit into memory
 */
export function filmOf(env: MazeEnv, player: Player, options: FilmOptions = {}): Film {
  const { episodes = 1, seed = 0, map: withMap = true, height: least = 288 } = options;
  const { height, width, actions, horizon } = env.options;
  const speed = options.framesPerSecond ?? (actions === "coarse" ? 8 : 15);
  const beside = (tall: number): number => (withMap ? GAP + tall : 0);
  const canvas = new FilmCanvas({ height, width }, least, beside, options.memory);
  const [frames, delays, ends]: [Frame[], number[], MazeFacts[]] = [[], [], []];
  for (let episode = 0; episode < episodes; episode++) {
    let { observation, info } = env.reset({ seed, options: { episode } });
    player.begin(env);
    const map = withMap ? new MazeMap(env.layout, { side: canvas.tall, way: env.way }) : undefined;
    const path: Place[] = [env.pose];
    for (let isOver = false; ; ) {
      canvas.checkPlace(frames.length, episodes, horizon);
      canvas.title({
        id: env.spec.id,
        where: `${dialText(env)}  ·  seed ${info.seed} episode ${info.episode}  ·  ${player.name}`,
        step: info.length,
        outcome: isOver
          ? { words: info.success ? "reached" : "not reached", isGood: info.success }
          : undefined,
      });
      canvas.picture({ width, height, pixels: observation });
      if (map !== undefined) canvas.beside(map.paint({ path, pose: env.pose }), GAP);
      frames.push(canvas.frame());
      delays.push(delayOf(path.length === 1, isOver, speed));
      if (isOver) break;
      const step = env.step(player.act(observation, env));
      ({ observation, info } = step);
      isOver = step.terminated || step.truncated;
      path.push(env.pose);
    }
    ends.push(info);
  }
  return { frames, delays, ends };
}

/** Makes a film and writes it. @param out path that ends in `.gif` or `.webp` @returns what became of the episodes */
export async function recordFilm(
  env: MazeEnv,
  player: Player,
  out: string,
  options: FilmOptions = {},
): Promise<Film> {
  const format = filmFormat(out);
  const film = filmOf(env, player, options);
  await writeFilm(out, format, film);
  return film;
}

/** The format of a film's name. @throws EnvError `envs/film` for another ending */
export function filmFormat(out: string): FilmFormat {
  const ending = /\.(gif|webp)$/i.exec(out)?.[1]?.toLowerCase();
  if (ending === undefined)
    throw new EnvError("film", `the film is called ${out}, accepted: a name that ends in .gif or .webp`);
  return ending as FilmFormat;
}
