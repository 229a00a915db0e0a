// Evaluation of a model in its task.
import { type EvaluationOptions, evaluateRuns } from "../../evaluation/evaluate.js";
import { learningProgress } from "../../evaluation/protocol.js";
import type { EvaluationResult } from "../../evaluation/result.js";
import type { SequencePolicy } from "../../policies/sequence-policy.js";
import { keysOf, taskEnv } from "../../robots/tasks.js";
import { testSetting } from "./check.js";
import { imitationMethods } from "./methods.js";
import type { ImitatorInterface } from "./model.js";
import type { ImitateConfig } from "./options.js";

/** Options that an evaluation depends on. */
export type RolloutConfig = Pick<
  ImitateConfig,
  "env" | "horizon" | "input" | "method" | "runs" | "testEpisodes" | "choose"
>;

/** Seeds of the episodes that checkpoints are compared on, and of those that the best one is tested on: far from demonstrations. */
export const SEEDS = { checkpoints: 2_000_000_000, test: 2_100_000_000 } as const;

/**
 * Runs of episodes in the task, with the memory that the method has.
 * @param options what differs from the method's own
 */
export function playTask(
  policy: SequencePolicy,
  config: RolloutConfig,
  seen: Pick<ImitatorInterface, "observations">,
  options: Partial<EvaluationOptions>,
): Promise<EvaluationResult> {
  const { testEpisodes, runs, choose, method, input } = config;
  return evaluateRuns(policy, learningProgress({ testEpisodes }), {
    env: () => taskEnv(testSetting(config, seen)),
    ...{ keys: keysOf(input), runs, choose, forget: imitationMethods[method].forget },
    ...options,
  });
}
