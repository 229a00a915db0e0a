// From grids, lists and files to cells.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  cellOf,
  defineExperiment,
  type Experiment,
  gridRows,
  labels,
  option,
  parseSeeds,
  parseValues,
  readTable,
  resolveCells,
} from "@throughline/lab";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { combinations } from "../../src/sweep/grid.js";

const line = defineExperiment({
  name: "test/line",
  purpose: "Options of several kinds.",
  config: {
    rate: option(z.number().positive().default(0.1), "How fast."),
    sizes: option(z.array(z.int()).default([8]), "Widths of the layers.", "units"),
    model: option(z.object({ hidden: z.int().min(1).default(8) }).prefault({}), "The net.", "units"),
  },
  presets: { smoke: { rate: 1 } },
  run: async () => ({}),
}) as unknown as Experiment;

const find = async (): Promise<Experiment> => line;

function file(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "throughline-table-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

describe("lists of values", () => {
  test.each([
    ["0.1,0.01", ["0.1", "0.01"]],
    ["0..3", ["0", "1", "2", "3"]],
    ["3..1,7", ["3", "2", "1", "7"]],
    ["[8,16],[32]", ["[8,16]", "[32]"]],
    ['{"a":1,"b":2}, x', ['{"a":1,"b":2}', "x"]],
  ])("%s", (text, values) => expect(parseValues(text)).toEqual(values));

  test("refuse empty values and seeds that are no whole numbers", () => {
    expect(() => parseValues("1,,2")).toThrow(/"1,,2" has an empty value; write 0\.1,0\.01 or 0\.\.4/);
    expect(() => parseSeeds("-1")).toThrow(/seeds are whole numbers from 0, as in 0\.\.4 or 1,5,9; got "-1"/);
    expect(() => parseValues("0..9999999")).toThrow(
      /0\.\.9999999 has 10000000 values; a sweep has 100000 cells/,
    );
  });

  test("every combination once, the last axis fastest", () => {
    expect(combinations<number | string>({ a: [1, 2], b: ["x", "y"] })).toEqual([
      { a: 1, b: "x" },
      { a: 1, b: "y" },
      { a: 2, b: "x" },
      { a: 2, b: "y" },
    ]);
    expect(() => combinations({ a: new Array(1000).fill(0), b: new Array(1000).fill(0) })).toThrow(
      /more than 100000/,
    );
  });
});

describe("cells", () => {
  test("of a grid: experiments, options in their order, seeds fastest; labels say what differs", async () => {
    const rows = gridRows({ experiments: ["line"], grid: { rate: ["0.1", "1"] }, seeds: [3, 4] });
    const cells = await resolveCells(rows, find);
    expect([...labels(cells).values()]).toEqual([
      "rate=0.1 seed=3",
      "rate=0.1 seed=4",
      "rate=1 seed=3",
      "rate=1 seed=4",
    ]);
    expect(cells[0]).toMatchObject({
      experiment: "test/line",
      preset: "default",
      sources: { rate: "sweep" },
    });
  });

  test("of two experiments: options that only one of them has tell nothing apart", () => {
    const cell = (experiment: string, config: Record<string, unknown>) =>
      cellOf(experiment, { config, sources: {}, preset: "default" } as never);
    const cells = [
      cell("a/one", { rate: 1, seed: 0 }),
      cell("a/one", { rate: 2, seed: 0 }),
      cell("b/two", { size: 3, seed: 0 }),
    ];
    expect([...labels(cells).values()]).toEqual(["a/one rate=1", "a/one rate=2", "b/two"]);
  });

  test("the same cell has the same id however it is written, and threads are no part of it", async () => {
    const cell = async (preset: string | undefined, ...overrides: string[]) =>
      (await resolveCells([{ experiment: "line", preset, overrides }], find))[0];
    const plain = await cell(undefined, "rate=0.1");
    expect((await cell(undefined, "rate=1e-1", "threads=1"))?.id).toBe(plain?.id);
    expect((await cell(undefined))?.id).toBe(plain?.id);
    expect((await cell(undefined, "seed=1"))?.id).not.toBe(plain?.id);
    expect((await cell(undefined, "device=cuda"))?.id).not.toBe(plain?.id);
    expect((await cell("smoke", "rate=0.1"))?.id).not.toBe(plain?.id);
    expect(plain?.config).not.toHaveProperty("threads");
  });

  test("are the same however their options are spelt", async () => {
    const grid = { MODEL: ['{"hidden":2}', '{"Hidden":3}'], Rate: ["1"] };
    const spelt = await resolveCells(gridRows({ experiments: ["line"], grid }), find);
    const own = { "model.hidden": ["2", "3"], rate: ["1"] };
    const cells = await resolveCells(gridRows({ experiments: ["line"], grid: own }), find);
    expect(spelt.map(({ id }) => id)).toEqual(cells.map(({ id }) => id));
  });

  test("asked for twice are run once", async () => {
    const row = { experiment: "line", overrides: ["rate=2"] };
    expect(await resolveCells([row, row], find)).toHaveLength(1);
  });

  test("with mistakes: each is named once, with how many cells have it", async () => {
    const rows = gridRows({ experiments: ["line"], overrides: ["rte=1"], grid: { rate: ["1", "x"] } });
    await expect(resolveCells(rows, find)).rejects.toThrow(
      /2 problems with the cells of this sweep:\n {2}rte \(flag\): .*did you mean rate\? \[every cell\]\n {2}rate=x .*\[1 of 2 cells\]/,
    );
    await expect(resolveCells([], find)).rejects.toThrow("this table has no cells");
  });
});

describe("table files", () => {
  test("YAML with a grid, seeds, options for all, and more cells", () => {
    const text = `
name: mine
experiments: [a/b, c/d]
preset: smoke
jobs: 2
config: { model: { hidden: 3 } }
grid: { rate: [0.1, 1], sizes: [[8], [16, 4]] }
seeds: 0..1
cells:
  - { rate: 5, seed: 9, experiment: e/f, preset: laptop }
`;
    const { name, jobs, rows } = readTable(file("t.yaml", text), { overrides: ["x=1"] });
    expect({ name, jobs, count: rows.length }).toEqual({ name: "mine", jobs: 2, count: 17 });
    expect(rows[3]).toEqual({
      experiment: "a/b",
      preset: "smoke",
      file: undefined,
      overrides: ['model={"hidden":3}', "x=1", "rate=0.1", "sizes=[16,4]", "seed=1"],
    });
    expect(rows[16]).toEqual({
      experiment: "e/f",
      preset: "laptop",
      overrides: ['model={"hidden":3}', "x=1", "rate=5", "seed=9"],
    });
  });

  test("CSV: empty fields leave an option as it is", () => {
    const { rows } = readTable(file("t.csv", 'rate,sizes\n0.1,"[1,2]"\n,[3]\n'), { experiments: ["a/b"] });
    expect(rows.map(({ overrides }) => overrides)).toEqual([["rate=0.1", "sizes=[1,2]"], ["sizes=[3]"]]);
  });

  test.each([
    ["t.yaml", "a: [", /cannot use the table .*t\.yaml: it is not well-formed/],
    ["t.yaml", "seeds: 0..2", /it names no experiment/],
    ["t.yaml", "experimen: x", /there is no experimen in a table; did you mean experiment\?/],
    ["t.yaml", "experiment: x\njobs: 0", /jobs: .*>=1/],
    ["t.yaml", "experiment: x\nseeds: 0..y", /seeds are whole numbers/],
    ["t.yaml", "experiment: x\ngrid: { a: '1,,2' }", /grid\.a: "1,,2" has an empty value/],
    ["t.yaml", "experiment: x\nconfig: { a-b: 1, aB: 2 }", /a-b and aB mean the same option; give one/],
    ["t.yaml", "experiment: x\ngrid: { a_b: [1], a-b: [2] }", /a_b and a-b mean the same option/],
    ["t.json", '[{"experiment":"x","seed":1,"SEED":2}]', /seed and SEED mean the same option/],
    [
      "t.yaml",
      "experiment: x\nseeds: 0..1\ngrid: { Seed: [1] }",
      /seeds are given twice, in its grid and as seeds/,
    ],
    ["t.csv", "experiment,rate,rate\nx,1,2", /the titles rate and rate mean the same/],
    ["t.json", "[]", /cells: /],
    ["t.csv", "a\n1,2", /line 2 has 2 fields, the titles 1/],
    ["t.csv", "experiment;rate\nx;1", /t\.csv: it is not well-formed: line 1 is separated by semicolons/],
    ["t.csv", 'rate\n"1', /the quote in line 2, column 1 is never closed/],
    ["t.csv", "rate\n1", /a cell names no experiment, and neither does the table/],
  ])("%s with %j is refused", (name, text, says) => expect(() => readTable(file(name, text))).toThrow(says));

  test.skipIf(process.platform === "win32")("devices are refused", () => {
    expect(() => readTable("/dev/zero")).toThrow("cannot use the table zero: /dev/zero is a device");
  });
});
