// Evaluation of a run's model under the protocol of its data.
import { mazeKind } from "@throughline/envs";
import type { RunContext } from "@throughline/lab";
import { type MethodName, methods, wantedReturn } from "../baselines/methods.js";
import { evaluateRuns } from "../evaluation/evaluate.js";
import { type MazeSetting, mazesOf } from "../evaluation/mazes.js";
import { auto, fixed, learningProgress, type Protocol } from "../evaluation/protocol.js";
import { type EvaluationResult, evaluationArtifact } from "../evaluation/result.js";
import { type EvaluationSummary, summarise } from "../evaluation/summary.js";
import type { SequencePolicy } from "../policies/sequence-policy.js";
import type { Interface } from "./model.js";
import type { TrainConfig } from "./options.js";

/** The protocol that a configuration asks for; by default that of its data. */
export function protocolOf({ protocol, curriculum, method, testEpisodes, cap, env }: TrainConfig): Protocol {
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

/** What `evaluateRuns` needs to know of a method. */
export function memoryOf({ method, env }: Pick<TrainConfig, "method" | "env">) {
  const { forget, isConditioned } = methods[method];
  return { forget, ...(isConditioned && { target: wantedReturn(env) }) };
}

/** The mazes that a model was made for, at their levels. */
export function settingOf({ env }: Pick<TrainConfig, "env">, { height, width }: Interface): MazeSetting {
  return { env, levels: mazeKind(env).levels.map((level) => ({ height, width, ...level })) };
}

/** Evaluates, writes `evaluation.json`, and sums up. */
export async function testPolicy(
  context: RunContext<TrainConfig>,
  policy: SequencePolicy,
  seen: Interface,
): Promise<{ readonly result: EvaluationResult; readonly summary: EvaluationSummary }> {
  const { config } = context;
  policy.eval();
  let done = 0;
  const all = config.runs * config.testEpisodes;
  const result = await evaluateRuns(policy, protocolOf(config), {
    ...mazesOf(settingOf(config, seen)),
    ...memoryOf(config),
    runs: config.runs,
    signal: context.signal,
    onEpisode: ({ scored }) => {
      if (scored && ++done % Math.ceil(all / 10) === 0) context.say(`evaluated ${done} of ${all} episodes`);
    },
  });
  context.keep(evaluationArtifact(), result);
  return { result, summary: summarise(result) };
}
