// Ranks imitate recorded episodes as one process does: sequences of different lengths, a gradient through the memory.
import { join } from "node:path";
import { trainExperiment } from "@throughline/cec";
import { createRun, type Experiment, executeRun, launchRanks, resolveConfig } from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import { checkpointDifference, rankCommand } from "@throughline/testing/ranks";
import { beforeAll, expect, test } from "vitest";
import { gradedStore } from "../curricula/support/graded.js";

const root = fileFolder();
const data = join(root, "episodes");
const experiment = trainExperiment as unknown as Experiment;

beforeAll(() => gradedStore({ folder: data, rooms: [1, 2, 2], episodes: 12, height: 24, width: 32 }).close());

test.each([
  ["full", 2],
  ["chunk", 4],
])("a gradient that is %s: %i ranks with five sequences", async (gradient, ranks) => {
  const small = ["testEpisodes=1", "runs=1", "workers=0", "protocol=learning-progress"];
  const [alone, together] = ["alone", "together"].map((which) => {
    const overrides = [`data=${data}`, ...small, "batch=5", `gradient=${gradient}`];
    const config = resolveConfig(experiment, { preset: "smoke", overrides });
    return createRun(experiment, config, { root, name: `${which}-${gradient}` });
  });
  expect((await executeRun(alone!, experiment)).error).toBeUndefined();
  const said: string[] = [];
  const command = rankCommand("@throughline/cec", "trainExperiment", together!);
  const code = await launchRanks({ command, ranks, say: (text) => said.push(text) });
  expect({ code, said }).toEqual({ code: 0, said: [] });
  expect(checkpointDifference(alone!, together!).most).toBeLessThan(2e-5);
});
