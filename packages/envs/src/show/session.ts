// What a person sees and does in a terminal, from key to key.
import type { Frame } from "../env.js";
import type { MazeFacts } from "../mazes/episode.js";
import type { Place } from "../mazes/layout.js";
import { MazeMap } from "../mazes/map.js";
import type { MazeEnv } from "../mazes/maze-env.js";
import { beside, halfBlocks } from "./half-blocks.js";
import { actionOf, type Key } from "./keys.js";
import type { Player } from "./player.js";
import type { Screen } from "./screen.js";
import { dialText, endText } from "./words.js";

/** Options of `play`. */
export interface PlayOptions {
  /** Seed of the first episode. Default: 0. */
  readonly seed?: number;
  /** Who is watched. Default: nobody, the person plays. */
  readonly player?: Player;
  /** Steps in a second of who is watched. Default: 6. */
  readonly speed?: number;
  /** True if the map stands beside the picture from the beginning. Default: false; true to watch. */
  readonly map?: boolean;
}

/** Characters between picture and map. */
const GAP = 2;
/** Lines below the pictures. */
const WORDS = 2;
/** Milliseconds that the end of an episode stays before who is watched goes on. */
const DELAY_AT_END = 1500;

/** Episodes of an environment on a screen: keys go in, pictures and words come out. */
export class Session {
  readonly #env: MazeEnv;
  readonly #screen: Screen;
  readonly #player: Player | undefined;
  readonly #ends: MazeFacts[] = [];
  #speed: number;
  #withMap: boolean;
  #observation: Uint8Array;
  #facts: MazeFacts;
  #path: Place[] = [];
  #map: MazeMap | undefined;
  #isOver = false;
  #isPaused = false;
  #reward = 0;
  #hint = "";
  #timer: NodeJS.Timeout | undefined;
  #quit: (ends: MazeFacts[]) => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(env: MazeEnv, screen: Screen, { seed = 0, player, speed = 6, map }: PlayOptions) {
    this.#env = env;
    this.#screen = screen;
    this.#player = player;
    this.#speed = speed;
    this.#withMap = map ?? player !== undefined;
    const { observation, info } = env.reset({ seed });
    this.#observation = observation;
    this.#facts = info;
    this.#begun();
  }

  run(): Promise<MazeFacts[]> {
    return new Promise((resolve, reject) => {
      this.#quit = resolve;
      this.#fail = reject;
      this.show();
      this.#plan();
    });
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  press(key: Key): void {
    this.#hint = "";
    if (key === "q" || key === "end") this.#quit(this.#ends);
    else if (key === "n") this.#reset();
    else if (key === "r") this.#reset(this.#facts.episode);
    else if (key === "m") {
      this.#withMap = !this.#withMap;
      this.#map = undefined;
    } else if (this.#player !== undefined) this.#steer(key);
    else this.#move(key);
    this.show();
  }

  /** Draws everything anew. */
  show(): void {
    const { columns, rows } = this.#screen;
    this.#screen.show([...halfBlocks(this.#picture(columns, 2 * (rows - WORDS))), ...this.#words(columns)]);
  }

  /** Keys of who watches. */
  #steer(key: Key): void {
    if (key === "space") this.#isPaused = !this.#isPaused;
    else if (key === "+" || key === "=") this.#speed = Math.min(60, this.#speed * 1.5);
    else if (key === "-") this.#speed = Math.max(0.5, this.#speed / 1.5);
    this.#plan();
  }

  #move(key: Key): void {
    const action = actionOf(key, this.#env.motions);
    if (action === undefined) {
      const name = this.#env.options.actions;
      this.#hint = `the actions "${name}" have none for this key`;
    } else if (!this.#isOver) this.#step(action);
  }

  #step(action: number): void {
    const { observation, info, reward, terminated, truncated } = this.#env.step(action);
    this.#observation = observation;
    this.#facts = info;
    this.#reward += reward;
    this.#path.push(this.#env.pose);
    this.#isOver = terminated || truncated;
    if (this.#isOver) this.#ends.push(info);
  }

  #reset(episode?: number): void {
    const { seed } = this.#facts;
    const again = episode === undefined ? {} : { seed, options: { episode } };
    const { observation, info } = this.#env.reset(again);
    this.#observation = observation;
    this.#facts = info;
    this.#begun();
    this.#plan();
  }

  #begun(): void {
    this.#path = [this.#env.pose];
    this.#map = undefined;
    this.#isOver = false;
    this.#reward = 0;
    this.#player?.begin(this.#env);
  }

  /** The next step of who is watched; after an episode the next one. */
  #plan(): void {
    clearTimeout(this.#timer);
    if (this.#player === undefined || this.#isPaused) return;
    const wait = this.#isOver ? DELAY_AT_END : 1000 / this.#speed;
    this.#timer = setTimeout(() => {
      try {
        if (this.#isOver) this.#reset();
        else this.#step(this.#player!.act(this.#observation, this.#env));
        this.show();
        this.#plan();
      } catch (error) {
        this.#fail(error);
      }
    }, wait);
  }

  /** What is seen, as large as it fits, with the map beside it. */
  #picture(columns: number, rows: number): Frame {
    const { height, width } = this.#env.options;
    // A character is two pixels high, so that pixels are square. The map is as high as the picture, and square.
    const most = this.#withMap ? (columns - GAP) / (width / height + 1) : columns / (width / height);
    const tall = Math.max(8, 2 * Math.floor(Math.min(rows, most) / 2));
    const view = this.#env.picture(tall, Math.max(8, Math.floor((tall * width) / height)));
    if (!this.#withMap) return view;
    if (this.#map?.side !== tall)
      this.#map = new MazeMap(this.#env.layout, {
        side: tall,
        ...(this.#player === undefined ? {} : { way: this.#env.way }),
      });
    return beside(view, this.#map.draw({ path: this.#path, pose: this.#env.pose }), GAP);
  }

  #words(columns: number): string[] {
    const { id } = this.#env.spec;
    const { seed, episode, length } = this.#facts;
    const who = this.#player === undefined ? "" : `${this.#player.name} · `;
    const state = this.#isOver ? endText(this.#facts) : this.#isPaused ? "paused" : "";
    const step = `step ${length}/${this.#env.options.horizon} · reward ${this.#reward}`;
    const first = `${who}${id} ${dialText(this.#env)} · seed ${seed} episode ${episode} · ${step}`;
    const keys =
      this.#player === undefined
        ? "arrows or WASD move · space waits · n next · r again · m map · q quit"
        : `space pauses · + and - speed (${this.#speed.toFixed(1)} steps/s) · n next · r again · m map · q quit`;
    const won = this.#isOver && this.#facts.success;
    const colour = won ? "\x1b[1;32m" : this.#isOver ? "\x1b[1;33m" : "\x1b[1m";
    const second = this.#hint !== "" ? this.#hint : state === "" ? keys : `${state} · ${keys}`;
    return [`${colour}${first.slice(0, columns)}`, second.slice(0, columns)];
  }
}
