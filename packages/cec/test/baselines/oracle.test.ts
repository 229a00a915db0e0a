// A run of source agents, evaluated as policies are.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { evaluateSourceRun, sourceExperiment } from "@throughline/cec";
import { createRun, executeRun, readRun, resolveConfig } from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import { expect, test } from "vitest";

const root = fileFolder();

test("its agent plays the hardest level that it could come to, and the same call gives the same episodes", async () => {
  const config = resolveConfig(sourceExperiment, {
    preset: "smoke",
    overrides: ["env=SmallWatermaze-v0", "seed=2"],
  });
  const { record } = await executeRun(
    createRun(sourceExperiment, config, { root, name: "wet" }),
    sourceExperiment,
  );
  const options = { runs: 3, testEpisodes: 2, keepActions: true };
  const result = await evaluateSourceRun(record, options);
  expect(result).toMatchObject({
    runs: 3,
    choose: "sample",
    forget: "episode",
    protocol: { kind: "learning-progress", testEpisodes: 2 },
  });
  expect(result.episodes.map(({ run, episode, scored }) => [run, episode, scored])).toEqual(
    [0, 1, 2].flatMap((run) => [0, 1].map((episode) => [run, episode, true])),
  );
  const played = result.levels.filter((level) => level !== null);
  expect(played).toMatchObject([{ id: "SmallWatermaze-v0", options: { height: 16, width: 20 } }]);
  for (const { actions, length } of result.episodes) expect(actions).toHaveLength(length);
  expect(await evaluateSourceRun(record, options)).toEqual(result);
  rmSync(join(record.path, "checkpoints"), { recursive: true });
  await expect(evaluateSourceRun(readRun(record.path), options)).rejects.toThrow(
    /^wet has no checkpoint yet/,
  );
});
