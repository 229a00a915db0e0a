// Environments by id.
import { nearest } from "@throughline/torch/checks";
import { EnvError } from "./errors.js";
import { type GymnasiumEnv, gymnasium, gymnasiumVector } from "./gymnasium/gymnasium-env.js";
import { fromGymnasiumId, type GymnasiumId, isGymnasiumId } from "./gymnasium/id.js";
import type { GymnasiumOptions } from "./gymnasium/options.js";
import { ManipulationEnv } from "./manipulation/manipulation-env.js";
import type { ManipulationOptions } from "./manipulation/options.js";
import { isManipulationId, MANIPULATION_IDS, type ManipulationId } from "./manipulation/tasks/tasks.js";
import { MAZES, type MazeKind } from "./mazes/kinds.js";
import { MazeEnv } from "./mazes/maze-env.js";
import { MazeVector } from "./mazes/maze-vector.js";
import type { EnvVector } from "./vector/env-vector.js";

type Mazes = typeof MAZES;
type MazeOptions = Parameters<Mazes[keyof Mazes]["complete"]>[0];

/** Ids of the mazes. Those of a robot's tasks are `MANIPULATION_IDS`. */
export const ENV_IDS: readonly string[] = Object.values(MAZES).map(({ id }) => id);

/**
 * The environment of an id: a maze or a robot's task of this package, or `gymnasium:` and the id of an environment of Python's
 * Gymnasium, whose options are those of `gymnasium`. `makeEnv(env.spec.id, env.spec.options)` is the same environment again.
 * @example const env = makeEnv("SmallGoalMaze-v0", { rooms: 3 }); env.reset({ seed: 1 });
 * @example const env = makeEnv("Lift-v0", { horizon: 400 }); env.reset({ seed: 1 });
 * @example const env = makeEnv("gymnasium:MiniGrid-Empty-5x5-v0");
 * @throws EnvError `envs/id` for an unknown id, TorchError `torch/argument` for an option that is not accepted; what `gymnasium` throws
 */
export function makeEnv<Observation = unknown, Action = unknown>(
  id: GymnasiumId,
  options?: GymnasiumOptions,
): GymnasiumEnv<Observation, Action>;
export function makeEnv(id: ManipulationId, options?: ManipulationOptions): ManipulationEnv;
export function makeEnv(id: string, options?: MazeOptions): MazeEnv;
export function makeEnv(id: string, options?: object): MazeEnv | ManipulationEnv | GymnasiumEnv {
  if (isManipulationId(id)) return new ManipulationEnv(id, options);
  if (!isGymnasiumId(id)) return new MazeEnv(mazeKind(id), options as never);
  const named = fromGymnasiumId(id, options);
  return gymnasium(named.id, named.options);
}

/** A vector of environments of an id. @throws as `makeEnv` does; what `gymnasiumVector` throws */
export function makeVector(id: GymnasiumId, lanes: number, options?: GymnasiumOptions): EnvVector;
export function makeVector(id: string, lanes: number, options?: MazeOptions): MazeVector;
export function makeVector(id: string, lanes: number, options?: object): MazeVector | EnvVector {
  if (!isGymnasiumId(id)) return new MazeVector(mazeKind(id), lanes, options as never);
  const named = fromGymnasiumId(id, options);
  return gymnasiumVector(named.id, lanes, named.options);
}

/** The kind of a maze. @throws EnvError `envs/id` for an unknown id, or one of Python's Gymnasium */
export function mazeKind(id: string): MazeKind {
  const kind = Object.values(MAZES).find((one) => one.id === id);
  if (kind !== undefined) return kind as unknown as MazeKind;
  const ids = [...ENV_IDS, ...MANIPULATION_IDS];
  const known = `Known: ${ids.join(", ")}`;
  if (isGymnasiumId(id) || isManipulationId(id))
    throw new EnvError("id", `${id} is no maze of this package. ${known}`);
  const close = nearest(String(id), ids);
  const hint = close === undefined ? "." : `; did you mean ${close}?`;
  throw new EnvError(
    "id",
    `there is no environment ${String(id)}${hint} ${known}, and gymnasium:ID for one of Python's Gymnasium`,
  );
}
