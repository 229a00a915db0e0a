// What `npm start` says at its end: three sentences, whose numbers are those of the runs, and two figures.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { reproductions, trainExperiment } from "@throughline/flossing";
import { CellRuns, type Experiment, type RunRecord, resolveConfig } from "@throughline/lab";
import { testFolder } from "@throughline/testing/folders";
import { expect, test } from "vitest";

const demo = reproductions.find(({ name }) => name === "flossing/demo")!;
const experiment = trainExperiment as unknown as Experiment;

/** A finished run of each of the two cells: the first without flossing. */
function finished(preset: "laptop" | "smoke"): RunRecord[] {
  const root = testFolder();
  return demo.cells(preset).map(({ overrides = {}, seed }, at): RunRecord => {
    const given = Object.entries({ ...overrides, seed }).map(
      ([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
    );
    const path = join(root, String(at));
    mkdirSync(join(path, "artifacts"), { recursive: true });
    const look = {
      exponents: [0],
      horizons: [1],
      directions: [1],
      logConditions: [[0]],
      lags: [0, 3, 30, 60],
    };
    const before = { ...look, epoch: 0, label: "before flossing", gradientNorms: [1, 0.5, 0.25, 0.1] };
    const start = {
      ...look,
      epoch: 0,
      gradientNorms: at === 0 ? [1, 1e-3, 4e-9, null] : [1, 0.9, 0.375, 0.2],
    };
    writeFileSync(
      join(path, "artifacts", "dynamics.jsonl"),
      [...(at === 0 ? [] : [before]), start].map((each) => `${JSON.stringify(each)}\n`).join(""),
    );
    return {
      ...{ id: `x${at}`, path, experiment: "flossing/train", status: "finished", preset },
      ...{ sources: {}, environment: {}, error: undefined, created: new Date(0) },
      config: resolveConfig(experiment, { preset, overrides: given }).config,
      summary:
        at === 0
          ? { accuracy: 0.501, flossingSteps: 0, solvedAt: null }
          : { accuracy: 0.9976, flossingSteps: 500, solvedAt: 200 },
      metrics: async () =>
        [0, 10].map((step) => ({ loop: "train", step, accuracy: 0.5 + at * 0.4 })) as never,
    };
  });
}

test("both nets differ in nothing but flossing before training", () => {
  const [bare, flossed] = demo.cells("laptop");
  expect(bare!.overrides).toEqual({ ...flossed!.overrides, flossBefore: 0 });
  expect(flossed!.overrides!.flossBefore).toBe(500);
  expect(bare!.seed).toBe(flossed!.seed);
});

test("three sentences with the runs' numbers, two figures, and commands that are ours", async () => {
  const { sentences, figures, next } = await demo.report(
    new CellRuns(finished("laptop"), "laptop", [experiment]),
    "laptop",
  );
  expect(sentences).toEqual([
    "Without flossing, a net of 80 units answers the XOR of bits that came 15 and 30 steps earlier right in 50.1 % of cases, where guessing gives 50 %.",
    "The same net, flossed for 500 steps before the same training, answers 99.8 % right, and passed 95 % at epoch 200.",
    "Before training, 38 % of a gradient arrives 30 steps earlier in the flossed net, and 4e-9 of it in the other: flossing pushes Lyapunov exponents to 0, so gradients neither vanish nor explode.",
  ]);
  const { accuracy, gradient } = figures;
  expect(accuracy).toMatchObject({
    series: [{ name: "without flossing" }, { name: "with flossing", y: [0.9, 0.9] }],
  });
  expect(gradient).toMatchObject({
    series: [
      { x: [0, 3, 30, 60], y: [1, 1e-3, 4e-9, 1e-30] }, // what float64 no longer holds is drawn at the bottom
      { x: [0, 3, 30, 60], y: [1, 0.9, 0.375, 0.2] },
    ],
  });
  expect(next!.map(([verb]) => verb)).toEqual(["run", "reproduce", "list"]);
});

test("nothing is claimed of smoke runs, nor of one net", async () => {
  const smoke = await demo.report(new CellRuns(finished("smoke"), "smoke", [experiment]), "smoke");
  expect(smoke.sentences).toEqual([]);
  const one = new CellRuns(finished("laptop").slice(1), "laptop", [experiment]);
  expect((await demo.report(one, "laptop")).sentences).toEqual([]);
});
