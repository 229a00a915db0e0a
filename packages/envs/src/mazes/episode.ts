// One lane's episodes: which layout comes next, how far the agent has come, when it ends.
import { Random } from "@throughline/lab/random";
import { show } from "@throughline/torch/checks";
import type { ResetOptions } from "../env.js";
import { EnvError } from "../errors.js";
import type { Complete, MazeKind, ViewOptions } from "./kinds.js";
import type { Layout } from "./layout.js";
import { textureNumber } from "./pictures/atlas.js";
import { shortestWay, type Way } from "./planner.js";
import type { Pose } from "./simulation.js";

/** Facts of an episode so far. */
export interface MazeFacts {
  readonly [name: string]: unknown;
  readonly seed: number;
  /** Number of the episode in the seed's sequence. */
  readonly episode: number;
  /** Steps taken. */
  readonly length: number;
  /** Whether the goal was reached. */
  readonly success: boolean;
  /** Cells walked. */
  readonly walked: number;
  /** Length of the planner's way in cells. */
  readonly shortest: number;
  /** shortest / walked, at most 1; 0 without success. */
  readonly efficiency: number;
}

/** The layout of an episode: a function of the options, the seed and the episode's number, and of nothing else. */
export function layoutOf<Options extends ViewOptions>(
  kind: MazeKind<Options>,
  options: Complete<Options>,
  seed: number,
  episode: number,
): Layout {
  const layout = kind.layout(options, new Random("envs", kind.id, seed, episode));
  return options.revealGoal ? withBeam(layout) : layout;
}

function withBeam(layout: Layout): Layout {
  const { x, y, z } = layout.goal;
  const beam = { x, y, z, width: 0.3, height: 6, texture: textureNumber("beam") };
  return { ...layout, sprites: [...layout.sprites, beam] };
}

/** The way of a layout. @throws EnvError `envs/option` if there is none, which is a mistake of the generator */
export function wayOf(layout: Layout): Way {
  const way = shortestWay(layout);
  if (way === null) throw new EnvError("option", "the layout has no way from its start to its goal");
  return way;
}

/** What `Episode` keeps between steps, as plain values. */
export interface EpisodeState {
  readonly seed: number;
  readonly number: number;
  readonly steps: number;
  readonly walked: number;
}

/** Where one lane stands. */
export class Episode {
  #seed = 0;
  #number = -1;
  #steps = 0;
  #success = false;
  #walked = 0;
  #shortest = 0;
  #last: Pose | undefined;

  /** Chooses the next episode. @throws EnvError `envs/reset` */
  begin(owner: string, { seed, options = {} }: ResetOptions, lane = 0): { seed: number; episode: number } {
    const unknown = Object.keys(options).find((name) => name !== "episode");
    if (unknown !== undefined)
      throw new EnvError("reset", `${owner}: reset has no option ${unknown}, accepted: episode`);
    const { episode } = options as { episode?: unknown };
    for (const [name, value] of Object.entries({ seed, episode })) {
      if (value !== undefined && !(Number.isSafeInteger(value) && (value as number) >= 0))
        throw new EnvError(
          "reset",
          `${owner}: ${name} is ${show(value)}, accepted: a whole number of at least 0`,
        );
    }
    if (seed !== undefined) this.#seed = seed + lane;
    else if (this.#number < 0) this.#seed = lane;
    this.#number = (episode as number | undefined) ?? (seed === undefined ? this.#number + 1 : 0);
    return { seed: this.#seed, episode: this.#number };
  }

  /** Begins to count. */
  start(way: Way, pose: Pose): void {
    this.#steps = 0;
    this.#success = false;
    this.#walked = 0;
    this.#shortest = way.length;
    this.#last = pose;
  }

  /** Whether the environment was reset and the episode has not ended. */
  get isRunning(): boolean {
    return this.#last !== undefined;
  }

  step(pose: Pose, isReached: boolean, horizon: number): { terminated: boolean; truncated: boolean } {
    this.#steps++;
    this.#walked += Math.hypot(pose.x - this.#last!.x, pose.y - this.#last!.y);
    this.#success = isReached;
    const truncated = !isReached && this.#steps >= horizon;
    this.#last = isReached || truncated ? undefined : pose;
    return { terminated: isReached, truncated };
  }

  state(): EpisodeState {
    return { seed: this.#seed, number: this.#number, steps: this.#steps, walked: this.#walked };
  }

  /** Goes on with a running episode. */
  restore({ seed, number, steps, walked }: EpisodeState, way: Way, pose: Pose): void {
    this.#seed = seed;
    this.#number = number;
    this.start(way, pose);
    this.#steps = steps;
    this.#walked = walked;
  }

  get facts(): MazeFacts {
    const efficiency = this.#success ? Math.min(1, this.#shortest / Math.max(this.#walked, 1e-9)) : 0;
    return {
      ...{ seed: this.#seed, episode: this.#number, length: this.#steps, success: this.#success },
      ...{ walked: this.#walked, shortest: this.#shortest, efficiency },
    };
  }
}
