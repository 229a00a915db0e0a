// The report on source agents: its numbers are those of the runs, and where there is no run there is no number.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type LevelTest, sourceAgents, sourceExperiment } from "@throughline/cec";
import { CellRuns, type Experiment, type RunRecord, resolveConfig } from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import { expect, test } from "vitest";

const root = fileFolder();
const experiments = [sourceExperiment] as unknown as Experiment[];

/** Three levels; the agent of run `at` wins 50 + 10 · at mazes of 100 on the first, ten less on each one after it. */
const testsOf = (at: number): LevelTest[] =>
  [1, 3, 5].map((rooms, level) => ({
    level,
    options: { rooms },
    agent: { episodes: 100, successes: 50 + 10 * at - 10 * level, length: 20 },
    random: { episodes: 100, successes: 7, length: 30 },
    oracle: { episodes: 100, successes: 100, length: 10 },
  }));

/** A finished run of each cell, as its directory would tell it; agents leave level 0 after 8000 frames with success .81. */
const records: readonly RunRecord[] = sourceAgents
  .cells("laptop")
  .map(({ experiment, overrides, seed }, at) => {
    const path = join(root, `${at}`);
    mkdirSync(join(path, "artifacts"), { recursive: true });
    const lines = testsOf(at % 3).map((line) => `${JSON.stringify(line)}\n`);
    writeFileSync(join(path, "artifacts", "test.jsonl"), lines.join(""));
    const given = Object.entries({ ...overrides, seed }).map(([key, value]) => `${key}=${value}`);
    return {
      ...{ id: `x${at}`, path, experiment, status: "finished" as const, preset: "laptop" },
      config: resolveConfig(sourceExperiment, { preset: "laptop", overrides: given }).config,
      ...{ sources: {}, summary: {}, environment: {}, error: undefined, created: new Date(0) },
      metrics: async () => [
        { loop: "train", time: 0, step: 0, level: 0, frames: 4000, success: 1 },
        { loop: "train", time: 1, step: 1, level: 0, frames: 7000, success: 0.1 * (at % 3) },
        { loop: "train", time: 2, step: 2, level: 0, frames: 8000, success: 0.81 },
        { loop: "train", time: 3, step: 3, level: 1, frames: 12_000, success: 1 },
        { loop: "train", time: 4, step: 4, level: 1, frames: 15_000, success: 0.4 },
      ],
    };
  });

test("cells: three mazes, both ways, three seeds, small mazes at laptop and the paper's at paper", () => {
  expect(records.length).toBe(18);
  expect(new Set(records.map(({ config }) => config.env)).size).toBe(3);
  expect(records.every(({ config }) => String(config.env).startsWith("Small"))).toBe(true);
  // One of the three agents is imitated.
  expect(records.filter(({ config }) => config.record === true).map(({ config }) => config.seed)).toEqual(
    Array.from({ length: 6 }, () => 0),
  );
  const published = sourceAgents.cells("paper").map(({ overrides }) => String(overrides!.env));
  expect(published.some((id) => id.startsWith("Small"))).toBe(false);
});

test("tables and figures hold the runs' numbers", async () => {
  const report = await sourceAgents.report(new CellRuns(records, "laptop", experiments), "laptop");
  expect(report.tables.length).toBe(3);
  for (const { rows } of report.tables) {
    const numbers = rows.map(({ quantity, ours }) => [quantity, Math.round(10 * ours!.value) / 10]);
    expect(numbers).toEqual([
      ["easiest level: success of its last 100 episodes, each in a new maze", 81],
      ["easiest level: frames until it was left", 8000],
      ["learned hardest level alone: success on rooms 1", 60],
      ["learned hardest level alone: success on rooms 3", 50],
      ["learned hardest level alone: success on rooms 5", 40],
      ["learned level by level: success on rooms 1", 60],
      ["learned level by level: success on rooms 3", 50],
      ["learned level by level: success on rooms 5", 40],
      ["random actions: success on rooms 1", 7],
      ["random actions: success on rooms 3", 7],
      ["random actions: success on rooms 5", 7],
    ]);
  }
  const { "goalmaze-learning": learning, "goalmaze-levels": levels } = report.figures;
  const rounded = (values: readonly number[]) => values.map((value) => Math.round(100 * value) / 100);
  if (learning?.kind !== "lines" || levels?.kind !== "bars") throw new Error("figures are missing");
  expect(learning.series.map(({ name }) => name)).toEqual(["hardest level alone", "level by level"]);
  // 32 lanes of 200 steps: of the first 6400 frames of a level only lucky episodes have ended.
  expect(rounded(learning.series[1]!.y)).toEqual([Number.NaN, 0.1, 0.81, Number.NaN, 0.4]);
  expect(rounded(learning.series[1]!.high!)).toEqual([Number.NaN, 0.2, 0.81, Number.NaN, 0.4]);
  expect(levels.series.map(({ y }) => rounded(y))).toEqual([
    [60, 50, 40],
    [60, 50, 40],
    [7, 7, 7],
  ]);
});

test("runs that are missing leave rows out or without a number, and no figure of nothing", async () => {
  const some = records.filter(({ config }) => config.env === "SmallWatermaze-v0" && !config.curriculum);
  const report = await sourceAgents.report(new CellRuns(some, "laptop", experiments), "laptop");
  expect(Object.keys(report.figures)).toEqual(["watermaze-learning", "watermaze-levels"]);
  expect(report.tables[0]!.rows.every(({ ours }) => ours === undefined)).toBe(true);
  expect(report.tables[1]!.rows.filter(({ ours }) => ours !== undefined).length).toBe(3);
});
