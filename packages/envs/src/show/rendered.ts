// Films and sheets of environments by their own pictures, those of `render()`, such as Gymnasium's.
import { shippedCanvas } from "@throughline/lab";
import { Random } from "@throughline/lab/random";
import type { Env, Frame } from "../env.js";
import { MAP_COLOURS } from "../mazes/map.js";
import type { EpisodeFacts } from "../vector/vector-env.js";
import { writeFilm } from "./encode.js";
import { type Film, type FilmOptions, filmFormat } from "./film.js";
import { delayOf, FilmCanvas } from "./film-canvas.js";
import { type SheetOptions, surfaceOf } from "./sheet.js";

type AnyEnv = Env<unknown, unknown, EpisodeFacts>;

/** Somebody that plays an environment of any kind. */
export interface AnyPlayer {
  /** Name for titles, such as `random`. */
  readonly name: string;
  /** An episode has begun. */
  begin(seed: number, episode: number): void;
  /** The next action. */
  act(observation: unknown): unknown;
}

/** An episode that has ended, or was cut off. */
export interface RenderedEpisode {
  readonly seed: number;
  readonly episode: number;
  readonly length: number;
  /** Sum of the rewards. */
  readonly return: number;
  readonly success: boolean;
}

/** One moment of an episode. */
interface Moment {
  readonly frame: Frame;
  readonly facts: RenderedEpisode;
  readonly isOver: boolean;
}

/** Draws every action at random, those of an episode by its seed and number. */
function anyRandomPlayer({ actionSpace }: AnyEnv): AnyPlayer {
  let random = new Random("envs", "random player");
  return {
    name: "random",
    begin(seed, episode) {
      random = new Random("envs", "random player", seed, episode);
    },
    act: () => actionSpace.sample(random),
  };
}

/** Plays an episode, at most `most` steps. */
function* played(
  env: AnyEnv,
  player: AnyPlayer,
  seed: number,
  episode: number,
  most: number,
): Generator<Moment> {
  let { observation } = env.reset({ seed, options: { episode } });
  player.begin(seed, episode);
  let sum = 0;
  const momentAfter = (length: number, isOver: boolean, success: boolean): Moment => ({
    ...{ frame: env.render(), facts: { seed, episode, length, return: sum, success }, isOver },
  });
  yield momentAfter(0, false, false);
  for (let length = 1; length <= most; length++) {
    const { reward, terminated, truncated, info, ...step } = env.step(player.act(observation));
    ({ observation } = step);
    sum += reward;
    const isOver = terminated || truncated || length === most;
    yield momentAfter(length, isOver, info.success);
    if (isOver) return;
  }
}

/** Steps of an episode that are filmed, unless another number is given and there are more. */
const MOST_STEPS = 1000;

/**
 * Plays episodes and draws each step: a title over the environment's own picture.
 * @param options `steps`: those of an episode that are filmed, at most (default: 1000); `map` has no meaning here
 * @throws EnvError `envs/film` as `recordFilm`, `envs/space` for an environment without pictures
 */
export function filmOfRendered(
  env: AnyEnv,
  player: AnyPlayer,
  options: FilmOptions & { readonly steps?: number } = {},
): Film<RenderedEpisode> {
  const { episodes = 1, seed = 0, framesPerSecond = 15, height = 288, memory, steps = MOST_STEPS } = options;
  const [frames, delays, ends]: [Frame[], number[], RenderedEpisode[]] = [[], [], []];
  const most = Math.min(env.spec.horizon, steps);
  let canvas: FilmCanvas | undefined;
  for (let episode = 0; episode < episodes; episode++) {
    for (const { frame, facts, isOver } of played(env, player, seed, episode, most)) {
      canvas ??= new FilmCanvas(frame, height, undefined, memory);
      canvas.checkPlace(frames.length, episodes, most);
      canvas.title({
        id: env.spec.id,
        where: `seed ${seed} episode ${episode}  ·  ${player.name}`,
        step: facts.length,
        outcome: isOver ? { words: returnText(facts), isGood: facts.success || facts.return > 0 } : undefined,
      });
      canvas.picture(frame);
      frames.push(canvas.frame());
      delays.push(delayOf(facts.length === 0, isOver, framesPerSecond));
      if (isOver) ends.push(facts);
    }
  }
  return { frames, delays, ends };
}

/** Films episodes and writes the film. @param player default: actions at random @throws as `filmOfRendered` */
export async function recordRendered(
  env: AnyEnv,
  out: string,
  options?: FilmOptions,
  player: AnyPlayer = anyRandomPlayer(env),
): Promise<Film<RenderedEpisode>> {
  const format = filmFormat(out);
  const film = filmOfRendered(env, player, options);
  await writeFilm(out, format, film);
  return film;
}

/** `return 0.93` */
export function returnText(facts: Pick<RenderedEpisode, "return">): string {
  return `return ${Number(facts.return.toPrecision(4))}`;
}

/** Sizes of a sheet in pixels. */
const SIDE = 248;
const GAP = 10;
const MARGIN = 28;
const HEAD = 92;
const CAPTION = 24;
/** Pictures of an episode, and its steps at most. */
const COLUMNS = 5;
const STEPS = 100;

/**
 * Draws a sheet as PNG: for each seed a row of pictures, evenly spaced over an episode; of random actions, 100 steps at most.
 * @param player default: actions at random
 * @throws EnvError `envs/space` for an environment without pictures
 */
export function renderedSheet(
  env: AnyEnv,
  { seeds = 4, seed = 0 }: SheetOptions = {},
  player?: AnyPlayer,
): Uint8Array {
  const most = Math.min(env.spec.horizon, player === undefined ? STEPS : MOST_STEPS);
  const rows = Array.from({ length: seeds }, (_, at) => [
    ...played(env, player ?? anyRandomPlayer(env), seed + at, 0, most),
  ]);
  const first = rows[0]![0]!.frame;
  const tall = Math.min(2 * SIDE, Math.max(SIDE / 4, Math.round((SIDE * first.height) / first.width)));
  const wide = 2 * MARGIN + COLUMNS * SIDE + (COLUMNS - 1) * GAP;
  const canvas = shippedCanvas().createCanvas(wide, HEAD + seeds * (tall + CAPTION + GAP) + MARGIN);
  const context = canvas.getContext("2d");
  const write = (
    words: string,
    x: number,
    y: number,
    font: string,
    colour: string = MAP_COLOURS.ink,
  ): void => {
    context.font = `${font} 'Noto Sans'`;
    context.fillStyle = colour;
    context.fillText(words, x, y);
  };
  context.fillStyle = "#fbfaf7";
  context.fillRect(0, 0, canvas.width, canvas.height);
  write(env.spec.id, MARGIN, 44, "700 28px");
  const { horizon } = env.spec;
  const end = Number.isFinite(horizon) ? `at most ${horizon} steps` : "no horizon";
  write(
    [`actions ${env.actionSpace}`, player === undefined ? "drawn at random" : `by ${player.name}`, end].join(
      "   ·   ",
    ),
    MARGIN,
    72,
    "400 15px",
    "#5a5f6b",
  );
  context.imageSmoothingEnabled = first.width > SIDE;
  for (const [row, moments] of rows.entries()) {
    const y = HEAD + row * (tall + CAPTION + GAP);
    for (let column = 0; column < Math.min(COLUMNS, moments.length); column++) {
      const share = moments.length <= COLUMNS ? column : (column * (moments.length - 1)) / (COLUMNS - 1);
      const { frame, facts, isOver } = moments[Math.round(share)]!;
      const x = MARGIN + column * (SIDE + GAP);
      context.drawImage(surfaceOf(frame), x, y, SIDE, tall);
      const words = facts.length === 0 ? `seed ${facts.seed}` : `step ${facts.length}`;
      write(isOver ? `${words}, ${returnText(facts)}` : words, x, y + tall + 18, "400 13px", "#3a3f4a");
    }
  }
  return canvas.encodeSync("png");
}
