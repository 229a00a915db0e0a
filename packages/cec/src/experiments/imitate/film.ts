// A film of a test's first episodes, from both cameras.
import { BothCameras, recordRendered } from "@throughline/envs";
import type { EvaluationResult } from "../../evaluation/result.js";
import { type TaskSetting, taskEnv } from "../../robots/tasks.js";

/** Options of a film. */
export interface TestFilmOptions {
  /** Name of the policy in the titles. */
  readonly name: string;
  /** First so many episodes of run 0. Default: 3. */
  readonly episodes?: number;
  /** Height and width of each camera's picture, in pixels. Default: 240. */
  readonly side?: number;
}

/**
 * Plays the first episodes of a test's first run again from their actions, and films them.
 * @param result whose actions were kept
 * @param out path that ends in `.gif` or `.webp`
 * @throws EnvError `envs/film`
 */
export async function filmTest(
  result: EvaluationResult,
  setting: Pick<TaskSetting, "env" | "horizon">,
  out: string,
  { name, episodes: most = 3, side = 240 }: TestFilmOptions,
): Promise<void> {
  const played = result.episodes.filter(({ run }) => run === 0).slice(0, most);
  // Its pictures are drawn for the film alone.
  const env = new BothCameras(taskEnv({ env: setting.env, horizon: setting.horizon }), side);
  let actions: readonly (number | readonly number[])[] = [];
  let step = 0;
  try {
    await recordRendered(
      env,
      out,
      { episodes: played.length, seed: result.seed, framesPerSecond: 20, height: side },
      {
        name,
        begin(_, episode) {
          actions = played[episode]!.actions ?? [];
          step = 0;
        },
        act: () => Float32Array.from(actions[step++] as readonly number[]),
      },
    );
  } finally {
    env.close();
  }
}
