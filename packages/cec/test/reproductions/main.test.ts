// Reports on trained models: their numbers are those of the runs' evaluations, and where there is no run there is no number.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  checkpointsArtifact,
  context,
  type EvaluationResult,
  evaluateExperiment,
  generalisation,
  granularity,
  imitateExperiment,
  main,
  memory,
  robots,
  sourceExperiment,
  trainExperiment,
} from "@throughline/cec";
import {
  CellRuns,
  type Experiment,
  type PresetName,
  type Reproduction,
  type RunRecord,
  resolveConfig,
} from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import { describe, expect, test } from "vitest";
import { evaluationArtifact } from "../../dist/evaluation/result.js";

const root = fileFolder();
const experiments = [trainExperiment, evaluateExperiment] as unknown as Experiment[];

/** Runs of eight episodes, of which the first or the last are won. */
function evaluation(won: number, isLate: boolean): EvaluationResult {
  return {
    format: "throughline-cec-evaluation-1",
    protocol: { kind: "learning-progress", testEpisodes: 8 },
    levels: [{ id: "SmallGoalMaze-v0", options: { rooms: 5 } }],
    ...{ runs: 2, seed: 1, forget: "never", order: "played", choose: "sample" },
    episodes: [0, 1].flatMap((run) =>
      Array.from({ length: 8 }, (_, number) => ({
        ...{ run, number, level: 0, episode: number, length: 10, return: 0, scored: true },
        success: isLate ? number >= 8 - won : number < won,
      })),
    ),
  };
}

let made = 0;
/** A finished run of each cell; those of `cec` win six of eight and late, all others two and early. */
function recordsOf(reproduction: Reproduction, preset: PresetName): RunRecord[] {
  return reproduction.cells(preset).map(({ experiment, overrides, seed }) => {
    const path = join(root, `${made++}`);
    mkdirSync(join(path, "artifacts"), { recursive: true });
    const isCec = overrides!.method === "cec";
    const result = evaluation(isCec ? 6 : 2, isCec);
    writeFileSync(join(path, "artifacts", evaluationArtifact().name), `${JSON.stringify(result)}\n`);
    const given = Object.entries({ ...overrides, seed }).map(
      ([key, value]) => `${key}=${JSON.stringify(value)}`,
    );
    const of = experiment === "cec/train" ? trainExperiment : evaluateExperiment;
    const plain = given.map((one) => one.replaceAll('"', ""));
    return {
      ...{ id: `x${made}`, path, experiment, status: "finished" as const, preset },
      config: resolveConfig(of as never, { preset, overrides: plain }).config,
      ...{ sources: {}, summary: {}, environment: {}, error: undefined, created: new Date(0) },
      metrics: async () => [],
    };
  });
}

describe("cec/main", () => {
  test("cells: seven arms, three mazes, three seeds; the paper's mazes at paper; no two alike", () => {
    for (const preset of ["laptop", "paper", "smoke"] as const) {
      const cells = main.cells(preset);
      expect(cells).toHaveLength(7 * 3 * (preset === "smoke" ? 1 : 3));
      expect(new Set(cells.map((cell) => JSON.stringify(cell))).size).toBe(cells.length);
      for (const { overrides } of cells)
        expect(/^Small/.test(String(overrides!.env))).toBe(preset !== "paper");
    }
  });

  test("tables, figures and sentences hold the runs' numbers", async () => {
    const records = recordsOf(main, "laptop");
    const report = await main.report(new CellRuns(records, "laptop", experiments), "laptop");
    expect(report.tables).toHaveLength(3);
    const values = report.tables[0]!.rows.slice(0, 4).map(({ ours }) => ours!.value);
    // Six of eight; a window of two is won whole; the first quarter is lost and the last won.
    expect(values[0]).toBe(75);
    expect(values[1]).toBe(100);
    expect(values[2]).toBeGreaterThan(90);
    expect(values[3]).toBe(100);
    expect(report.sentences![0]).toContain("adds 50.0 points");
    expect(report.sentences![0]).toContain("CEC rises by 100.0 points");
    const { success } = report.figures;
    if (success?.kind !== "bars") throw new Error("no bars");
    expect(success.series.map(({ y }) => y)).toEqual(
      [75, 75, 25, 25, 25, 25, 25].map((value) => [value, value, value]),
    );
    expect(Object.keys(report.figures)).toContain("watermaze-episodes");
  });

  test("runs that are missing leave rows without a number, and no figure or sentence of nothing", async () => {
    const report = await main.report(new CellRuns([], "laptop", experiments), "laptop");
    expect(report.tables.flatMap(({ rows }) => rows).every(({ ours }) => ours === undefined)).toBe(true);
    expect(report.figures).toEqual({});
    expect(report.sentences).toEqual([]);
  });
});

test.each([
  ["cec/generalisation", generalisation],
  ["cec/granularity", granularity],
  ["cec/context", context],
])("%s: every row has a number where all runs are there, at every preset", async (_, reproduction) => {
  for (const preset of ["laptop", "paper"] as const) {
    const records = recordsOf(reproduction, preset);
    const report = await reproduction.report(new CellRuns(records, preset, experiments), preset);
    const rows = report.tables.flatMap((table) => table.rows);
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.filter(({ ours }) => ours === undefined)).toEqual([]);
  }
});

test("cec/memory: three arms of five seeds; numbers of the runs, and none without runs", async () => {
  const cells = memory.cells("laptop");
  expect(cells).toHaveLength(15);
  expect(new Set(cells.map((cell) => JSON.stringify(cell))).size).toBe(15);
  const records = cells.map(({ experiment, overrides, seed }, at): RunRecord => {
    const path = join(root, `memory${at}`);
    mkdirSync(join(path, "artifacts"), { recursive: true });
    const agent = { episodes: 200, successes: 20 * (at < 5 ? 1 : 2) + 2 * seed, length: 20 };
    const line = { level: 1, options: { rooms: 3 }, agent, random: agent, oracle: agent };
    writeFileSync(join(path, "artifacts/test.jsonl"), `${JSON.stringify(line)}\n`);
    const given = Object.entries({ ...overrides, seed }).map(([key, value]) => `${key}=${value}`);
    return {
      ...{ id: `m${at}`, path, experiment, status: "finished", preset: "laptop" },
      config: resolveConfig(sourceExperiment, { preset: "laptop", overrides: given }).config,
      ...{ sources: {}, summary: {}, environment: {}, error: undefined, created: new Date(0) },
      metrics: async () =>
        [0, 1, 2, 3].map((step) => ({
          ...{ loop: "train", time: 0, step, level: 0 },
          ...{ frames: 2048 * (step + 1), success: 0.1 * step },
        })),
    };
  });
  const all = [sourceExperiment] as unknown as Experiment[];
  const { tables, figures } = await memory.report(new CellRuns(records, "laptop", all), "laptop");
  const [first, half] = tables[0]!.rows;
  // 20, 22 … 28 of 200; after 3200 frames of 16 lanes something is known.
  expect(first!.ours).toMatchObject({ value: 12, seeds: 5 });
  expect(half!.ours!.value).toBeCloseTo(25, 9);
  expect(tables[0]!.rows[4]!.ours!.value).toBe(22);
  const { learning } = figures;
  if (learning?.kind !== "lines") throw new Error("no curve");
  expect(learning.series.map(({ y }) => y.slice(1).map((value) => Math.round(100 * value)))).toEqual([
    [10, 20, 30],
    [10, 20, 30],
    [10, 20, 30],
  ]);
  expect(learning.series[0]!.y[0]).toBeNaN();
  const none = await memory.report(new CellRuns([], "laptop", all), "laptop");
  expect(none.figures).toEqual({});
  expect(none.tables[0]!.rows.every(({ ours }) => ours === undefined)).toBe(true);
});

test("cec/robots: five arms in the paper's tasks, three in ours; the checkpoints' numbers beside the paper's, and the claim", async () => {
  const cells = robots.cells("laptop");
  expect(cells).toHaveLength((5 + 5 + 3) * 3);
  expect(new Set(cells.map((cell) => JSON.stringify(cell))).size).toBe(cells.length);
  expect(robots.cells("smoke")).toHaveLength(13);
  for (const { overrides } of robots.cells("paper")) expect(overrides!.input).toBe("pictures");
  const records = cells.map(({ overrides, seed }, at): RunRecord => {
    const path = join(root, `robots${at}`);
    mkdirSync(join(path, "artifacts"), { recursive: true });
    const isCross = overrides!.method === "cec";
    const result = evaluation(isCross ? 6 : 2, isCross);
    writeFileSync(join(path, "artifacts", evaluationArtifact().name), JSON.stringify(result));
    const tested = [10, 20].map((updates) => ({ updates, result: evaluation(updates / 10, false) }));
    writeFileSync(join(path, "artifacts", checkpointsArtifact.name), JSON.stringify(tested));
    const given = Object.entries({ ...overrides, seed }).map(([key, value]) => `${key}=${value}`);
    return {
      ...{ id: `r${at}`, path, experiment: "cec/imitate", status: "finished", preset: "laptop" },
      config: resolveConfig(imitateExperiment as never, { preset: "laptop", overrides: given }).config,
      ...{ sources: {}, environment: {}, error: undefined, created: new Date(0) },
      summary: { best: 0.9, success: isCross ? 0.75 : 0.25, lastTen: 0.5, last: seed / 10 },
      metrics: async () => [],
    };
  });
  const all = [imitateExperiment] as unknown as Experiment[];
  const report = await robots.report(new CellRuns(records, "laptop", all), "laptop");
  const [lift, can, square] = report.tables;
  expect(lift!.rows.slice(0, 4).map(({ ours }) => Math.round(ours!.value))).toEqual([90, 75, 50, 10]);
  expect(String(lift!.rows[4]!.paper)).toContain("75.9");
  expect(String(can!.rows[8]!.paper)).toContain("96");
  expect(square!.rows).toHaveLength(12);
  expect(report.sentences![0]).toContain("adds 50.0 points");
  const { success, "lift-checkpoints": curve } = report.figures;
  if (success?.kind !== "bars" || curve?.kind !== "lines") throw new Error("no figures");
  expect(success.series.map(({ y }) => y)).toEqual([75, 25, 25].map((value) => [value, value, value]));
  expect(curve.series[0]).toMatchObject({ x: [10, 20], y: [12.5, 25] });
  const none = await robots.report(new CellRuns([], "laptop", all), "laptop");
  expect([none.figures, none.sentences]).toEqual([{}, []]);
});
