// Environments that another process plays, one or many at once.
import type { ResetOptions } from "../env.js";
import { EnvError } from "../errors.js";
import type { ViewOptions } from "../mazes/kinds.js";
import { MazeEnv } from "../mazes/maze-env.js";
import { MazeVector } from "../mazes/maze-vector.js";
import { mazeKind } from "../registry.js";
import type { ServedAnswer } from "./wire.js";

/** What the other process may ask of an environment. */
export interface Served {
  /** Spaces and spec, for `make`. */
  readonly about: unknown;
  reset(options: ResetOptions): ServedAnswer;
  step(actions: Int32Array): ServedAnswer;
  render(): ServedAnswer;
  close(): void;
}

/** Request of `make`. */
export interface Wanted {
  readonly id: string;
  readonly options: ViewOptions | undefined;
  /** null for a single environment. */
  readonly lanes: number | null;
}

/** @throws as `makeEnv` and `makeVector` do for mazes */
export function served({ id, options, lanes }: Wanted): Served {
  const kind = mazeKind(id);
  return lanes === null
    ? servedOne(new MazeEnv(kind, options))
    : servedMany(new MazeVector(kind, lanes, options));
}

const aboutOf = ({ spec, observationSpace, actionSpace }: MazeEnv | MazeVector) => ({
  ...{ id: spec.id, horizon: spec.horizon, options: spec.options },
  ...{ shape: observationSpace.shape, actions: actionSpace.n },
});

function servedOne(env: MazeEnv): Served {
  return {
    about: aboutOf(env),
    reset(options) {
      const { observation, info } = env.reset(options);
      return { message: info, values: [observation] };
    },
    step([action]) {
      const { observation, info, ...rest } = env.step(action!);
      return { ...rest, message: info, values: [observation] };
    },
    render() {
      const { height, width, pixels } = env.render();
      return { message: { height, width }, values: [pixels] };
    },
    close: () => env.close(),
  };
}

function servedMany(vector: MazeVector): Served {
  return {
    about: aboutOf(vector),
    reset(options) {
      const { facts, observations } = vector.reset(options);
      return { message: { facts }, values: [observations.memory() as Uint8Array] };
    },
    step(actions) {
      const { observations, rewards, terminated, truncated, ends } = vector.step(actions);
      return {
        ...(ends.length > 0 && { message: { ends: ends.map(({ lane, facts }) => ({ lane, facts })) } }),
        values: [
          new Uint8Array(rewards.buffer, rewards.byteOffset, rewards.byteLength),
          ...[terminated, truncated, observations.memory() as Uint8Array],
          ...ends.map(({ finalObservation }) => finalObservation),
        ],
      };
    },
    render() {
      throw new EnvError(
        "option",
        `${vector.spec.id}: a vector has no picture of its own; look at its observations`,
      );
    },
    close: () => vector.close(),
  };
}
