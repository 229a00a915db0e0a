// Cells that read files: other contents are other cells, and what is wrong is found before any of them starts.
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Cell,
  checkInputs,
  createRun,
  defineExperiment,
  type Experiment,
  executeRun,
  LabError,
  option,
  prepareCells,
  type Reproduction,
  readSweep,
  resolveCells,
  resolveConfig,
  runReproduction,
  runSweep,
} from "@throughline/lab";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { puppetLauncher } from "../support/puppets.js";

let root: string;
let data: string;
let checked: number[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "throughline-cells-"));
  data = join(root, "data.txt");
  writeFileSync(data, "old");
  checked = [];
  onTestFinished(() => rmSync(root, { recursive: true }));
});

const reader = defineExperiment({
  name: "test/reader",
  purpose: "Reads a file",
  config: {
    file: option(z.string().default(""), "What is read."),
    width: option(z.int().default(1), "How wide."),
  },
  presets: { smoke: {} },
  async check({ width }) {
    checked.push(width);
    if (width > 8) throw new LabError("lab/config", `--width is ${width}; 8 is the most`);
  },
  async inputs({ file }) {
    return { data: file === "" ? undefined : file };
  },
  run: async () => ({ done: true }),
}) as unknown as Experiment;

const find = async (): Promise<Experiment> => reader;

async function cellsOf(...rows: string[][]): Promise<Cell[]> {
  const asked = rows.map((overrides) => ({ experiment: reader.name, overrides }));
  return prepareCells(await resolveCells(asked, find), { find, root });
}

/** Does cells in this process, one at a time. */
const launcher = puppetLauncher(4, ({ preset, config, sources, inputs, root: folder, name }) => {
  const path = createRun(reader, { preset, config, sources, inputs }, { root: folder, name });
  const ended = executeRun(path, reader).then(
    ({ status, error }) => ({ status, error: error?.message }),
    (error: Error) => ({ status: "failed" as const, error: error.message }),
  );
  return { ended, stop: () => {}, kill: () => {} };
});

async function sweep(name: string, cells: readonly Cell[]) {
  const remarks: string[] = [];
  const { cells: done } = await runSweep({
    ...{ root, name, cells, launcher, jobs: 1, cores: 1 },
    observe: () => ({ message: (text) => remarks.push(text), changed: () => {}, progress: () => {} }),
  });
  return {
    remarks,
    errors: done.flatMap(({ error }) => error ?? []),
    statuses: done.map(({ status }) => status),
    attempts: done.map(({ attempts }) => attempts),
  };
}

describe("a sweep", () => {
  test("whose file changed has other cells, and says so; the old ones stay", async () => {
    const before = await cellsOf([`file=${data}`], [`file=${data}`, "seed=1"]);
    expect(await sweep("a", before)).toMatchObject({ remarks: [], statuses: ["finished", "finished"] });
    expect((await sweep("a", await cellsOf([`file=${data}`], [`file=${data}`, "seed=1"]))).attempts).toEqual([
      1, 1,
    ]);
    writeFileSync(data, "new");
    const after = await cellsOf([`file=${data}`], [`file=${data}`, "seed=1"]);
    expect(after.map(({ id }) => id)).not.toEqual(before.map(({ id }) => id));
    const { remarks, statuses, attempts } = await sweep("a", after);
    expect(remarks).toEqual([
      expect.stringMatching(/data\.txt has changed since 2 runs read it; .* are run anew$/),
    ]);
    expect({ statuses, attempts }).toEqual({ statuses: ["finished", "finished"], attempts: [1, 1] });
    expect(readdirSync(join(root, "test", "reader"))).toHaveLength(4);
  });

  test("is told apart by content, not by place; cells that read nothing keep their ids", async () => {
    const copy = join(root, "copy.txt");
    writeFileSync(copy, "old");
    const [one, other] = await cellsOf([`file=${data}`], [`file=${copy}`]);
    expect(one!.id).not.toBe(other!.id); // the option is another
    expect(one!.inputs!.data!.sha256).toBe(other!.inputs!.data!.sha256);
    const rows = [{ experiment: reader.name, overrides: [] }];
    expect((await cellsOf([]))[0]!.id).toBe((await resolveCells(rows, find))[0]!.id);
  });

  test("keeps what its cells read, so that going on can compare", async () => {
    const cells = await cellsOf([`file=${data}`]);
    await sweep("kept", cells);
    const { inputs } = readSweep(join(root, "sweeps", "kept")).cells[0]!;
    expect(inputs).toEqual(cells[0]!.inputs);
    writeFileSync(data, "new");
    expect(() => checkInputs(inputs!, "the sweep kept")).toThrow(
      /data\.txt \(data\) has changed since the sweep kept began/,
    );
  });

  test("a cell whose file changes before it starts does not run", async () => {
    const cells = await cellsOf([`file=${data}`]);
    writeFileSync(data, "new");
    const { statuses, errors } = await sweep("late", cells);
    expect(statuses).toEqual(["failed"]);
    expect(errors).toEqual([expect.stringMatching(/has changed since the run began/)]);
  });
});

describe("what is wrong", () => {
  test("is found before any cell starts, each problem once, each configuration once", async () => {
    const rows = [0, 1, 2].flatMap((seed) => [9, 3, 10].map((width) => [`width=${width}`, `seed=${seed}`]));
    await expect(cellsOf(...rows)).rejects.toThrow(
      "2 problems with the cells of this sweep:\n  --width is 9; 8 is the most [3 of 9 cells]\n  --width is 10; 8 is the most [3 of 9 cells]",
    );
    expect(checked).toEqual([9, 3, 10]);
    expect(existsSync(join(root, "test"))).toBe(false);
  });

  test("a file that is not there", async () => {
    await expect(cellsOf(["file=none"])).rejects.toThrow(/data none: cannot open none \(no such file\)/);
  });

  test("cells that have finished are not looked at again", async () => {
    await sweep("done", await cellsOf(["width=2"]));
    checked = [];
    await cellsOf(["width=2"], ["width=3"]);
    expect(checked).toEqual([3]);
  });
});

describe("a reproduction", () => {
  const reproduction = (overrides: Record<string, unknown>): Reproduction => ({
    name: "test/figure",
    title: "A figure",
    source: { paper: "Anon 1900", figure: "1" },
    cells: () => [{ experiment: reader.name, seed: 0, overrides }],
    report: async () => ({ figures: {}, tables: [], notes: [] }),
  });

  test("makes nothing if a cell cannot be run", async () => {
    const launch = () => Promise.reject(new Error("was started"));
    await expect(
      runReproduction(reproduction({ width: 9 }), { preset: "smoke", launch, find, root }),
    ).rejects.toThrow(/--width is 9; 8 is the most/);
    expect(readdirSync(root)).toEqual(["data.txt"]);
  });

  test("takes runs that read the same, and those of earlier versions, which do not say", async () => {
    let launched = 0;
    const launch = async () => {
      launched += 1;
      return [];
    };
    const options = { preset: "smoke", launch, find, root } as const;
    const config = resolveConfig(reader, { preset: "smoke", overrides: [`file=${data}`] });
    const run = createRun(reader, config, { root });
    await executeRun(run, reader);
    await runReproduction(reproduction({ file: data }), options);
    expect(launched).toBe(0);
    writeFileSync(data, "new");
    await runReproduction(reproduction({ file: data }), options);
    expect(launched).toBe(1);
    rmSync(join(run, "inputs.json"));
    await runReproduction(reproduction({ file: data }), options);
    expect(launched).toBe(1);
  });
});
