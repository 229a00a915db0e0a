// flossing/condition: what its options say together is known before it starts.
import { conditionExperiment, reproductions } from "@throughline/flossing";
import { type Experiment, prepareRun, resolveConfig } from "@throughline/lab";
import { describe, expect, test } from "vitest";

const experiment = conditionExperiment as unknown as Experiment;

describe("contradictions", () => {
  test.each<[string[], string]>([
    [["k=13"], "--k is 13, but a state of 12 units (--units) has only 12 directions; give 12 or less"],
    [["skip=55"], "--skip (55) must be less than --length (55)"],
    [["horizon=41"], "--horizon (41) must not be more than the steps that are measured, --measure (40)"],
    [["cell=gru", "gain=2"], "--init and --gain are for vanilla nets; a GRU starts as in PyTorch"],
  ])("%j", async (overrides, sentence) => {
    const resolved = resolveConfig(experiment, { preset: "smoke", overrides });
    await expect(prepareRun(experiment, resolved)).rejects.toThrow(sentence);
  });

  test("all at once", async () => {
    const resolved = resolveConfig(experiment, { preset: "smoke", overrides: ["k=13", "skip=60"] });
    await expect(prepareRun(experiment, resolved)).rejects.toThrow(/^2 problems:\n {2}--k.*\n {2}--skip/);
  });
});

test("no reproduction asks for what is refused", async () => {
  let asked = 0;
  for (const preset of ["paper", "laptop", "smoke"] as const) {
    for (const cell of reproductions.flatMap((one) => one.cells(preset))) {
      if (cell.experiment !== experiment.name) continue;
      const overrides = Object.entries(cell.overrides ?? {}).map(
        ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
      );
      await prepareRun(experiment, resolveConfig(experiment, { preset: cell.preset ?? preset, overrides }));
      asked += 1;
    }
  }
  expect(asked).toBeGreaterThan(10);
});
