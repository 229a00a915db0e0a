// Pre-training as an experiment: a smoke run, resuming bit for bit, options.

import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Experiment, executeRun } from "@throughline/lab";
import {
  type ArtDisplayOptions,
  artDisplays,
  loadPretrained,
  pretrainExperiment,
  taskCodes,
  taskExperiment,
  writeDataset,
} from "@throughline/ocra";
import { testFolder } from "@throughline/testing/folders";
import { io, rand, scope } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import { nativeKernelLevel } from "../../dist/nn/native.js";
import { artifact, interrupted, metricsOf, newRun, sharedSmoke, smoke } from "./runs.js";

/** Makes a run one of before there were editions. */
function withoutEdition(run: string): void {
  const change = (
    name: string,
    without: (content: Record<string, Record<string, unknown>>) => void,
  ): void => {
    const file = join(run, name);
    const content = JSON.parse(readFileSync(file, "utf8"));
    without(content);
    writeFileSync(file, JSON.stringify(content));
  };
  change("config.json", ({ options }) => delete options!.edition);
  change("state.json", (state) => delete state.config); // the checksum of config.json
}

describe("ocra/pretrain", () => {
  test("leaves weights that can be used, scores of unseen displays, and figures", async () => {
    const outcome = await sharedSmoke(pretrainExperiment, []);
    const { record, summary } = outcome;
    expect(outcome.status).toBe("finished");
    expect(summary).toMatchObject({ steps: 6 });
    expect(record.environment.kernels).toBe(nativeKernelLevel());
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
    const { rmts } = taskCodes(found, { problems: 8 });
    expect(rmts).toMatchObject({ pictures: 2 * 8, objects: 4 * 2 * 8 });
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
    const whole = await sharedSmoke(pretrainExperiment, []);
    const { first, last } = await interrupted(pretrainExperiment, [], { loop: "train", step: 3 });
    expect(first.status).toBe("interrupted");
    expect(last.status).toBe("finished");
    expect(await metricsOf(last)).toEqual(await metricsOf(whole));
    const weights = "autoencoder.safetensors";
    expect(artifact(last, weights).equals(artifact(whole, weights))).toBe(true);
  });

  test("a run of another edition of the pool is neither gone on with nor taken for a task", async () => {
    const { record } = await sharedSmoke(pretrainExperiment, []);
    const root = testFolder();
    const older = join(root, "ocra", "pretrain", record.id);
    cpSync(record.path, older, { recursive: true });
    const task = () => smoke(taskExperiment, ["pretrained=smoke", "task=art/rmts"], root);
    expect((await task()).status).toBe("finished");
    withoutEdition(older);
    await expect(task()).rejects.toThrow(
      /no finished pre-training of art at the preset smoke in .* \(1 run with displays of another edition\); run/,
    );
    const begun = newRun(pretrainExperiment, [], root);
    withoutEdition(begun);
    const { status, error } = await executeRun(begun, pretrainExperiment as unknown as Experiment);
    expect(status).toBe("failed");
    expect(error?.message).toMatch(
      /began with data of the first edition, and "pool 2" is generated now; start a new run$/,
    );
  });

  test("displays drawn ahead by workers are the same displays", async () => {
    const none = await sharedSmoke(pretrainExperiment, []);
    const two = await smoke(pretrainExperiment, ["workers=2"]);
    expect(await metricsOf(two)).toEqual(await metricsOf(none));
    const weights = "autoencoder.safetensors";
    expect(artifact(two, weights).equals(artifact(none, weights))).toBe(true);
  });

  test("displays from the disk are the same displays; others are refused", async () => {
    const folder = testFolder();
    const written = (split: "train" | "validation", more: ArtDisplayOptions): string[] =>
      writeDataset(artDisplays({ size: 32, count: 8, split, ...more }), join(folder, split));
    written("train", { fewest: 4, repeats: 0.4 });
    written("validation", {});
    const drawn = await smoke(pretrainExperiment, ["displays=8"]);
    const read = await smoke(pretrainExperiment, [`path=${folder}`]);
    expect(read.status, read.error?.message).toBe("finished");
    expect(await metricsOf(read)).toEqual(await metricsOf(drawn));
    const other = await smoke(pretrainExperiment, [`path=${folder}`, "resolution=64"]);
    expect(other.error?.message).toMatch(
      /train holds art\/displays, split train, 1 × 32 × 32 pixels; accepted: art\/displays, split train, 1 × 64 × 64 pixels$/,
    );
  });

  test("learns from objects of one's own, or leaves out what looks like them", async () => {
    const file = join(testFolder(), "own.npy");
    scope(() => io.saveNpy(file, rand([8, 32, 32]).mul(255).to("uint8")));
    const [pool, own, unlike] = [
      await sharedSmoke(pretrainExperiment, []),
      await smoke(pretrainExperiment, [`objects=${file}`]),
      await smoke(pretrainExperiment, [`unlike=${file}`]),
    ];
    const losses = async (of: typeof pool) => (await metricsOf(of)).map(({ loss }) => loss);
    expect(await losses(own)).not.toEqual(await losses(pool));
    expect(await losses(unlike)).toEqual(await losses(pool)); // noise looks like no glyph
    const scenes = await smoke(pretrainExperiment, ["dataset=clevr", `objects=${file}`]);
    expect(scenes.error?.message).toMatch(/clevr\/displays: there is no option objects/);
  });

  test("takes the model's and the schedule's options over the preset's", async () => {
    const overrides = [
      "dim=4",
      "slots=3",
      "steps=3",
      "lr=0.001",
      "encoderStrides=[2,2]",
      "pixels=as-they-are",
    ];
    const outcome = await smoke(pretrainExperiment, [...overrides, "initialSlots=constant"]);
    const weights = join(outcome.record.path, "artifacts", "autoencoder.safetensors");
    expect(loadPretrained(weights)).toMatchObject({ pixels: "as-they-are" });
    expect(loadPretrained(weights).autoencoder.config).toMatchObject({
      dim: 4,
      slots: 3,
      encoderStrides: [2, 2],
      learnInitialSlots: false,
    });
    expect(outcome.summary.steps).toBe(3);
  });
});
