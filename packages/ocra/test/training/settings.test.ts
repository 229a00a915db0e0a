// The schedules of the paper's tables, and the warm-up formula.
import {
  architectureOf,
  autoencoderConfig,
  learningRate,
  modelNames,
  phasesOf,
  pretrainingSetting,
  published,
  slotModel,
  taskSetting,
} from "@throughline/ocra";
import { expect, test } from "vitest";

test("learning rate: i / warmup of the phase's rate at step i, then the rate of each phase", () => {
  const phases = [
    { steps: 10, lr: 4e-4 },
    { steps: 5, lr: 8e-5 },
  ];
  const rate = learningRate({ phases, warmup: 4 });
  expect([0, 1, 3, 4, 9, 10, 14, 99].map(rate)).toEqual([1e-4, 2e-4, 4e-4, 4e-4, 4e-4, 8e-5, 8e-5, 8e-5]);
  expect(learningRate({ phases, warmup: 0 })(0)).toBe(4e-4);
});

test("learning rate: a cosine over all steps times phase and warm-up", () => {
  const phases = [
    { steps: 60, lr: 2e-3 },
    { steps: 40, lr: 1e-3 },
  ];
  const rates = [0, 25, 50, 75, 100, 500].map(learningRate({ phases, warmup: 2, decay: "cosine" }));
  const half = Math.SQRT1_2 * 1e-3;
  for (const [i, rate] of [1e-3, 1e-3 + half, 1e-3, (1e-3 - half) / 2, 0, 0].entries()) {
    expect(rates[i]).toBeCloseTo(rate, 12);
  }
});

test("pre-training of the paper: total steps of table S4", () => {
  const total = (suite: "art" | "svrt" | "clevr") => pretrainingSetting("paper", suite).steps;
  expect(total("art")).toBe(750 * 5625); // 180 000 displays in batches of 32
  expect(total("clevr")).toBe(1000 * 2812);
  expect(total("svrt")).toBe((1350 + 4620) * 179); // 11 500 displays in batches of 64, the last incomplete one dropped
  const thousand = pretrainingSetting("paper", "svrt", 1000);
  expect({ phases: phasesOf(thousand), warm: thousand.warmup }).toEqual({
    phases: [
      { steps: 1500 * 359, lr: 4e-4 },
      { steps: 3510 * 359, lr: 8e-5 },
    ],
    warm: 18_000,
  });
  const clevr = pretrainingSetting("paper", "clevr");
  expect(clevr).toMatchObject({ slots: 7, warmup: 90_000, clip: 0, batch: 32, displays: 90_000 });
});

test("the paper's architecture is what the autoencoder is by default", () => {
  for (const suite of ["art", "svrt", "clevr"] as const) {
    const model = slotModel(architectureOf(pretrainingSetting("paper", suite)), suite);
    expect(autoencoderConfig(model)).toEqual(autoencoderConfig(published[suite]));
  }
});

test("learning rates change at their steps, and not after the last one", () => {
  const lrChanges: [number, number][] = [
    [10, 0.2],
    [30, 0.3],
  ];
  const first = { steps: 10, lr: 1 };
  expect(phasesOf({ steps: 40, lr: 1, lrChanges })).toEqual([
    first,
    { steps: 20, lr: 0.2 },
    { steps: 10, lr: 0.3 },
  ]);
  expect(phasesOf({ steps: 30, lr: 1, lrChanges })).toEqual([first, { steps: 20, lr: 0.2 }]);
  expect(phasesOf({ steps: 5, lr: 1, lrChanges })).toEqual([{ steps: 5, lr: 1 }]);
});

test("task training of the paper: tables S5–S10", () => {
  const ocra = (task: Parameters<typeof taskSetting>[1], m: number) => taskSetting("paper", task, m, "ocra");
  expect([0, 50, 85, 95].map((m) => ocra("art/same-different", m).epochs)).toEqual([100, 100, 100, 600]);
  expect(ocra("art/rmts", 95)).toMatchObject({
    epochs: 400,
    batch: 16,
    lr: 8e-5,
    depth: 6,
    dropout: 0.1,
    draws: 0,
  });
  expect(ocra("svrt/problem", 0)).toMatchObject({
    epochs: 2000,
    batch: 32,
    lr: 4e-5,
    depth: 24,
    selection: "validation",
  });
  expect(ocra("clevr/identity-rules", 0)).toMatchObject({ epochs: 200, depth: 24, dropout: 0 });
  expect(taskSetting("paper", "art/same-different", 95, "slot-esbn")).toMatchObject({
    epochs: 200,
    batch: 32,
    lr: 5e-4,
  });
  expect(taskSetting("paper", "art/distribution-of-3", 85, "slot-gamr")).toMatchObject({
    epochs: 150,
    lr: 5e-5,
  });
  // Between two regimes, the lower one's values hold.
  expect(ocra("art/same-different", 94).epochs).toBe(100);
});

test("every model and task has a setting", () => {
  for (const setting of ["paper", "laptop", "smoke"] as const) {
    for (const model of modelNames) {
      const { steps, epochs, lr } = taskSetting(setting, "puzzles", 0, model);
      expect([steps, epochs].filter((value) => value !== undefined)).toHaveLength(1);
      expect(steps ?? epochs).toBeGreaterThan(0);
      expect(lr).toBeGreaterThan(0);
    }
  }
});
