// Films of episodes: what the agent sees beside the map from above, under a title.
import { type Context2d, type Surface, shippedCanvas } from "@throughline/lab";
import type { Frame } from "../env.js";
import { EnvError } from "../errors.js";
import type { MazeFacts } from "../mazes/episode.js";
import type { Place } from "../mazes/layout.js";
import { MAP_COLOURS, MazeMap, withoutAlpha } from "../mazes/map.js";
import type { MazeEnv } from "../mazes/maze-env.js";
import { type FilmFormat, writeFilm } from "./encode.js";
import type { Player } from "./player.js";
import { surfaceOf } from "./sheet.js";
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
}

/** A film that was made. */
export interface Film {
  /** Its pictures, all of one size, and how long each is shown, in milliseconds. */
  readonly frames: readonly Frame[];
  readonly delays: readonly number[];
  /** What became of each episode. */
  readonly ends: readonly MazeFacts[];
}

/** Bytes of all pictures together, at most: they are in memory until the film is written. */
const MOST_BYTES = 1.5 * 2 ** 30;
/** Pixels a side of a WebP, at most; a GIF may have more. */
const MOST_PIXELS = 16_383;
const BAR = 34;
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
  const scale = Math.max(1, Math.ceil(least / height));
  const [tall, wide] = [height * scale, width * scale];
  const total = { width: wide + (withMap ? GAP + tall : 0), height: BAR + tall };
  if (total.width > MOST_PIXELS || total.height > MOST_PIXELS) {
    const given = `${total.width} × ${total.height} pixels`;
    throw new EnvError("film", `the film would have ${given}, accepted: at most ${MOST_PIXELS} a side`);
  }
  const most = Math.floor(MOST_BYTES / (total.width * total.height * 3));
  const surface = shippedCanvas().createCanvas(total.width, total.height);
  const [frames, delays, ends]: [Frame[], number[], MazeFacts[]] = [[], [], []];
  for (let episode = 0; episode < episodes; episode++) {
    let { observation, info } = env.reset({ seed, options: { episode } });
    player.begin(env);
    const map = withMap ? new MazeMap(env.layout, { side: tall, way: env.way }) : undefined;
    const path: Place[] = [env.pose];
    for (let isOver = false; ; ) {
      if (frames.length >= most) {
        const given = `${episodes} episodes of up to ${horizon} steps in ${total.width} × ${total.height} pixels`;
        throw new EnvError("film", `the film is too large: ${given}; at most ${most} pictures are accepted`);
      }
      drawTitle(surface.getContext("2d"), env, player, info, total.width, isOver);
      drawPicture(surface, { width, height, pixels: observation }, wide, tall);
      if (map !== undefined)
        surface.getContext("2d").drawImage(map.paint({ path, pose: env.pose }), wide + GAP, BAR);
      frames.push(frameOf(surface));
      // The first and the last picture of an episode stay, to be looked at.
      delays.push(isOver ? 1500 : path.length === 1 ? 700 : Math.round(1000 / speed));
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

function drawTitle(
  context: Context2d,
  env: MazeEnv,
  player: Player,
  facts: MazeFacts,
  width: number,
  isOver: boolean,
): void {
  const colour = !isOver ? "#20242d" : facts.success ? "#1d7a46" : "#8f2f2f";
  context.fillStyle = colour;
  context.fillRect(0, 0, width, BAR);
  // The gap between picture and map.
  context.fillStyle = MAP_COLOURS.ink;
  context.fillRect(0, BAR, width, context.canvas.height - BAR);
  context.textBaseline = "middle";
  context.textAlign = "left";
  const put = (words: string, weight: number, ink: string, x: number): number => {
    context.font = `${weight} 14px 'Noto Sans'`;
    context.fillStyle = ink;
    context.fillText(words, x, BAR / 2 + 1);
    return x + context.measureText(words).width;
  };
  let x = put(env.spec.id, 700, "#ffffff", 10);
  const where = `seed ${facts.seed} episode ${facts.episode}`;
  x = put(`${dialText(env)}  ·  ${where}  ·  ${player.name}`, 400, "#ffffffcc", x + 10);
  const outcome = !isOver ? "" : facts.success ? "  reached" : "  not reached";
  const step = `step ${facts.length}${outcome}`;
  context.font = "700 14px 'Noto Sans'";
  const right = width - 10 - context.measureText(step).width;
  // On a narrow film the step stands over the end of the rest.
  context.fillStyle = colour;
  if (right < x + 10) context.fillRect(right - 8, 0, width, BAR);
  put(step, 700, "#ffffff", right);
}

function drawPicture(surface: Surface, frame: Frame, wide: number, tall: number): void {
  const context = surface.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(surfaceOf(frame), 0, BAR, wide, tall);
}

function frameOf(surface: Surface): Frame {
  const { width, height } = surface;
  const { data } = surface.getContext("2d").getImageData(0, 0, width, height);
  return { width, height, pixels: withoutAlpha(data) };
}
