// Several ranks pre-train and learn a task as one process does.
import { createRun, type Experiment, executeRun, launchRanks, resolveConfig } from "@throughline/lab";
import { pretrainExperiment, taskExperiment } from "@throughline/ocra";
import { fileFolder } from "@throughline/testing/folders";
import { checkpointDifference, rankCommand } from "@throughline/testing/ranks";
import { expect, test } from "vitest";

const root = fileFolder();

test.each([
  // Six displays: two, two, one and one.
  ["pretrainExperiment", pretrainExperiment as never, 4, ["steps=3", "batch=6", "logEvery=1", "displays=20"]],
  // Problems encoded on the way: three and two, with the slots that one process would draw.
  [
    "taskExperiment",
    taskExperiment as never,
    2,
    ["steps=3", "batch=5", "draws=0", "dropout=0", "logEvery=1"],
  ],
])("%s by one process and by ranks", async (name, experiment: Experiment, ranks, overrides) => {
  const [alone, together] = ["alone", "together"].map((which) => {
    const config = resolveConfig(experiment, { preset: "smoke", overrides });
    return createRun(experiment, config, { root, name: `${which}-${ranks}` });
  });
  expect((await executeRun(alone!, experiment)).error).toBeUndefined();
  const said: string[] = [];
  const command = rankCommand("@throughline/ocra", name, together!);
  const code = await launchRanks({ command, ranks, say: (text) => said.push(text) });
  expect({ code, said }).toEqual({ code: 0, said: [] });
  expect(checkpointDifference(alone!, together!).most).toBeLessThan(2e-5);
});
