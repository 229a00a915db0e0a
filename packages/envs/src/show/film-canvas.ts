// The canvas of a film: a title over a picture that is enlarged without smoothing, and place for more beside it.
import { type Context2d, type Surface, shippedCanvas } from "@throughline/lab";
import type { Frame } from "../env.js";
import { EnvError } from "../errors.js";
import { MAP_COLOURS, withoutAlpha } from "../mazes/map.js";
import { surfaceOf } from "./sheet.js";

/** Bytes that all pictures together may take unless another number is given: they are in memory until the film is written. */
const MEMORY = 1.5 * 2 ** 30;
/** Pixels a side of a WebP, at most; a GIF may have more. */
const MOST_PIXELS = 16_383;
/** Height of the title in pixels. */
const BAR = 34;

/** What a title says. */
export interface Title {
  readonly id: string;
  /** What follows the id. */
  readonly where: string;
  /** Steps of the episode. */
  readonly step: number;
  /** What became of it, and whether that is good; undefined while it goes on. */
  readonly outcome: { readonly words: string; readonly isGood: boolean } | undefined;
}

/** Draws the pictures of a film, one after the other. */
export class FilmCanvas {
  readonly width: number;
  readonly height: number;
  /** Of the picture, enlarged. */
  readonly wide: number;
  readonly tall: number;
  readonly #memory: number;
  readonly #surface: Surface;
  readonly #context: Context2d;

  /**
   * @param picture its size
   * @param least height to which it is enlarged, at least
   * @param beside width of what is drawn beside it, from the height
   * @param memory bytes that all pictures together may take
   * @throws EnvError `envs/film` if the pictures would be too large
   */
  constructor(
    picture: { readonly height: number; readonly width: number },
    least: number,
    beside: (tall: number) => number = () => 0,
    memory = MEMORY,
  ) {
    this.#memory = memory;
    const scale = Math.max(1, Math.ceil(least / picture.height));
    this.tall = picture.height * scale;
    this.wide = picture.width * scale;
    this.width = this.wide + beside(this.tall);
    this.height = BAR + this.tall;
    if (this.width > MOST_PIXELS || this.height > MOST_PIXELS) {
      const given = `${this.width} × ${this.height} pixels`;
      throw new EnvError("film", `the film would have ${given}, accepted: at most ${MOST_PIXELS} a side`);
    }
    this.#surface = shippedCanvas().createCanvas(this.width, this.height);
    this.#context = this.#surface.getContext("2d");
  }

  /** Pictures that fit into memory. */
  get most(): number {
    return Math.floor(this.#memory / (this.width * this.height * 3));
  }

  /** @throws EnvError `envs/film` if there is no place for another picture beside `count` */
  checkPlace(count: number, episodes: number, horizon: number): void {
    if (count < this.most) return;
    const given = `${episodes} episodes of up to ${horizon} steps in ${this.width} × ${this.height} pixels`;
    throw new EnvError("film", `the film is too large: ${given}; at most ${this.most} pictures are accepted`);
  }

  title({ id, where, step: steps, outcome }: Title): void {
    const context = this.#context;
    const colour = outcome === undefined ? "#20242d" : outcome.isGood ? "#1d7a46" : "#8f2f2f";
    context.fillStyle = colour;
    context.fillRect(0, 0, this.width, BAR);
    // The gap between picture and map.
    context.fillStyle = MAP_COLOURS.ink;
    context.fillRect(0, BAR, this.width, this.tall);
    context.textBaseline = "middle";
    context.textAlign = "left";
    let x = this.#words(id, 700, "#ffffff", 10);
    x = this.#words(where, 400, "#ffffffcc", x + 10);
    const step = outcome === undefined ? `step ${steps}` : `step ${steps}  ${outcome.words}`;
    context.font = "700 14px 'Noto Sans'";
    const right = this.width - 10 - context.measureText(step).width;
    // On a narrow film the step stands over the end of the rest.
    context.fillStyle = colour;
    if (right < x + 10) context.fillRect(right - 8, 0, this.width, BAR);
    this.#words(step, 700, "#ffffff", right);
  }

  picture(frame: Frame): void {
    this.#context.imageSmoothingEnabled = false;
    this.#context.drawImage(surfaceOf(frame), 0, BAR, this.wide, this.tall);
  }

  /** Puts something on the right, below the title. */
  beside(surface: Surface, gap: number): void {
    this.#context.drawImage(surface, this.wide + gap, BAR);
  }

  /** What has been drawn. */
  frame(): Frame {
    const { width, height } = this;
    const { data } = this.#context.getImageData(0, 0, width, height);
    return { width, height, pixels: withoutAlpha(data) };
  }

  /** @returns where the words end */
  #words(words: string, weight: number, ink: string, x: number): number {
    const context = this.#context;
    context.font = `${weight} 14px 'Noto Sans'`;
    context.fillStyle = ink;
    context.fillText(words, x, BAR / 2 + 1);
    return x + context.measureText(words).width;
  }
}

/** Milliseconds that a picture of an episode is shown: the first and the last stay, to be looked at. */
export function delayOf(isFirst: boolean, isLast: boolean, framesPerSecond: number): number {
  return isLast ? 1500 : isFirst ? 700 : Math.round(1000 / framesPerSecond);
}
