// The experiment: complete runs, curricula, refusals, and a run that is stopped and resumed.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { evaluateOracle, Level, sourceExperiment } from "@throughline/cec";
import type { ViewOptions } from "@throughline/envs";
import { createRun, executeRun, readRun, resolveConfig } from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import { levelsHere } from "@throughline/torch/kernels";
import { expect, test } from "vitest";

const root = fileFolder();
const configOf = (...overrides: string[]) => resolveConfig(sourceExperiment, { preset: "smoke", overrides });
const rowsOf = (path: string) =>
  readFileSync(join(path, "metrics.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => {
      const { time: _, ...row } = JSON.parse(line);
      return row;
    });

test("a smoke run ends with an agent, its test, and a random and a perfect one beside it", async () => {
  const outcome = await executeRun(
    createRun(sourceExperiment, configOf("seed=1"), { root }),
    sourceExperiment,
  );
  expect(outcome.status).toBe("finished");
  const { success, successLow, successHigh, oracleSuccess, level } = outcome.summary as Record<
    string,
    number
  >;
  expect(oracleSuccess).toBe(1);
  expect(successLow!).toBeLessThanOrEqual(success!);
  expect(successHigh!).toBeGreaterThanOrEqual(success!);
  // 256 steps a level and 512 in all: the second level is left at the end.
  expect(level).toBe(2);
  expect(rowsOf(outcome.record.path).map(({ level: at }) => at)).toEqual([0, 0, 1, 1]);
  expect(levelsHere()).toContain(outcome.record.environment.kernels);
  const again = await executeRun(createRun(sourceExperiment, configOf("seed=1"), { root }), sourceExperiment);
  expect(rowsOf(again.record.path)).toEqual(rowsOf(outcome.record.path));
  expect(again.summary).toEqual(outcome.summary);
});

test("a run that is long enough to learn ends with a film of its agent, on the hardest level", async () => {
  const filmOf = async (...overrides: string[]) => {
    const path = createRun(sourceExperiment, configOf(...overrides), { root });
    expect(await executeRun(path, sourceExperiment)).toMatchObject({ status: "finished" });
    const film = join(path, "figures/agent.webp");
    return existsSync(film) ? readFileSync(film) : undefined;
  };
  expect(await filmOf("hardest=0", "testEpisodes=1")).toBeUndefined();
  const film = await filmOf("hardest=0", "testEpisodes=1", "frames=2048", "epochs=1");
  // 200 steps at most; pictures of 16 × 20 twelve times as large, with the map beside them.
  expect(film!.toString("latin1", 8, 16)).toBe("WEBPVP8X");
  expect([film!.readUIntLE(24, 3) + 1, film!.readUIntLE(27, 3) + 1]).toEqual([240 + 4 + 192, 34 + 192]);
  const pictures = film!.toString("latin1").split("ANMF").length - 1;
  expect(pictures).toBeGreaterThan(2);
  expect(pictures).toBeLessThanOrEqual(201);
});

test("a curve of success begins where every lane has had the time of an episode, on each level", async () => {
  const path = createRun(sourceExperiment, configOf("lanes=2", "env=SmallIrreversiblePath-v0"), { root });
  // Episodes last up to 150 steps: 300 frames of two lanes.
  const rows = [
    ...[0, 0, 0, 1, 1, 1].map((level, step) => ({ level, step, frames: 150 * (step + 1), success: 1 })),
    ...[1, 1].map((level, at) => ({ level, step: 6 + at, frames: 1050 + 200 * at, success: 0.5 })),
  ].map((row) => ({ loop: "train", time: 0, ...row }));
  const figuresOf = (count: number) =>
    sourceExperiment.figures!({ ...readRun(path), metrics: async () => rows.slice(0, count) });
  const { success } = await figuresOf(8);
  if (success?.kind !== "lines") throw new Error("no curve");
  expect(success.series[0]).toMatchObject({
    x: [1, 2, 3, 4, 5, 6, 7, 8],
    y: [Number.NaN, 1, 1, Number.NaN, 1, 1, 0.5, 0.5],
  });
  // A run that is too short has other figures, and no empty one.
  expect(Object.keys(await figuresOf(1))).toEqual(["level", "entropy", "explained"]);
});

test("sizes that do not fit are refused before there is a run", async () => {
  const check = (...overrides: string[]) => {
    const { config, sources } = configOf(...overrides);
    return sourceExperiment.check!(config as never, root, sources);
  };
  await expect(check("window=7")).rejects.toThrow("window is 7, accepted: a divisor of steps, 32");
  await expect(check("minibatches=17")).rejects.toThrow(
    "minibatches is 17, accepted: at most lanes · steps / window, 16",
  );
  expect(() => configOf("env=Nowhere-v0")).toThrow(/env/);
});

test("a level is left for success over enough episodes, or for its steps", () => {
  const level = new Level({ at: 0.75, over: 4, steps: 100 });
  for (const success of [true, true, true]) level.ended(success);
  expect([level.success, level.promotion]).toEqual([1, undefined]);
  level.ended(false);
  expect([level.success, level.promotion]).toEqual([0.75, "success"]);
  level.ended(false);
  expect([level.success, level.promotion]).toEqual([0.5, undefined]);
  level.stepped(100);
  expect(level.promotion).toBe("steps");
  const copy = new Level({ at: 0.75, over: 4, steps: 100 });
  copy.loadStateDict(level.stateDict());
  expect([copy.success, copy.promotion]).toEqual([0.5, "steps"]);
  copy.reset();
  expect([copy.success, copy.promotion]).toEqual([0, undefined]);
});

test("the oracle wins every maze of a test, in about the planner's steps", () => {
  const place = {
    env: "SmallGoalMaze-v0",
    options: { rooms: 3 } as ViewOptions,
    seed: 1_000_000_000,
    episodes: 20,
  };
  const { successes, length } = evaluateOracle(place);
  expect(successes).toBe(20);
  expect(length).toBeGreaterThan(5);
  expect(length).toBeLessThan(80);
});
