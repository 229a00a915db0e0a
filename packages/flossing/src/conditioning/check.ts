// Checks of combinations of flossing/condition's options.
import { directionProblems, gateProblems, refuseAll } from "../train/check.js";
import type { ConditionConfig } from "./experiment.js";

/** @throws LabError lab/config with a sentence for everything that does not go together */
export function checkCondition(config: ConditionConfig): void {
  const { skip, length, measure, horizon } = config;
  const problems = [...gateProblems(config), ...directionProblems(config)];
  if (skip >= length) problems.push(`--skip (${skip}) must be less than --length (${length})`);
  if (horizon > measure) {
    problems.push(
      `--horizon (${horizon}) must not be more than the steps that are measured, --measure (${measure})`,
    );
  }
  refuseAll(problems);
}
