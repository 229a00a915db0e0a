// Two policies on the same mazes.
import { mean } from "@throughline/lab";
import { CecError } from "../errors.js";
import { nestedMean } from "./nested.js";
import { type EvaluationResult, scoredSuccess } from "./result.js";
import type { Measure } from "./summary.js";

type Results = EvaluationResult | readonly EvaluationResult[];

/**
 * Success of a policy less that of another one, with the 95 % bootstrap interval of the difference. Runs of the same number met the same
 * mazes and are paired; with several training seeds the results of equal place are paired, and runs are nested in them.
 * @throws CecError `cec/evaluation` unless both have as many results, runs and scored episodes, of the same mazes
 */
export function successDifference(one: Results, other: Results): Measure {
  const [ours, theirs] = [one, other].map((results) => [results].flat() as readonly EvaluationResult[]);
  if (ours!.length !== theirs!.length)
    throw new CecError(
      "evaluation",
      `one policy has ${ours!.length} evaluations, the other ${theirs!.length}; give one for each training seed of both`,
    );
  return nestedMean(
    ours!.map((result, seed) => {
      checkSameMazes(result, theirs![seed]!);
      const [a, b] = [result, theirs![seed]!].map(scoredSuccess);
      return a!.map((success, run) => mean(success) - mean(b![run]!));
    }),
  );
}

function checkSameMazes(one: EvaluationResult, other: EvaluationResult): void {
  const words = ({ levels, seed, runs, protocol }: EvaluationResult): string =>
    `${runs} runs of ${protocol.testEpisodes} episodes from seed ${seed} in ${JSON.stringify(levels.at(-1))}`;
  if (words(one) === words(other)) return;
  throw new CecError(
    "evaluation",
    `one policy had ${words(one)}, the other ${words(other)}; give the same to both`,
  );
}
