// Pre-training as an experiment: a smoke run, resuming bit for bit, options.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadPretrained, pretrainExperiment, taskCodes } from "@throughline/ocra";
import { describe, expect, test } from "vitest";
import { artifact, interrupted, metricsOf, smoke } from "./runs.js";

describe("ocra/pretrain", () => {
  test("leaves weights that can be used, scores of unseen displays, and figures", async () => {
    const outcome = await smoke(pretrainExperiment, []);
    const { record, summary } = outcome;
    expect(outcome.status).toBe("finished");
    expect(summary).toMatchObject({ steps: 6 });
    for (const name of ["owned", "ownedByAttention", "taskObjectsOwned"]) {
      expect(summary[name]).toBeGreaterThanOrEqual(0);
      expect(summary[name]).toBeLessThanOrEqual(1);
    }
    const rows = await metricsOf(outcome);
    expect(rows.length).toBe(6);
    const best = Math.min(
      ...rows.flatMap((row) => ("validationLoss" in row ? [Number(row.validationLoss)] : [])),
    );
    expect(summary.validationLoss).toBeCloseTo(best, 7); // the best weights, not the last ones
    const found = loadPretrained(join(record.path, "artifacts", "autoencoder.safetensors"));
    expect(found).toMatchObject({ suite: "art", pixels: "inverted", model: { resolution: 32, dim: 8 } });
    const { rmts } = taskCodes(found);
    expect(rmts).toMatchObject({ pictures: 2 * 96, objects: 4 * 2 * 96 });
    expect(summary).toMatchObject({
      "rmts read": rmts.read,
      "rmts complete": rmts.complete,
      "rmts auc": rmts.auc,
    });
    for (const name of ["training", "masks", "attention"]) {
      expect(existsSync(join(record.path, "figures", `${name}.svg`)), name).toBe(true);
    }
  });

  test("stopped in the middle it comes to the same weights, bit for bit", async () => {
    const overrides = ["steps=40", "validateEvery=10"]; // long enough to be stopped on the way
    const whole = await smoke(pretrainExperiment, overrides);
    const { first, last } = await interrupted(pretrainExperiment, overrides, { loop: "train", steps: 1 });
    expect(first.status).toBe("interrupted");
    expect(last.status).toBe("finished");
    expect(await metricsOf(last)).toEqual(await metricsOf(whole));
    const weights = "autoencoder.safetensors";
    expect(artifact(last, weights).equals(artifact(whole, weights))).toBe(true);
  });

  test("displays drawn ahead by workers are the same displays", async () => {
    const [none, two] = [await smoke(pretrainExperiment, []), await smoke(pretrainExperiment, ["workers=2"])];
    expect(await metricsOf(two)).toEqual(await metricsOf(none));
    const weights = "autoencoder.safetensors";
    expect(artifact(two, weights).equals(artifact(none, weights))).toBe(true);
  });

  test("takes the model's and the schedule's options over the setting's", async () => {
    const overrides = [
      "dim=4",
      "slots=3",
      "steps=3",
      "lr=0.001",
      "encoderStrides=[2,2]",
      "pixels=as-they-are",
    ];
    const outcome = await smoke(pretrainExperiment, [...overrides, "initialSlots=constant"]);
    const setting = JSON.parse(artifact(outcome, "setting.json").toString());
    expect(setting).toMatchObject({ phases: [{ steps: 3, lr: 0.001 }], pixels: "as-they-are" });
    expect(setting.model).toMatchObject({
      dim: 4,
      slots: 3,
      encoderStrides: [2, 2],
      learnInitialSlots: false,
    });
    expect(outcome.summary.steps).toBe(3);
  });
});
