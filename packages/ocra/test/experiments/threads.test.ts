// Default number of threads of a run.
import { type Experiment, resolveConfig } from "@throughline/lab";
import { pretrainExperiment, taskExperiment } from "@throughline/ocra";
import { expect, test } from "vitest";

test.each([
  [pretrainExperiment, "smoke", [], 1],
  [pretrainExperiment, "smoke", ["dataset=clevr"], 1],
  [pretrainExperiment, "smoke", ["resolution=128"], 8],
  [pretrainExperiment, "laptop", [], 8],
  [pretrainExperiment, "laptop", ["batch=1"], 1],
  [pretrainExperiment, "paper", [], 8],
  [taskExperiment, "smoke", [], 1],
  [taskExperiment, "laptop", [], 8],
] as const)("case %#", (experiment, preset, overrides, expected) => {
  const of = experiment as unknown as Experiment;
  expect(of.threads!(resolveConfig(of, { preset, overrides }).config, 8)).toBe(expected);
});
