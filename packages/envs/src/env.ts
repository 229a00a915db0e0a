// The interface of environments: Gymnasium's, in TypeScript.
import type { Space } from "./spaces.js";

/** Identity of an environment. Equal specs and seeds give equal episodes. */
export interface EnvSpec {
  /** Name and version, as `GoalMaze-v0`. Whatever changes an episode changes the version. */
  readonly id: string;
  /** Every option in use, by name: complete. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Steps after which an episode is truncated. */
  readonly horizon: number;
}

/** Further facts of a step; what an environment adds is in its own type. */
export type Info = Readonly<Record<string, unknown>>;

/** Options of `reset`. */
export interface ResetOptions {
  /**
   * A whole number of at least 0. With it the environment begins the sequence of this seed, with episode 0. Without it, it goes
   * on to the next episode of the sequence it is in. Default before any: seed 0.
   */
  readonly seed?: number;
  /** Options of one episode. Every environment of this package knows `episode`, the number in the seed's sequence. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** Result of `step`. */
export interface Step<Observation, Facts extends Info = Info> {
  readonly observation: Observation;
  readonly reward: number;
  /** True if the task itself has ended: the goal was reached, or cannot be any more. */
  readonly terminated: boolean;
  /** True if the episode was cut off, by its horizon. */
  readonly truncated: boolean;
  readonly info: Facts;
}

/** A picture: bytes of red, green and blue, row by row. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  /** height × width × 3 bytes. */
  readonly pixels: Uint8Array;
}

/**
 * An environment with Gymnasium's conventions (Towers et al. 2024). An episode is a function of the spec, the seed, the episode's
 * number and the actions, and of nothing else.
 */
export interface Env<Observation = unknown, Action = unknown, Facts extends Info = Info> {
  readonly spec: EnvSpec;
  readonly observationSpace: Space<Observation>;
  readonly actionSpace: Space<Action>;
  /** Begins an episode. @throws EnvError `envs/reset` for a seed or an option that is not accepted */
  reset(options?: ResetOptions): { readonly observation: Observation; readonly info: Facts };
  /**
   * One action.
   * @throws EnvError `envs/action` for one outside the space, `envs/ended` after the end of an episode and before the first
   */
  step(action: Action): Step<Observation, Facts>;
  /** A picture for a person; environments with pictures as observations may give a larger one. */
  render(): Frame;
  /** Gives back what the environment holds. Every other call fails afterwards; a second `close` does nothing. */
  close(): void;
}
