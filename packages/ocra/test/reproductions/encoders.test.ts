// Tables whose runs started from different encoders say so.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CellRuns, type Experiment, type RunRecord, resolveConfig } from "@throughline/lab";
import { reproductions, taskExperiment } from "@throughline/ocra";
import { fileFolder } from "@throughline/testing/folders";
import { expect, test } from "vitest";

const root = fileFolder();

const experiment = taskExperiment as unknown as Experiment;
let runs = 0;

/** A finished run whose encoder has a hash of this digit; `null` for one that kept no inputs. */
function finished(overrides: Readonly<Record<string, unknown>>, digit: string | null): RunRecord {
  const path = join(root, String(runs++));
  mkdirSync(path, { recursive: true });
  if (digit !== null) {
    const encoder = { path: join(root, `encoder-${digit}`), sha256: digit.repeat(64) };
    writeFileSync(join(path, "inputs.json"), JSON.stringify({ encoder }));
  }
  const given = Object.entries(overrides).map(([name, value]) => `${name}=${value}`);
  return {
    ...{ id: path, path, experiment: "ocra/task", status: "finished", preset: "laptop" },
    config: resolveConfig(experiment, { preset: "laptop", overrides: given }).config,
    ...{ sources: {}, summary: { accuracy: 0.9 }, environment: {}, error: undefined },
    created: new Date(0),
    metrics: async () => [],
  };
}

async function warnings(name: string, records: readonly RunRecord[]): Promise<string[]> {
  const one = reproductions.find((each) => each.name === name)!;
  const { notes } = await one.report(new CellRuns(records, "laptop", [experiment]), "laptop");
  return notes.filter((note) => note.includes("different encoders"));
}

const rmts = (seed: number, digit: string | null, model = "ocra"): RunRecord =>
  finished({ task: "art/rmts", m: 95, model, seed }, digit);

test("runs from one encoder, or from none that is known, need no word", async () => {
  expect(await warnings("ocra/s12", [rmts(0, "a"), rmts(1, "a"), rmts(2, "a", "slot-rn")])).toEqual([]);
  expect(await warnings("ocra/s12", [rmts(0, null), rmts(1, "a")])).toEqual([]);
  expect(await warnings("ocra/s12", [])).toEqual([]);
});

test("two encoders of one family of data do not compare", async () => {
  const found = await warnings("ocra/s12", [rmts(0, "a"), rmts(1, "b"), rmts(2, "a")]);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(
    /^The runs on art started from 2 different encoders, so their numbers do not compare/,
  );
});

test("SVRT's two sizes have each its own encoder", async () => {
  const svrt = (problem: number, pictures: number, digit: string): RunRecord =>
    finished({ task: "svrt/problem", problem, pictures, model: "ocra", seed: 0 }, digit);
  expect(await warnings("ocra/s16", [svrt(1, 500, "a"), svrt(5, 500, "a")])).toEqual([]);
  const mixed = await warnings("ocra/s16", [svrt(1, 500, "a"), svrt(5, 500, "b")]);
  expect(mixed.join()).toMatch(/^The runs on svrt with 500 pictures started from 2 different encoders/);
});

test("families do not mix in the whole paper: each has an encoder of its own", async () => {
  const scenes = finished({ task: "clevr/rmts", model: "ocra", seed: 0 }, "c");
  expect(await warnings("ocra/all", [rmts(0, "a"), scenes])).toEqual([]);
  const found = await warnings("ocra/all", [rmts(0, "a"), rmts(1, "b"), scenes]);
  expect(found).toHaveLength(1);
});
