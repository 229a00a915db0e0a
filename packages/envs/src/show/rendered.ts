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

/** Who acts in episodes that are shown. */
export interface Actor {
  /** In a few words, such as `random`. */
  readonly name: string;
  /** An episode begins. */
  begin(seed: number, episode: number): void;
  act(observation: unknown): unknown;
}

/** Draws actions at random. */
export function randomActor({ actionSpace }: AnyEnv): Actor {
  let random = new Random("envs", "random player", 0, 0);
  return {
    name: "random",
    begin(seed, episode) {
      random = new Random("envs", "random player", seed, episode);
    },
    act: () => actionSpace.sample(random),
  };
}

/** An episode that has ended, or was cut off. */
export interface ShownEpisode {
  readonly seed: number;
  readonly episode: number;
  readonly length: number;
  /** Sum of the rewards. */
  readonly return: number;
}

/** One moment of an episode. */
interface Moment {
  readonly frame: Frame;
  readonly facts: ShownEpisode;
  readonly isOver: boolean;
  readonly isGood: boolean;
}

/** Plays an episode, at most `most` steps. */
function* shownEpisode(
  env: AnyEnv,
  actor: Actor,
  seed: number,
  episode: number,
  most: number,
): Generator<Moment> {
  let { observation } = env.reset({ seed, options: { episode } });
  actor.begin(seed, episode);
  let sum = 0;
  const momentAfter = (length: number, isOver: boolean, isGood: boolean): Moment => ({
    ...{ frame: env.render(), facts: { seed, episode, length, return: sum }, isOver, isGood },
  });
  yield momentAfter(0, false, false);
  for (let length = 1; length <= most; length++) {
    const { reward, terminated, truncated, info, ...step } = env.step(actor.act(observation));
    ({ observation } = step);
    sum += reward;
    const isOver = terminated || truncated || length === most;
    yield momentAfter(length, isOver, info.success || sum > 0);
    if (isOver) return;
  }
}

/** Steps that are filmed of an environment without a horizon. */
const MOST_STEPS = 1000;

/**
 * Films episodes by the environment's own pictures.
 * @param options `map` has no meaning here
 * @param actor default: actions at random
 * @throws EnvError `envs/film` as `recordFilm`, `envs/space` for an environment without pictures
 */
export async function recordRendered(
  env: AnyEnv,
  out: string,
  { episodes = 1, seed = 0, framesPerSecond = 15, height = 288, memory }: FilmOptions = {},
  actor: Actor = randomActor(env),
): Promise<Film<ShownEpisode>> {
  const format = filmFormat(out);
  const [frames, delays, ends]: [Frame[], number[], ShownEpisode[]] = [[], [], []];
  const most = Math.min(env.spec.horizon, MOST_STEPS);
  let canvas: FilmCanvas | undefined;
  for (let episode = 0; episode < episodes; episode++) {
    for (const { frame, facts, isOver, isGood } of shownEpisode(env, actor, seed, episode, most)) {
      canvas ??= new FilmCanvas(frame, height, undefined, memory);
      canvas.checkPlace(frames.length, episodes, most);
      canvas.title({
        id: env.spec.id,
        where: `seed ${seed} episode ${episode}  ·  ${actor.name}`,
        step: facts.length,
        outcome: isOver ? { words: returnText(facts), isGood } : undefined,
      });
      canvas.picture(frame);
      frames.push(canvas.frame());
      delays.push(delayOf(facts.length === 0, isOver, framesPerSecond));
      if (isOver) ends.push(facts);
    }
  }
  const film = { frames, delays, ends };
  await writeFilm(out, format, film);
  return film;
}

/** `return 0.93` */
export function returnText(facts: ShownEpisode): string {
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
 * @param actor default: actions at random
 * @throws EnvError `envs/space` for an environment without pictures
 */
export function renderedSheet(
  env: AnyEnv,
  { seeds = 4, seed = 0 }: SheetOptions = {},
  actor?: Actor,
): Uint8Array {
  const most = Math.min(env.spec.horizon, actor === undefined ? STEPS : MOST_STEPS);
  const player = actor ?? randomActor(env);
  const rows = Array.from({ length: seeds }, (_, at) => [...shownEpisode(env, player, seed + at, 0, most)]);
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
    [`actions ${env.actionSpace}`, actor === undefined ? "drawn at random" : `by ${actor.name}`, end].join(
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
