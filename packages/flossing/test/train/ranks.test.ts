// Two and four ranks train the net that one process trains.

import { trainExperiment } from "@throughline/flossing";
import { createRun, type Experiment, executeRun, launchRanks, resolveConfig } from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import { checkpointDifference, rankCommand } from "@throughline/testing/ranks";
import { expect, test } from "vitest";

const root = fileFolder();
const experiment = trainExperiment as unknown as Experiment;

function made(name: string, ...overrides: string[]): string {
  const config = resolveConfig(experiment, {
    preset: "smoke",
    overrides: ["epochs=8", "logEvery=1", ...overrides],
  });
  return createRun(experiment, config, { root, name });
}

test.each([
  // Nine sequences: five and four.
  [
    "flossing between the epochs and in the loss",
    2,
    ["batch=9", "flossDuring=at", "flossAt=[4]", "flossWeight=0.01"],
  ],
  ["a penalty on the states", 4, ["penalty=jacobian-norm", "penaltyWeight=0.1", "flossBefore=0"]],
])("%s: %i ranks", async (what, ranks, overrides) => {
  const [alone, together] = ["alone", "together"].map((name) =>
    made(`${what} ${name}`.replaceAll(/\W+/g, "-"), ...overrides),
  );
  expect((await executeRun(alone!, experiment)).error).toBeUndefined();
  const said: string[] = [];
  const command = rankCommand("@throughline/flossing", "trainExperiment", together!);
  const code = await launchRanks({ command, ranks, say: (text) => said.push(text) });
  expect({ code, said }).toEqual({ code: 0, said: [] });
  const { most } = checkpointDifference(alone!, together!);
  expect(most).toBeLessThan(2e-5);
});
