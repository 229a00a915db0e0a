// Options that follow from others: every value is in the configuration, with where it came from, and is part of what a run is.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  cellOf,
  createRun,
  defineExperiment,
  describeConfig,
  type Experiment,
  executeRun,
  labels,
  option,
  type PresetName,
  readRun,
  resolveCells,
  resolveConfig,
  resumeRun,
} from "@throughline/lab";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";

const root = mkdtempSync(join(tmpdir(), "throughline-complete-"));
afterAll(() => rmSync(root, { recursive: true }));

const rates = { copy: 0.1, xor: 0.2 } as const;

/** Learning rates by task, and a preset that takes half of them. */
function learner(table: Readonly<Record<keyof typeof rates, number>> = rates): Experiment {
  return defineExperiment({
    name: "test/learner",
    purpose: "Has options that follow from others.",
    config: {
      task: option(z.enum(["copy", "xor"]).default("copy"), "Task."),
      lr: option(z.number().positive(), "Learning rate."),
      steps: option(z.int().min(1).optional(), "Steps.", "steps"),
      epochs: option(z.int().min(1).optional(), "Epochs.", "epochs"),
      path: option(z.string().min(1).optional(), "A file."),
    },
    presets: { smoke: { task: "xor" } },
    complete({ task, steps, epochs }, preset: PresetName | undefined) {
      const length = steps === undefined && epochs === undefined ? { steps: 10 } : {};
      return {
        values: { lr: preset === "smoke" ? table[task] / 2 : table[task], ...length },
        from: [preset ?? "default", task].join(", "),
      };
    },
    run: async ({ config }) => ({ lr: Number(config.lr) }),
  }) as unknown as Experiment;
}

const resolved = (request = {}, experiment = learner()) => {
  const { config, sources } = resolveConfig(experiment, request);
  const { seed: _, device: __, threads: ___, ...own } = config;
  return { own, sources };
};

test("what nobody asked for comes from the experiment, and says from where", () => {
  expect(resolved()).toMatchObject({
    own: { task: "copy", lr: 0.1, steps: 10 },
    sources: { lr: "table: default, copy" },
  });
  expect(resolved({ preset: "smoke" })).toMatchObject({
    own: { task: "xor", lr: 0.1 },
    sources: { lr: "table: smoke, xor" },
  });
  const asked = resolved({ overrides: ["task=xor", "lr=7", "epochs=3"] });
  expect(asked.own).toEqual({ task: "xor", lr: 7, epochs: 3 });
  expect(asked.sources).toMatchObject({ lr: "flag", epochs: "flag", steps: "default", path: "default" });
});

test("what is left out is absent, and no text or number stands for it", () => {
  expect(Object.keys(resolved().own)).toEqual(["task", "lr", "steps"]);
  expect(() => resolved({ overrides: ["path="] })).toThrow(/path= \(flag\): accepts text that is not empty/);
  expect(() => resolved({ overrides: ["lr=0"] })).toThrow(/lr=0 \(flag\): accepts a number above 0/);
});

test("another table makes other cells; the table's values are not what tells cells apart", () => {
  const id = (experiment: Experiment, ...overrides: string[]) =>
    cellOf(experiment.name, resolveConfig(experiment, { overrides })).id;
  const [before, after] = [learner(), learner({ copy: 0.1, xor: 0.3 })];
  expect(id(after, "task=copy")).toBe(id(before, "task=copy"));
  expect(id(after, "task=xor")).not.toBe(id(before, "task=xor"));
  expect(id(after, "task=xor", "lr=0.2")).toBe(id(before, "task=xor")); // it is the values that count
  const cells = ["copy", "xor"].map((task) =>
    cellOf("test/learner", resolveConfig(before, { overrides: [`task=${task}`] })),
  );
  expect([...labels(cells).values()]).toEqual(["task=copy", "task=xor"]);
});

test("a run keeps every value, and which options were left out", async () => {
  const path = createRun(learner(), resolveConfig(learner(), { overrides: ["epochs=3", "threads=1"] }), {
    root,
  });
  const { record } = await executeRun(path, learner());
  expect(record.config).toMatchObject({ task: "copy", lr: 0.1, epochs: 3 });
  expect(record.config).not.toHaveProperty("steps");
  expect(record.sources).toMatchObject({ lr: "table: default, copy", steps: "default" });
  const { options } = JSON.parse(readFileSync(join(path, "config.json"), "utf8"));
  expect(options.steps).toEqual({ source: "default" });
});

test("an option that was left out is not completed when the run is taken up again", async () => {
  const stop = new AbortController();
  stop.abort();
  const experiment = learner();
  const path = createRun(experiment, resolveConfig(experiment, { overrides: ["epochs=3", "threads=1"] }), {
    root,
  });
  await executeRun(path, experiment, { signal: stop.signal });
  const seen: unknown[] = [];
  const look: Experiment["run"] = async ({ config }) => {
    seen.push(config);
    return {};
  };
  await resumeRun(path, () => ({ ...experiment, run: look }));
  expect(seen).toMatchObject([{ epochs: 3, lr: 0.1 }]);
  expect(seen[0]).not.toHaveProperty("steps");
});

test("a run with values that are no longer accepted is refused", async () => {
  const experiment = learner();
  const path = createRun(experiment, resolveConfig(experiment, { overrides: ["threads=1"] }), { root });
  const file = join(path, "config.json");
  const config = JSON.parse(readFileSync(file, "utf8"));
  config.options.lr.value = 0; // as versions wrote it that took 0 for the table's value
  config.options.setting = { value: "paper", source: "default" };
  writeFileSync(file, JSON.stringify(config));
  const state = join(path, "state.json");
  const { config: _, ...rest } = JSON.parse(readFileSync(state, "utf8"));
  writeFileSync(state, JSON.stringify(rest)); // such versions kept no checksum either
  await expect(executeRun(path, experiment)).rejects.toThrow(
    /options of test\/learner have changed since the run was created: setting="paper", lr=0 are no longer accepted/,
  );
  expect(readRun(path)).toMatchObject({ status: "created", config: { setting: "paper", lr: 0 } }); // but read it can be
});

test("help shows values with and without a preset", () => {
  const rows = Object.fromEntries(describeConfig(learner()).map((row) => [row.name, row]));
  expect(rows.lr).toMatchObject({ default: 0.1, presets: { smoke: 0.1 }, isCompleted: true });
  expect(rows.steps).toMatchObject({ default: 10, isCompleted: true });
  expect(rows.path).toMatchObject({ default: undefined, isCompleted: false });
});

test("an experiment that leaves options open, or completes what it has not, is refused", () => {
  const base = { name: "test/bad", purpose: "Bad.", presets: {}, run: async () => ({}) };
  const config = { lr: option(z.number(), "Learning rate.") };
  expect(() =>
    defineExperiment({ ...base, config, complete: () => ({ values: {}, from: "nowhere" }) }),
  ).toThrow("leaves lr without a value; give the option a default, or complete() a value for it");
  const values = { lr: 1, rate: 2 };
  expect(() => defineExperiment({ ...base, config, complete: () => ({ values, from: "here" }) })).toThrow(
    "completes rate, which it does not declare",
  );
});

test("cells of a sweep are complete", async () => {
  const rows = [{ experiment: "test/learner", preset: "smoke", overrides: ["seed=3"] }];
  const [cell] = await resolveCells(rows, async () => learner());
  expect(cell!.config).toEqual({ task: "xor", lr: 0.1, steps: 10, seed: 3, device: "cpu" });
});
