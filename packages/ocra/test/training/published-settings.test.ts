// Training settings of the paper, table by table as the supplement prints them, and what the smaller presets keep of them.
import { modelNames, pretrainingSetting, taskSetting } from "@throughline/ocra";
import { describe, expect, test } from "vitest";

const regimes = [0, 50, 85, 95];
const tasks = ["art/same-different", "art/rmts", "art/distribution-of-3", "art/identity-rules"] as const;

/** A row for each task, a column for each number of held-out objects. */
function printed(table: string): number[][] {
  return table
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
}

/** One value of every setting of a model, as such a table. */
function found(
  model: Parameters<typeof taskSetting>[3],
  key: "epochs" | "lr" | "batch",
): (number | undefined)[][] {
  return tasks.map((task) => regimes.map((m) => taskSetting("paper", task, m, model)[key]));
}

describe("tables of epochs and learning rates", () => {
  const usual = `
    100 100 100 600
    100 100 100 400
    100 100 100 400
    100 100 100 100`;

  test.each([
    "ocra",
    "slot-transformer",
    "slot-rn",
    "slot-in",
    "slot-corelnet",
    "outer-product",
    "resnet",
  ] as const)("S6: epochs of %s; batches of 16 at 8e-5", (model) => {
    expect(found(model, "epochs")).toEqual(printed(usual));
    expect(new Set(found(model, "lr").flat())).toEqual(new Set([8e-5]));
    expect(new Set(found(model, "batch").flat())).toEqual(new Set([16]));
  });

  test.each(["slot-gamr", "gamr"] as const)("S7 and S8: %s, in batches of 32", (model) => {
    const epochs = `
      50  50  100 200
      100 50  50  300
      100 150 150 300
      100 100 50  100`;
    const rates = `
      1e-4 5e-4 5e-4 1e-3
      5e-4 1e-4 5e-4 5e-4
      1e-4 5e-4 5e-5 5e-4
      5e-4 5e-4 5e-4 5e-4`;
    expect(found(model, "epochs")).toEqual(printed(epochs));
    expect(found(model, "lr")).toEqual(printed(rates));
    expect(new Set(found(model, "batch").flat())).toEqual(new Set([32]));
  });

  test("S9: Slot-ESBN, in batches of 32 at 5e-4", () => {
    const epochs = `
      150 150 150 200
      150 150 150 200
      150 150 150 200
      150 150 150 150`;
    expect(found("slot-esbn", "epochs")).toEqual(printed(epochs));
    expect(new Set(found("slot-esbn", "lr").flat())).toEqual(new Set([5e-4]));
    expect(new Set(found("slot-esbn", "batch").flat())).toEqual(new Set([32]));
  });

  test("S10: CLEVR-ART has 50 and 200 epochs, GAMR 50 of both", () => {
    const epochs = (model: "ocra" | "gamr" | "slot-gamr") =>
      (["clevr/rmts", "clevr/identity-rules"] as const).map(
        (task) => taskSetting("paper", task, 0, model).epochs,
      );
    expect(epochs("ocra")).toEqual([50, 200]);
    expect(epochs("slot-gamr")).toEqual([50, 200]);
    expect(epochs("gamr")).toEqual([50, 50]);
  });

  test("S5: the transformer, 6 blocks for ART and 24 for scenes and SVRT, dropout for ART alone", () => {
    for (const model of modelNames) {
      for (const task of tasks) {
        const setting = taskSetting("paper", task, 95, model);
        expect(setting).toMatchObject({ depth: 6, heads: 8, mlpDim: 512, dropout: 0.1 });
      }
      for (const task of ["svrt/problem", "clevr/rmts", "clevr/identity-rules"] as const) {
        const setting = taskSetting("paper", task, 0, model);
        expect(setting).toMatchObject({ depth: 24, heads: 8, mlpDim: 512, dropout: 0 });
      }
    }
  });

  test("S3: MAE, 400 epochs of batches of 64 at 2.5e-4, 40 of them warm-up, then a cosine to 0", () => {
    // Steps of an epoch: 10 000, 360 and 8640 problems in batches of 64.
    const steps = { "art/distribution-of-3": [157, 157, 157, 6], "art/identity-rules": [157, 157, 157, 135] };
    for (const [task, counts] of Object.entries(steps) as ["art/identity-rules", number[]][]) {
      for (const [at, m] of regimes.entries()) {
        expect(taskSetting("paper", task, m, "mae")).toMatchObject({
          ...{ epochs: 400, batch: 64, lr: 2.5e-4, warmup: 40 * counts[at]!, decay: "cosine" },
          ...{ selection: "last", mae: "vit-base", masking: "answer" },
        });
      }
    }
    expect(taskSetting("laptop", "art/identity-rules", 95, "mae")).toMatchObject({
      mae: "vit-narrow",
      steps: 625,
    });
    for (const model of modelNames.filter((name) => name !== "mae"))
      expect(taskSetting("paper", "art/identity-rules", 95, model).decay).toBeUndefined();
  });

  test("the weights are the last ones, but for SVRT the best on validation; there is no warm-up", () => {
    for (const model of modelNames.filter((name) => name !== "mae")) {
      for (const task of [...tasks, "clevr/rmts", "clevr/identity-rules"] as const) {
        expect(taskSetting("paper", task, 0, model)).toMatchObject({ selection: "last", warmup: 0 });
      }
      expect(taskSetting("paper", "svrt/problem", 0, model)).toMatchObject({
        selection: "validation",
        warmup: 0,
        epochs: 2000,
      });
    }
  });
});

describe("numbers of held-out objects between the regimes", () => {
  test("take the settings of the nearest regime below, and below all, of the first", () => {
    const epochs = (m: number) => taskSetting("paper", "art/rmts", m, "slot-gamr").epochs;
    expect([0, 1, 49].map(epochs)).toEqual([100, 100, 100]);
    expect([50, 84].map(epochs)).toEqual([50, 50]);
    expect([85, 94].map(epochs)).toEqual([50, 50]);
    expect([95, 98].map(epochs)).toEqual([300, 300]);
  });
});

describe("the laptop", () => {
  test("sees as many problems with every model: twice the batch, half the steps", () => {
    for (const task of [...tasks, "clevr/rmts", "clevr/identity-rules", "svrt/problem", "puzzles"] as const) {
      for (const m of regimes) {
        const seen = modelNames.map((model) => {
          const { steps, batch, epochs } = taskSetting("laptop", task, m, model);
          expect(epochs).toBeUndefined();
          expect(Number.isInteger(steps)).toBe(true);
          return steps! * batch;
        });
        expect(new Set(seen).size, `${task} ${m}`).toBe(1);
      }
    }
  });

  test("keeps the larger of the paper's learning rates, and raises the others to 5e-4", () => {
    for (const model of modelNames) {
      for (const task of tasks) {
        for (const m of regimes) {
          const [own, whole] = [taskSetting("laptop", task, m, model), taskSetting("paper", task, m, model)];
          expect(own.lr).toBe(whole.lr < 2e-4 ? 5e-4 : whole.lr);
          expect(own.batch).toBe(whole.batch);
          expect(own.dropout).toBe(0.1);
        }
      }
    }
  });

  test("encodes many draws where there are few problems, one where there are many", () => {
    for (const task of tasks) {
      for (const m of [0, 50, 85]) expect(taskSetting("laptop", task, m, "ocra").draws).toBe(1);
    }
    const few = tasks.map((task) => taskSetting("laptop", task, 95, "ocra").draws);
    // 40, 480, 360 and 8640 training problems.
    expect(few).toEqual([100, 20, 10, 1]);
  });

  test("its smoke version is the same but for what makes it small", () => {
    for (const model of modelNames) {
      const [small, own] = (["smoke", "laptop"] as const).map((preset) =>
        taskSetting(preset, "art/rmts", 95, model),
      );
      const { steps: _s, batch: _b, depth: _d, draws: _w, testProblems: _p, testEvery: _e, ...rest } = small!;
      expect(own).toMatchObject(rest);
      expect(small!.steps! * small!.batch).toBeLessThanOrEqual(16);
    }
  });
});

describe("pre-training, table S4", () => {
  test.each([
    [
      "art",
      undefined,
      { batch: 32, lr: 8e-5, warmup: 150_000, displays: 180_000, validationDisplays: 20_000, slots: 6 },
    ],
    ["svrt", 500, { batch: 64, lr: 4e-4, warmup: 9000, displays: 500, validationDisplays: 4000, slots: 6 }],
    [
      "svrt",
      1000,
      { batch: 64, lr: 4e-4, warmup: 18_000, displays: 1000, validationDisplays: 4000, slots: 6 },
    ],
    [
      "clevr",
      undefined,
      { batch: 32, lr: 8e-5, warmup: 90_000, displays: 90_000, validationDisplays: 10_000, slots: 7 },
    ],
  ] as const)("%s with %s displays", (suite, displays, expected) => {
    const setting = pretrainingSetting("paper", suite, displays);
    expect(setting).toMatchObject(expected);
    expect(setting).toMatchObject({
      resolution: 128,
      dim: 64,
      iterations: 3,
      starts: 1,
      decay: "none",
      clip: 0,
    });
    expect(setting).toMatchObject({ initialSlots: "constant", readout: "all", pixels: "as-they-are" });
  });

  test("warm-up lasts 50 epochs of SVRT, of either size", () => {
    for (const displays of [500, 1000]) {
      const { warmup, batch } = pretrainingSetting("paper", "svrt", displays);
      expect(warmup / ((23 * displays) / batch)).toBeCloseTo(50, 0);
    }
  });

  test("validation comes after every epoch", () => {
    for (const [suite, perEpoch] of [
      ["art", 5625],
      ["svrt", 179],
      ["clevr", 2812],
    ] as const) {
      const { validateEvery, steps } = pretrainingSetting("paper", suite);
      expect(validateEvery).toBe(perEpoch);
      expect(steps % perEpoch).toBe(0);
    }
  });

  test("the rate of SVRT falls once, after the first phase", () => {
    expect(pretrainingSetting("paper", "svrt").lrChanges).toEqual([[1350 * 179, 8e-5]]);
    expect(pretrainingSetting("paper", "svrt", 1000).lrChanges).toEqual([[1500 * 359, 8e-5]]);
    expect(pretrainingSetting("paper", "art").lrChanges).toEqual([]);
  });

  test("smaller presets differ in what docs/ocra.md names, and never in the number of slots", () => {
    for (const suite of ["art", "svrt", "clevr"] as const) {
      const [whole, laptop, smoke] = (["paper", "laptop", "smoke"] as const).map((preset) =>
        pretrainingSetting(preset, suite),
      );
      expect([laptop!.slots, smoke!.slots]).toEqual([whole!.slots, whole!.slots]);
      expect(Object.keys(laptop!).sort()).toEqual(Object.keys(smoke!).sort());
      expect(smoke!.steps).toBeLessThan(laptop!.steps);
      expect(laptop!.steps).toBeLessThan(whole!.steps);
      expect(laptop!.warmup).toBeLessThan(laptop!.steps);
      expect(smoke!.warmup).toBeLessThan(smoke!.steps);
    }
  });
});
