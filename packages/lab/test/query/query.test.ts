// Questions about runs: conditions, values by name, order, which run is meant, and what differs.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRun, defineExperiment, type Experiment, option, resolveConfig } from "@throughline/lab";
import {
  compareRuns,
  compareValues,
  figureFiles,
  filesIn,
  findRun,
  flattenConfig,
  fulfils,
  listRuns,
  lookUp,
  overlayCurves,
  parseCondition,
  runLabels,
  selectRuns,
  unknownNames,
} from "@throughline/lab/runs";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";

const root = mkdtempSync(join(tmpdir(), "throughline-query-"));
afterAll(() => rmSync(root, { recursive: true }));

const experiment = defineExperiment({
  name: "toy/line",
  purpose: "Stands in for training.",
  config: {
    rate: option(z.number().default(0.1), "Learning rate."),
    net: option(z.object({ units: option(z.int().default(4), "Units.") }).prefault({}), "The net."),
  },
  presets: {},
  run: async () => ({}),
}) as unknown as Experiment;

/** A run as it is on disk, with a loss of two steps. */
function run(name: string, overrides: readonly string[], loss: readonly number[], accuracy?: number): void {
  const path = createRun(experiment, resolveConfig(experiment, { overrides }), { root, name });
  const rows = loss.map((value, step) => JSON.stringify({ loop: "train", step, time: step, loss: value }));
  writeFileSync(join(path, "metrics.jsonl"), `${rows.join("\n")}\n`);
  if (accuracy === undefined) return;
  const state = { status: "finished", pid: null, host: null, sessions: [], error: null };
  writeFileSync(join(path, "state.json"), JSON.stringify(state));
  writeFileSync(join(path, "summary.json"), JSON.stringify({ accuracy }));
}

run("slow", ["rate=0.1"], [4, 3], 0.5);
run("fast", ["rate=0.5", "net.units=8"], [4, 1], 0.9);
run("new", ["rate=0.3"], [4]);

const named = (name: string) => findRun(name, root);
const runs = ["slow", "fast", "new"].map(named);
const ids = (found: readonly { readonly id: string }[]) => found.map(({ id }) => id);

describe("values by name", () => {
  test("fields, options, figures of merit, last metrics", async () => {
    const fast = named("fast");
    expect(await lookUp(fast, "id")).toBe("fast");
    expect(await lookUp(fast, "net.units")).toBe(8);
    expect(await lookUp(fast, "config.rate")).toBe(0.5);
    expect(await lookUp(fast, "accuracy")).toBe(0.9);
    expect(await lookUp(fast, "summary.accuracy")).toBe(0.9);
    expect([await lookUp(fast, "loss"), await lookUp(fast, "train.loss")]).toEqual([1, 1]);
    expect(await lookUp(fast, "summary.rate")).toBeUndefined();
    expect(await lookUp(fast, "constructor")).toBeUndefined();
    expect(flattenConfig({ a: { b: 1 }, c: [2] })).toEqual([
      ["a.b", 1],
      ["c", [2]],
    ]);
  });

  test("that no run has are said, with the nearest", async () => {
    expect(await unknownNames(runs, ["rate", "los", "zzzzzzzz"])).toEqual([
      "no run has los; did you mean loss?",
      "no run has zzzzzzzz",
    ]);
  });
});

describe("conditions", () => {
  test.each([
    ["rate=0.10", ["slow"]],
    ["rate != 0.1", ["fast", "new"]],
    ["accuracy>0.5", ["fast"]],
    ["accuracy>=0.5", ["slow", "fast"]],
    ["loss<=3", ["slow", "fast"]],
    ["loss<3", ["fast"]],
    ["accuracy!=0.5", ["fast", "new"]],
    ["status==finished", ["slow", "fast"]],
  ])("%s", async (text, expected) => {
    const condition = parseCondition(text);
    const kept = await Promise.all(runs.map((one) => fulfils(one, [condition])));
    expect(ids(runs.filter((_, i) => kept[i]))).toEqual(expected);
  });

  test("text that is none is refused", () => {
    for (const text of ["loss", "=3", "loss=", ""])
      expect(() => parseCondition(text)).toThrow(`"${text}" is no condition; write name=value`);
  });
});

describe("selections", () => {
  const select = async (wanted: Parameters<typeof selectRuns>[1]) => ids(await selectRuns(runs, wanted));

  test("by status, experiment and condition; sorted, what lacks the name last; the last so many", async () => {
    expect(await select({ statuses: ["finished"], sort: "rate" })).toEqual(["slow", "fast"]);
    expect(await select({ experiment: "line", sort: "accuracy" })).toEqual(["slow", "fast", "new"]);
    expect(await select({ experiment: "toy", sort: "accuracy", reverse: true })).toEqual([
      "new",
      "fast",
      "slow",
    ]);
    expect(await select({ experiment: "other" })).toEqual([]);
    expect(await select({ sort: "rate", limit: 1, conditions: [parseCondition("rate<0.5")] })).toEqual([
      "new",
    ]);
    await expect(select({ statuses: ["done"] })).rejects.toThrow(
      "there is no status done; there are created, running, interrupted, failed, finished",
    );
  });

  test("values are ordered numbers by size, text by letters, missing ones last", () => {
    const values = [undefined, 10, 9, null];
    expect(values.toSorted(compareValues)).toEqual([9, 10, null, undefined]);
    expect(["b", "a"].toSorted(compareValues)).toEqual(["a", "b"]);
  });
});

describe("the run that is meant", () => {
  test("a directory, an id, its beginning, or the latest", () => {
    const { runs: all } = listRuns(root);
    expect(named(join(root, "toy/line/fast")).id).toBe("fast");
    expect(named("toy/line/fast").id).toBe("fast");
    expect(named("fa").id).toBe("fast");
    expect(named("latest").id).toBe(all.at(-1)!.id);
    expect(findRun("latest", root, () => all[0]).id).toBe(all[0]!.id);
  });

  test("none, or several, is said in a sentence", () => {
    mkdirSync(join(root, "empty"));
    expect(() => named("fasd")).toThrow(/^there is no run fasd in .*; did you mean fast\?$/);
    expect(() => named("")).toThrow("name a run: a directory, an id, the beginning of an id, or latest");
    expect(() => named(join(root, "empty"))).toThrow(/is not a run: it has no config\.json/);
    expect(() => findRun("fast", join(root, "empty"))).toThrow(/there is no run fast: there are no runs in/);
    run("fat", [], [1]);
    expect(() => named("fa")).toThrow(
      "fa is ambiguous, there are 2 such runs:\n  toy/line/fast\n  toy/line/fat",
    );
  });
});

test("what differs, and what tells the runs apart", () => {
  const [slow, fast] = [named("slow"), named("fast")];
  const { config, same, summary } = compareRuns([slow, fast]);
  expect(config).toEqual([
    { name: "rate", values: [0.1, 0.5] },
    { name: "net.units", values: [4, 8] },
  ]);
  expect(same).toBe(Object.keys(slow.config).length);
  expect(summary).toEqual([{ name: "accuracy", values: [0.5, 0.9] }]);
  expect(runLabels([slow, fast], config)).toEqual(["rate 0.1, net.units 4", "rate 0.5, net.units 8"]);
  expect(runLabels([slow, slow], [])).toEqual(["slow (slow)", "slow (slow)"]);
});

test("curves in one figure, at the steps done", async () => {
  const [slow, fast] = [named("slow"), named("fast")];
  const { figure, metrics } = await overlayCurves([slow, fast], ["a", "b"], []);
  expect(metrics).toEqual(["train.loss"]);
  expect(figure).toMatchObject({ kind: "lines", x: { label: "train (steps)" }, y: { label: "loss" } });
  expect((figure as { series?: unknown }).series).toEqual([
    { name: "a", x: [1, 2], y: [4, 3] },
    { name: "b", x: [1, 2], y: [4, 1] },
  ]);
  expect((await overlayCurves([slow, fast], ["a", "b"], ["accuracy"])).figure).toBeUndefined();
});

test("figures once each, the SVG where there is one", () => {
  const { path } = named("slow");
  mkdirSync(join(path, "figures"), { recursive: true });
  for (const name of ["b.png", "a.svg", "a.png", ".hidden"]) writeFileSync(join(path, "figures", name), "");
  expect(filesIn({ path }, "figures")).toEqual(["a.png", "a.svg", "b.png"]);
  expect(figureFiles({ path })).toEqual(["a.svg", "b.png"].map((name) => join(path, "figures", name)));
  expect(filesIn({ path }, "artifacts")).toEqual([]);
});
