// The RL oracles of the comparison: source agents, evaluated in the same mazes and with the same rows as every policy.
import type { RunRecord } from "@throughline/lab";
import { type EvaluationOptions, evaluateRuns } from "../evaluation/evaluate.js";
import { type MazeSetting, mazeSetting, mazesOf } from "../evaluation/mazes.js";
import { learningProgress } from "../evaluation/protocol.js";
import type { EvaluationResult } from "../evaluation/result.js";
import type { SourceConfig } from "../source/options.js";
import { runAgent } from "../source/run-agent.js";
import { SourcePolicy } from "./source-policy.js";

/** Options of `evaluateSourceRun`. */
export interface SourceRunOptions
  extends Pick<EvaluationOptions, "runs" | "seed" | "keepActions" | "onEpisode" | "signal"> {
  /** Mazes, of which the last level is played. Default: those of the run, up to the hardest that it could come to. */
  readonly setting?: MazeSetting;
  /** Episodes of each of the `runs`. Default: 100. */
  readonly testEpisodes?: number;
}

/**
 * Plays the agent of a run of `cec/source` in the mazes that policies are tested in: the paper's oracles, "RL" if it learned the tested level
 * alone and "curriculum RL" if it went from level to level. Its memory begins anew with each episode and its actions are drawn, both as
 * when it learned.
 * @throws LabError `lab/no-run` if the run has no checkpoint yet; CecError `cec/evaluation` for mazes with pictures of another size
 */
export async function evaluateSourceRun(
  run: RunRecord,
  options: SourceRunOptions = {},
): Promise<EvaluationResult> {
  const { setting = settingOf(run), testEpisodes, ...rest } = options;
  const { agent } = runAgent(run);
  const policy = new SourcePolicy(agent);
  try {
    const protocol = learningProgress({ testEpisodes });
    return await evaluateRuns(policy, protocol, {
      ...mazesOf(setting),
      choose: "sample",
      forget: "episode",
      ...rest,
    });
  } finally {
    policy.dispose();
  }
}

function settingOf(run: RunRecord): MazeSetting {
  const { env, height, width, hardest } = run.config as SourceConfig;
  const { levels } = mazeSetting(env, { height, width });
  return { env, levels: levels.slice(0, hardest + 1) };
}
