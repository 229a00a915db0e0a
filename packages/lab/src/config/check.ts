// Requirements on an experiment, checked where it is written rather than when it is first run.
import { LabError } from "../errors.js";
import type { Experiment } from "../experiment.js";
import { labOptions } from "./lab-options.js";
import { leavesOf } from "./leaves.js";
import { resolveConfig } from "./resolve.js";

/** @throws LabError lab/experiment naming every mistake */
export function checkExperiment(experiment: Experiment): void {
  const problems: string[] = [];
  if (!/^[a-z0-9][a-z0-9-]*(\/[a-z0-9][a-z0-9-]*)+$/.test(experiment.name)) {
    problems.push("its name must be like system/what, in lower case");
  }
  if (experiment.purpose.trim() === "" || experiment.purpose.includes("\n")) {
    problems.push("its purpose must be one line");
  }
  for (const [key, schema] of Object.entries(experiment.config)) {
    if (Object.hasOwn(labOptions, key))
      problems.push(`the option ${key} is declared by the lab for every experiment; remove it`);
    if (!/^[A-Za-z][A-Za-z0-9]*$/.test(key))
      problems.push(`the option ${key} must be one word of letters and digits`);
    if (experiment.complete === undefined && !schema.safeParse(undefined).success)
      problems.push(`the option ${key} has no default, and there is no complete() to give it a value`);
  }
  for (const leaf of leavesOf(experiment.config)) {
    if (leaf.info === undefined)
      problems.push(`the option ${leaf.name} has no sentence; call option(…) last`);
  }
  if (problems.length === 0) {
    for (const preset of [undefined, ...Object.keys(experiment.presets)]) {
      try {
        resolveConfig(experiment, { preset });
      } catch (error) {
        problems.push((error as Error).message);
      }
    }
  }
  if (problems.length > 0) {
    throw new LabError("lab/experiment", `the experiment ${experiment.name}: ${problems.join("; ")}`);
  }
}
