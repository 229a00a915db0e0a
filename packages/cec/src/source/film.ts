// A film of a run's agent, beside the run's figures.
import { join } from "node:path";
import { MazeEnv, mazeKind, recordFilm, type ViewOptions } from "@throughline/envs";
import type { RecurrentAgent } from "./agent.js";
import { agentPlayer } from "./player.js";

/** Steps of a film's episodes together, at most: it is made in some 3 s, and has some 400 kB. */
const STEPS = 300;
/** Episodes, at most. */
const EPISODES = 2;
/** Least height of its pictures, in pixels. */
const HEIGHT = 192;

/**
 * Films an agent into `figures/agent.webp` of a run: mazes of one level that it has not seen, two or, if episodes may be long, one.
 * @param run directory of the run
 * @param place the maze, and the seed whose first episodes are shown
 * @returns the path
 */
export async function filmAgent(
  run: string,
  agent: RecurrentAgent,
  name: string,
  { env: id, options, seed }: { readonly env: string; readonly options: ViewOptions; readonly seed: number },
): Promise<string> {
  const env = new MazeEnv(mazeKind(id), options);
  const player = agentPlayer(agent.clone(), name);
  const file = join(run, "figures", "agent.webp");
  try {
    const episodes = Math.max(1, Math.min(EPISODES, Math.floor(STEPS / env.spec.horizon)));
    await recordFilm(env, player, file, { episodes, seed, height: HEIGHT });
  } finally {
    player.close();
    env.close();
  }
  return file;
}
