// Runs are matched to cells by the complete configuration, however the cell asks for it.
import {
  CellRuns,
  defineExperiment,
  type Experiment,
  option,
  type ReproductionCell,
  type RunRecord,
  resolveConfig,
} from "@throughline/lab";
import { expect, test } from "vitest";
import { z } from "zod";

const rates = { gru: 0.1, rnn: 0.2 } as const;

/** An experiment whose rate, where nobody asks for one, is its table's. */
const experiment = defineExperiment({
  name: "toy/table",
  purpose: "Completes its options from a table.",
  config: {
    cell: option(z.enum(["gru", "rnn"]).default("gru"), "Which cell."),
    rate: option(z.number(), "Learning rate."),
    steps: option(z.int().default(10), "Steps."),
  },
  presets: { laptop: { steps: 20 }, smoke: {} },
  complete: ({ cell }) => ({ values: { rate: rates[cell] }, from: cell }),
  run: async () => ({}),
}) as unknown as Experiment;

/** A finished run as its directory would tell it. */
function finished(id: string, ...overrides: string[]): RunRecord {
  const { config, sources } = resolveConfig(experiment, { overrides: ["steps=20", ...overrides] });
  return {
    ...{ id, path: "", experiment: experiment.name, status: "finished", preset: "default", config, sources },
    ...{ summary: {}, environment: {}, error: undefined, created: new Date(0), metrics: async () => [] },
  };
}

const records = [finished("gru-0", "seed=0", "threads=3"), finished("rnn-0", "cell=rnn", "seed=0")];
const runs = new CellRuns(records, "laptop", [experiment]);
const cell = (overrides: Readonly<Record<string, unknown>>, seed = 0): ReproductionCell => {
  return { experiment: experiment.name, overrides, seed };
};

test("a cell's run has the same values, whoever gave them, threads aside", () => {
  expect(runs.of(cell({}))?.id).toBe("gru-0");
  expect(runs.of(cell({ cell: "gru", steps: 20 }))?.id).toBe("gru-0");
  expect(runs.of(cell({ cell: "rnn" }))?.id).toBe("rnn-0");
  expect(runs.of(cell({ cell: "rnn", rate: 0.2 }))?.id).toBe("rnn-0");
  expect(runs.of({ ...cell({ steps: 20 }), preset: "laptop" })?.id).toBe("gru-0");
});

test("other values, another seed, another preset or another experiment are other runs", () => {
  for (const overrides of [{ rate: 0.3 }, { cell: "rnn", rate: 0.1 }, { steps: 10 }])
    expect(runs.of(cell(overrides))).toBeUndefined();
  expect(runs.of(cell({}, 1))).toBeUndefined();
  expect(new CellRuns(records, "smoke", [experiment]).of(cell({}))).toBeUndefined();
  expect(runs.of({ ...cell({}), experiment: "toy/other" })).toBeUndefined();
  expect(() => runs.of(cell({ cell: "lstm" }))).toThrow(/cell/);
});

test("several cells, a part, and all of them", () => {
  const cells = [cell({ cell: "rnn" }), cell({}, 5), cell({})];
  expect(runs.all(cells).map(({ id }) => id)).toEqual(["rnn-0", "gru-0"]);
  const part = runs.only([cell({ cell: "rnn" }), cell({ cell: "rnn", steps: 20 })]);
  expect([part.count, part.of(cell({}))]).toEqual([1, undefined]);
  expect(Array.from(part, ({ id }) => id)).toEqual(["rnn-0"]);
  expect([...runs]).toEqual(records);
});
