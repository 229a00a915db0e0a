// Environments by id.
import { nearest } from "@throughline/torch/checks";
import { EnvError } from "./errors.js";
import { MAZES, type MazeKind } from "./mazes/kinds.js";
import { MazeEnv } from "./mazes/maze-env.js";
import { MazeVector } from "./mazes/maze-vector.js";

type Mazes = typeof MAZES;
type MazeOptions = Parameters<Mazes[keyof Mazes]["complete"]>[0];

/** Ids of the environments of this package. */
export const ENV_IDS: readonly string[] = Object.values(MAZES).map(({ id }) => id);

/**
 * The environment of an id.
 * @example using it: const env = makeEnv("SmallGoalMaze-v0", { rooms: 3 }); env.reset({ seed: 1 });
 * @throws EnvError `envs/id` for an unknown id, TorchError `torch/argument` for an option that is not accepted
 */
export function makeEnv(id: string, options?: MazeOptions): MazeEnv {
  return new MazeEnv(mazeKind(id), options as never);
}

/** A vector of environments of an id. @throws as `makeEnv` does */
export function makeVector(id: string, lanes: number, options?: MazeOptions): MazeVector {
  return new MazeVector(mazeKind(id), lanes, options as never);
}

/** The kind of a maze. @throws EnvError `envs/id` for an unknown id */
export function mazeKind(id: string): MazeKind {
  const kind = Object.values(MAZES).find((one) => one.id === id);
  if (kind === undefined) {
    const close = nearest(String(id), ENV_IDS);
    const hint = close === undefined ? "" : `; did you mean ${close}?`;
    throw new EnvError("id", `there is no environment ${String(id)}${hint} Known: ${ENV_IDS.join(", ")}`);
  }
  return kind as unknown as MazeKind;
}
