// Tasks as an experiment: every kind of model, encodings that are shared, resuming bit for bit.

import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  architectureOf,
  pretrainExperiment,
  pretrainingSetting,
  SlotAutoencoder,
  savePretrained,
  slotModel,
  svrtTask,
  taskExperiment,
  writeDataset,
} from "@throughline/ocra";
import { testFolder } from "@throughline/testing/folders";
import { scope } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import { artifact, interrupted, metricsOf, newRoot, sharedSmoke, smoke } from "./runs.js";

describe("ocra/task", () => {
  test.each([
    ["ocra", "art/rmts", 0.5],
    ["slot-esbn", "art/same-different", 0.5],
    ["without-slot-attention", "art/distribution-of-3", 0.25],
    ["without-pretraining", "art/identity-rules", 0.25],
    ["resnet", "art/same-different", 0.5],
    ["attn-resnet", "svrt/problem", 0.5],
    ["mae", "art/distribution-of-3", 0.25],
  ])("%s on %s", async (model, task, chance) => {
    const outcome = await smoke(taskExperiment, [`model=${model}`, `task=${task}`, "draws=0"]);
    expect(outcome.status).toBe("finished");
    expect(outcome.summary).toMatchObject({ steps: 4, chance });
    expect(outcome.summary.accuracy).toBeGreaterThanOrEqual(0);
    expect(existsSync(join(outcome.record.path, "figures", "training.svg"))).toBe(true);
    expect(artifact(outcome, "model.safetensors").length).toBeGreaterThan(1000);
  });

  test("cached encodings serve every model", async () => {
    const root = newRoot();
    const { record } = await smoke(pretrainExperiment, [], root);
    const overrides = ["pretrained=smoke", "task=art/rmts"];
    const first = await smoke(taskExperiment, [...overrides, "model=ocra"], root);
    expect(JSON.parse(artifact(first, "setting.json").toString()).encoder).toContain(record.id);
    const folder = join(root, "cache", "encodings");
    const files = () =>
      readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".safetensors"))
        .map((name) => [name, statSync(join(folder, name)).mtimeMs]);
    const before = files();
    expect(before.length).toBe(3); // two draws of the training problems, one of the test problems
    await smoke(taskExperiment, [...overrides, "model=slot-rn"], root);
    expect(files()).toEqual(before);
    for (const name of ["attention", "relations", "relation-embeddings"]) {
      expect(existsSync(join(first.record.path, "figures", `${name}.svg`)), name).toBe(true);
    }
  });

  test("encoding on the way and from disk see the same problems", async () => {
    const outcome = await smoke(taskExperiment, ["draws=0", "epochs=1", "task=art/same-different"]);
    expect(outcome.summary.steps).toBe(10); // 40 problems in batches of 4
    expect((await metricsOf(outcome)).some(({ loop }) => loop === "encode")).toBe(false);
  });

  test("problems from the disk are the same problems; others are refused", async () => {
    const folder = testFolder();
    for (const split of ["train", "test"] as const) {
      writeDataset(svrtTask({ problem: 2, size: 32, count: 8, split }), join(folder, split));
    }
    const options = ["task=svrt/problem", "problem=2", "draws=0", "testProblems=8"];
    const drawn = await smoke(taskExperiment, [...options, "pictures=8"]);
    const read = await smoke(taskExperiment, [...options, `path=${folder}`]);
    expect(read.status, read.error?.message).toBe("finished");
    expect(read.summary).toEqual(drawn.summary);
    const other = await smoke(taskExperiment, [`path=${folder}`, "task=svrt/problem"]);
    expect(other.error?.message).toMatch(
      /train holds svrt\/problem, problem 2, .*; accepted: .* problem 1, /,
    );
    const encoded = await smoke(taskExperiment, [`path=${folder}`, "task=svrt/problem", "problem=2"]);
    expect(encoded.status, encoded.error?.message).toBe("finished");
  });

  test.each([
    ["encode", 0, "model=ocra"],
    ["train", 1, "model=ocra"],
    ["train", 10, "model=without-pretraining"],
    ["train", 7, "model=mae"],
  ])("stopped in the loop %s, step %i, it comes to the same end: %s", async (loop, step, model) => {
    // 40 problems in batches of 4: two passes, the second of another draw.
    const task =
      model === "model=mae" ? ["task=art/identity-rules", "masking=random"] : ["task=art/same-different"];
    const overrides = [model, ...task, "steps=12", "testEvery=6"];
    const whole = await sharedSmoke(taskExperiment, overrides);
    const { first, last } = await interrupted(taskExperiment, overrides, { loop, step });
    expect(first.status).toBe("interrupted");
    expect(last.status).toBe("finished");
    expect(await metricsOf(last)).toEqual(await metricsOf(whole));
    expect(last.summary).toEqual(whole.summary);
    const weights = "model.safetensors";
    expect(artifact(last, weights).equals(artifact(whole, weights))).toBe(true);
  });

  test.each(["slot-transformer", "slot-esbn", "without-pretraining"])(
    "%s in mixed precision",
    async (model) => {
      const options = [`model=${model}`, "draws=0", "steps=4"];
      const [whole, mixed] = [
        await smoke(taskExperiment, options),
        await smoke(taskExperiment, [...options, "precision=bfloat16"]),
      ];
      expect(mixed.status, mixed.error?.message).toBe("finished");
      const losses = async (of: typeof whole) => (await metricsOf(of)).map((row) => Number(row.loss));
      const [exact, rough] = [await losses(whole), await losses(mixed)];
      expect(rough).not.toEqual(exact);
      for (const [at, loss] of exact.entries()) expect(Math.abs(loss - rough[at]!)).toBeLessThan(0.1);
    },
  );

  test("says what is missing", async () => {
    await expect(smoke(taskExperiment, ["pretrained=smoke"])).rejects.toThrow(
      /no finished pre-training of art at the preset smoke .*run ocra\/pretrain/,
    );
    const colour = join(testFolder(), "colour.safetensors");
    const setting = pretrainingSetting("smoke", "clevr");
    const model = slotModel(architectureOf(setting), "clevr");
    const { pixels } = setting;
    scope(() => savePretrained(colour, new SlotAutoencoder(model), { suite: "clevr", model, pixels }));
    const other = await smoke(taskExperiment, [`pretrained=${colour}`]);
    expect(other.error?.message).toMatch(
      /colour.safetensors is an encoder of clevr pictures with 3 channels, and the task's pictures have 1; give --pretrained an encoder of art/,
    );
    await expect(smoke(taskExperiment, ["pretrained=nowhere"])).rejects.toThrow(
      /there is no run and no file nowhere/,
    );
  });
});
