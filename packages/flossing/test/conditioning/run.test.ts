// The summary of a condition run says what its figures show, in the same unit.

import { conditionExperiment } from "@throughline/flossing";
import {
  createRun,
  type Experiment,
  executeRun,
  type LinesFigure,
  type PanelsFigure,
  readRun,
  resolveConfig,
} from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import { expect, test } from "vitest";

const root = fileFolder();

test("condition numbers of the summary are the last points of the figure's curves, log₁₀", async () => {
  const experiment = conditionExperiment as unknown as Experiment;
  const resolved = resolveConfig(experiment, { preset: "smoke", overrides: ["threads=1"] });
  const path = createRun(experiment, resolved, { root, name: "condition" });
  await executeRun(path, experiment);
  const run = readRun(path);
  const { flossing } = (await conditionExperiment.figures!(run)) as { flossing: PanelsFigure };
  const curves = (flossing.panels[2] as LinesFigure).series;
  const last = (name: string): number => curves.find((line) => line.name === name)!.y.at(-1)!;
  expect(run.summary.log10ConditionBefore).toBeCloseTo(last("before"), 12);
  expect(run.summary.log10ConditionAfter).toBeCloseTo(last("after"), 12);
  expect(last("before")).toBeGreaterThan(0);
});
