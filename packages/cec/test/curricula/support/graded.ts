// Recorded learning for tests: a scripted agent in small mazes that takes the planner's way ever more often.
import {
  EpisodeReader,
  EpisodeWriter,
  type MazeEnv,
  makeEnv,
  Oracle,
  RecordedEnv,
  Recording,
} from "@throughline/envs";
import { Random } from "@throughline/lab/random";

/** What is recorded. */
export interface Graded {
  readonly folder: string;
  /** Rooms of each level's maze. Default: 1 and 2. */
  readonly rooms?: readonly number[];
  /** Episodes of each level. Default: 24. */
  readonly episodes?: number;
  readonly height?: number;
  readonly width?: number;
  /** Episodes of each level with pictures, at least. Default: all. */
  readonly observations?: number;
  readonly id?: string;
  /** Levels that are played, from the first. Default: all. */
  readonly played?: number;
}

/** Records a store, and opens it: episodes of a level from one that is all chance to one without. */
export function gradedStore({
  folder,
  rooms = [1, 2],
  episodes = 24,
  height = 8,
  width = 12,
  observations,
  id = "SmallGoalMaze-v0",
  played = rooms.length,
}: Graded): EpisodeReader {
  const dials = id.includes("GoalMaze") ? rooms.map((count) => ({ rooms: count })) : [{}];
  const envs = dials.map((dial) => makeEnv(id, { height, width, horizon: 40, ...dial }));
  const [{ observationSpace, actionSpace }] = envs as [MazeEnv];
  const writer = new EpisodeWriter(folder, {
    ...{ levels: envs.map(({ spec }) => spec), observationSpace, actionSpace, about: { agent: "scripted" } },
  });
  const recording = new Recording(writer, { observations });
  for (const [level, env] of envs.slice(0, played).entries()) {
    const recorded = new RecordedEnv(env, recording, level);
    for (let episode = 0; episode < episodes; episode++) {
      recorded.reset({ seed: 10 * level + 1, options: { episode } });
      playEpisode(env, recorded, new Random("graded", level, episode), 1 - episode / (episodes - 1));
    }
    recorded.close();
  }
  for (const env of envs.slice(played)) env.close();
  writer.close();
  return new EpisodeReader(folder);
}

function playEpisode(
  env: MazeEnv,
  recorded: RecordedEnv<Uint8Array, number, ReturnType<MazeEnv["step"]>["info"]>,
  random: Random,
  chance: number,
): void {
  const oracle = new Oracle(env.way, env.motions);
  for (;;) {
    const action = random.unit() < chance ? env.actionSpace.sample(random) : oracle.act(env.pose);
    const step = recorded.step(action);
    if (step.terminated || step.truncated) return;
  }
}
