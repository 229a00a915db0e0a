// Environments that a policy can be evaluated in.
import { Box, Discrete, type Env, type EpisodeFacts, type Step } from "@throughline/envs";
import { CecError } from "../errors.js";

/** An environment with pictures and numbered actions; mazes, `TMaze` and such ones of Gymnasium are. */
export interface PictureEnv extends Env<Uint8Array, number, EpisodeFacts> {
  /** Begins a step, whose result `endStep` waits for: environments with both compute side by side. */
  beginStep?(action: number): void;
  endStep?(): Step<Uint8Array, EpisodeFacts>;
}

/** Sizes that all levels of an evaluation share. */
export interface EnvSizes {
  /** [height, width, 3], say. */
  readonly picture: readonly number[];
  /** Numbers of a picture. */
  readonly size: number;
  readonly actions: number;
}

/** @throws CecError `cec/evaluation` for other spaces than pictures of bytes and actions that are numbered from 0 */
export function sizesOf({ spec, observationSpace, actionSpace }: PictureEnv): EnvSizes {
  const isPicture = observationSpace instanceof Box && observationSpace.dtype === "uint8";
  if (isPicture && actionSpace instanceof Discrete && actionSpace.start === 0)
    return { picture: observationSpace.shape, size: observationSpace.size, actions: actionSpace.n };
  const given = `observations ${observationSpace} and actions ${actionSpace}`;
  throw new CecError(
    "evaluation",
    `${spec.id} has ${given}, accepted in an evaluation: a Box of uint8 and a Discrete from 0`,
  );
}

/** @throws CecError `cec/evaluation` if a level has pictures or actions of another size than another one */
export function checkSameSizes(level: number, sizes: EnvSizes, others: EnvSizes): void {
  const words = ({ picture, actions }: EnvSizes): string =>
    `pictures [${picture.join(", ")}] and ${actions} actions`;
  if (words(sizes) === words(others)) return;
  throw new CecError(
    "evaluation",
    `level ${level} has ${words(sizes)}, another level ${words(others)}; give all levels the same`,
  );
}
