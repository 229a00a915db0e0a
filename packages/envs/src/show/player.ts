// Who plays: somebody that gives an action for each picture.
import { Random } from "@throughline/lab/random";
import type { ViewOptions } from "../mazes/kinds.js";
import type { MazeEnv } from "../mazes/maze-env.js";
import { Oracle } from "../mazes/oracle.js";

/** Somebody that plays episodes of one maze. */
export interface Player {
  /** Name for titles, such as `oracle`. */
  readonly name: string;
  /** An episode has begun. */
  begin(env: MazeEnv): void;
  /** The action for a picture. */
  act(observation: Uint8Array, env: MazeEnv): number;
  /** Gives back what it holds. */
  close(): void;
}

/** The agent of a run: its maze, and who plays. What an experiment's `player` gives. */
export interface RunPlayer {
  readonly env: string;
  /** The options that its pictures and actions need, and the level that it is at. */
  readonly options: ViewOptions;
  readonly player: Player;
}

/** Follows the planner's way. */
export function oraclePlayer(): Player {
  let oracle: Oracle | undefined;
  return {
    name: "oracle",
    begin: (env) => {
      oracle = new Oracle(env.way, env.motions);
    },
    act: (_, env) => oracle!.act(env.pose),
    close: () => {},
  };
}

/** Draws every action with the same probability. @param seed of the draws */
export function randomPlayer(seed = 0): Player {
  const random = new Random("envs", "random player", seed);
  return {
    name: "random",
    begin: () => {},
    act: (_, env) => env.actionSpace.sample(random),
    close: () => {},
  };
}
