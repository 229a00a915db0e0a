// One lane's episodes: the next layout, the way that the agent has come, the end.
import { Random } from "@throughline/lab/random";
import type { ResetOptions } from "../env.js";
import { EnvError } from "../errors.js";
import { EpisodeSequence, type SequencePlace } from "../sequence.js";
import type { EpisodeFacts } from "../vector/vector-env.js";
import type { Complete, MazeKind, ViewOptions } from "./kinds.js";
import type { Layout } from "./layout.js";
import { textureNumber } from "./pictures/atlas.js";
import { shortestWay, type Way } from "./planner.js";
import type { Pose } from "./simulation.js";

/** Facts of an episode so far. */
export interface MazeFacts extends EpisodeFacts {
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

/** State of an `Episode` between steps, as plain values. */
export interface EpisodeState {
  readonly seed: number;
  readonly number: number;
  readonly steps: number;
  readonly walked: number;
}

/** Progress of one lane. */
export class Episode {
  readonly #sequence = new EpisodeSequence();
  #steps = 0;
  #success = false;
  #walked = 0;
  #shortest = 0;
  #last: Pose | undefined;

  /** Steps to the next episode, as `EpisodeSequence.next`. @throws EnvError `envs/reset` */
  begin(owner: string, options: ResetOptions, lane = 0): SequencePlace {
    return this.#sequence.next(owner, options, lane);
  }

  /** Begins to count. */
  start(way: Way, pose: Pose): void {
    this.#steps = 0;
    this.#success = false;
    this.#walked = 0;
    this.#shortest = way.length;
    this.#last = pose;
  }

  /** True between a reset and the end of the episode. */
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
    const { seed, episode } = this.#sequence.place;
    return { seed, number: episode, steps: this.#steps, walked: this.#walked };
  }

  /** Continues a running episode. */
  restore({ seed, number, steps, walked }: EpisodeState, way: Way, pose: Pose): void {
    this.#sequence.place = { seed, episode: number };
    this.start(way, pose);
    this.#steps = steps;
    this.#walked = walked;
  }

  get facts(): MazeFacts {
    const efficiency = this.#success ? Math.min(1, this.#shortest / Math.max(this.#walked, 1e-9)) : 0;
    return {
      ...{ ...this.#sequence.place, length: this.#steps, success: this.#success },
      ...{ walked: this.#walked, shortest: this.#shortest, efficiency },
    };
  }
}
