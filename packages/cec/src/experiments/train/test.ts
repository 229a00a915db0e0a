// Evaluation of a model under the protocol of its data.
import { mazeKind } from "@throughline/envs";
import type { RunContext } from "@throughline/lab";
import { type MethodName, methods, wantedReturn } from "../../baselines/methods.js";
import { type EvaluationOptions, evaluateRuns } from "../../evaluation/evaluate.js";
import { type MazeSetting, mazesOf } from "../../evaluation/mazes.js";
import { auto, fixed, learningProgress, type Protocol } from "../../evaluation/protocol.js";
import { evaluationArtifact } from "../../evaluation/result.js";
import { type EvaluationSummary, summarise } from "../../evaluation/summary.js";
import type { SequencePolicy } from "../../policies/sequence-policy.js";
import type { TrainConfig } from "./options.js";

/** Options that an evaluation depends on. */
export type TestConfig = Pick<
  TrainConfig,
  "env" | "method" | "curriculum" | "runs" | "testEpisodes" | "protocol" | "cap" | "choose"
>;

/** The protocol that a configuration asks for; by default that of its data. */
export function protocolOf({ protocol, curriculum, method, testEpisodes, cap, env }: TestConfig): Protocol {
  const isPath = env.includes("IrreversiblePath");
  switch (protocol ?? defaultProtocol(method, curriculum)) {
    case "auto":
      return auto({ testEpisodes, cap, promoteAfter: isPath ? 2 : 3 });
    case "fixed":
      return fixed({ testEpisodes, levelEpisodes: isPath ? 2 : 3 });
    case "learning-progress":
      return learningProgress({ testEpisodes });
  }
}

/** Models without a memory across episodes have nothing from easier levels. */
function defaultProtocol(
  method: MethodName,
  curriculum: TrainConfig["curriculum"],
): NonNullable<TrainConfig["protocol"]> {
  const { forget, sequences } = methods[method];
  const isLed = curriculum === "task-difficulty" && forget === "never" && sequences === "curriculum";
  return isLed ? "auto" : "learning-progress";
}

/** The mazes that a model was made for, at their levels. */
export function settingOf(
  { env }: Pick<TrainConfig, "env">,
  { height, width }: { readonly height: number; readonly width: number },
): MazeSetting {
  return { env, levels: mazeKind(env).levels.map((level) => ({ height, width, ...level })) };
}

/** Evaluates, writes `evaluation.json`, and sums up. @param options what differs from the method's own */
export async function playTest(
  context: RunContext<TestConfig>,
  policy: SequencePolicy,
  setting: MazeSetting,
  options: Partial<EvaluationOptions>,
): Promise<EvaluationSummary> {
  const { config } = context;
  const { forget, isConditioned } = methods[config.method];
  policy.eval();
  let done = 0;
  const all = config.runs * config.testEpisodes;
  const result = await evaluateRuns(policy, protocolOf(config), {
    ...mazesOf(setting),
    ...{ forget, runs: config.runs, choose: config.choose, signal: context.signal },
    ...(isConditioned && { target: wantedReturn(config.env) }),
    onEpisode: ({ scored }) => {
      if (scored && ++done % Math.ceil(all / 10) === 0) context.say(`evaluated ${done} of ${all} episodes`);
    },
    ...options,
  });
  context.keep(evaluationArtifact(), result);
  return summarise(result);
}

/** The numbers of an evaluation that a summary of a run shows; null for what is not known, such as the interval of a single run. */
export function numbersOf({ success, windowMaximum, first, last, rise, steps, context }: EvaluationSummary) {
  return {
    ...{ success: success.value, successLow: known(success.low), successHigh: known(success.high) },
    ...{ windowMaximum: windowMaximum.mean, windowMaximumOfConstant: windowMaximum.constant.mean },
    ...{ firstQuarter: first.value, lastQuarter: last.value },
    ...{ rise: rise.value, riseLow: known(rise.low), riseHigh: known(rise.high) },
    length: known(steps),
    episodesBefore: context.reduce((sum, count) => sum + (known(count) ?? 0), 0),
  };
}

const known = (value: number): number | null => (Number.isNaN(value) ? null : value);
