// Data sets on disk and back.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  artDisplays,
  artTask,
  type DisplaySet,
  isTaskSet,
  readDataset,
  svrtDisplays,
  svrtTask,
  type TaskSet,
  writeDataset,
} from "@throughline/ocra";
import { fileFolder } from "@throughline/testing/folders";
import { Generator, io, liveTensors, scope, type Tensor } from "@throughline/torch";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

let before = 0;
beforeEach(() => {
  before = liveTensors();
});
afterEach(() => expect(liveTensors()).toBe(before));

const root = fileFolder();
let folders = 0;
const fresh = (): string => join(root, String(folders++));

const rng = Generator.create({ seed: 1 });
const displays = (): DisplaySet => artDisplays({ size: 64, count: 50 });
const task = (): TaskSet => artTask("identity-rules", { m: 95, size: 20 });

function stored(folder: string): TaskSet {
  const set = readDataset(folder);
  if (!isTaskSet(set)) throw new Error("not a task");
  return set;
}

test("displays come back as they were, over several files", () => {
  const folder = fresh();
  const files = writeDataset(displays(), folder, { perFile: 30 });
  expect(files).toEqual(["part-0000.npz", "part-0001.npz", "dataset.json", "README.md"]);
  expect(readdirSync(folder).sort()).toEqual([...files].sort());
  const set = readDataset(folder);
  expect([set.length, isTaskSet(set), set.name]).toEqual([50, false, "art/displays"]);
  for (const index of [0, 29, 30, 49]) expect(set.get(index, rng)).toEqual(displays().get(index, rng));
});

test("problems come back with their descriptions; what is drawn is a function of seed and number", () => {
  const [one, other, third] = [fresh(), fresh(), fresh()];
  writeDataset(task(), one, { count: 12, seed: 5 });
  writeDataset(task(), other, { count: 6, seed: 5 });
  writeDataset(task(), third, { count: 6, seed: 6 });
  const sets = [one, other, third].map(stored) as [TaskSet, TaskSet, TaskSet];
  const { form, views, shape, length, config } = sets[0];
  expect({ form, views, shape, length }).toEqual({
    form: "choice",
    views: 4,
    shape: { channels: 1, height: 20, width: 20 },
    length: 12,
  });
  expect(config).toMatchObject({ m: 95, split: "train", seed: 0, size: 20, method: "full_space" });
  for (let index = 0; index < 6; index++) {
    expect(sets[0].describe(index)).toEqual(task().describe(index));
    expect(sets[0].get(index, rng).target).toBe(task().describe(index).target);
    expect(sets[1].get(index, rng)).toEqual(sets[0].get(index, rng));
    expect(sets[2].get(index, rng).images).not.toEqual(sets[0].get(index, rng).images);
  }
});

test("uint8 keeps pixels to half a step", () => {
  const [exact, rounded] = [fresh(), fresh()];
  writeDataset(task(), exact, { count: 3 });
  writeDataset(task(), rounded, { count: 3, precision: "uint8" });
  for (let index = 0; index < 3; index++) {
    const [a, b] = [exact, rounded].map((folder) => stored(folder).get(index, rng).images) as [
      Float32Array,
      Float32Array,
    ];
    const errors = a.map((value, at) => Math.abs(value - b[at]!));
    expect(Math.max(...errors)).toBeLessThan(0.5 / 255 + 1e-6);
    expect(Math.max(...errors)).toBeGreaterThan(0.1 / 255);
  }
});

test("SVRT's pictures lie there as they are described, and are flipped when they are read", () => {
  const options = { problem: 1, size: 32, count: 8 };
  const folder = fresh();
  writeDataset(svrtTask(options), folder);
  const [set, plain] = [stored(folder), svrtTask({ ...options, flips: false })];
  scope(() => {
    const { images } = io.loadNpz(join(folder, "part-0000.npz")) as { images: Tensor };
    for (let at = 0; at < 8; at++) {
      expect(images.select(0, at).flatten().toTypedArray()).toEqual(plain.get(at, rng).images);
    }
  });
  for (const seed of [1, 2, 3, 4]) {
    const as = (of: TaskSet) => of.get(5, rng.manualSeed(seed)).images;
    expect(as(set)).toEqual(as(svrtTask(options)));
  }
  expect(set.describe(5)).toEqual(plain.describe(5));
  const again = fresh();
  writeDataset(set, again);
  expect(stored(again).config).toEqual(set.config);

  const shown = fresh();
  const own = { problems: [2], perProblem: 6, size: 32 };
  writeDataset(svrtDisplays(own), shown, { precision: "uint8" });
  for (const seed of [1, 2, 3, 4]) {
    const as = (of: DisplaySet) => of.get(3, rng.manualSeed(seed)).owners;
    expect(as(readDataset(shown) as DisplaySet)).toEqual(as(svrtDisplays(own)));
  }
});

test("the first samples alone can be read", () => {
  const folder = fresh();
  writeDataset(displays(), folder, { perFile: 30 });
  const set = readDataset(folder, { count: 31 });
  expect(set.length).toBe(31);
  expect(set.get(30, rng)).toEqual(displays().get(30, rng));
  expect(() => set.get(31, rng)).toThrow("accepted: a whole number from 0 to 30");
  expect(() => readDataset(folder, { count: 51 })).toThrow(
    "count is 51, accepted: a whole number from 1 to 50",
  );
});

test("the card says what it is, and its checksums are the files'", () => {
  const folder = fresh();
  writeDataset(task(), folder, { count: 4 });
  const card = readFileSync(join(folder, "README.md"), "utf8");
  expect(card).toMatch(/^---\nlicense: .*\n(.*\n)*size_categories: \["n<1K"\]\n(.*\n)*---\n/);
  expect(card).toContain('Options: `{"m":95,"split":"train","seed":0,"size":20');
  for (const file of ["part-0000.npz", "problems.jsonl"]) {
    const sum = createHash("sha256")
      .update(readFileSync(join(folder, file)))
      .digest("hex");
    expect(card).toContain(`| ${file} | 4 | ${sum} |`);
  }
  scope(() => {
    const arrays = io.loadNpz(join(folder, "part-0000.npz"));
    expect(Object.entries(arrays).map(([name, { dtype, shape }]) => [name, dtype, shape])).toEqual([
      ["images", "float32", [4, 4, 1, 20, 20]],
      ["target", "int64", [4]],
    ]);
  });
});

describe("refusals", () => {
  const written = (): string => {
    const folder = fresh();
    writeDataset(task(), folder, { count: 4 });
    return folder;
  };
  const change = (folder: string, edit: (text: string) => string): string => {
    const path = join(folder, "dataset.json");
    writeFileSync(path, edit(readFileSync(path, "utf8")));
    return folder;
  };

  test("a folder that is not empty is not written to", () => {
    const folder = written();
    expect(() => writeDataset(task(), folder)).toThrow(/is not empty \(.*\); give a new folder$/);
    expect(() => writeDataset(task(), join(folder, "README.md"))).toThrow(/README\.md cannot be made: /);
    expect(() => writeDataset(task(), fresh(), { count: 10_000 })).toThrow(
      "writeDataset: count is 10000, accepted: a whole number from 1 to 8640",
    );
  });

  test.each([
    [
      "no data set",
      () => root,
      /dataset\.json: cannot open .* \(no such file\); give the folder of a data set/,
    ],
    ["not JSON", () => change(written(), () => "{"), /dataset\.json: is not JSON/],
    [
      "a later form",
      () => change(written(), (text) => text.replace('"format": 1', '"format": 2')),
      /not a data set written by Throughline/,
    ],
    [
      "a file outside the folder",
      () => change(written(), (text) => text.replace("part-0000.npz", "../part-0000.npz")),
      /not a data set written by Throughline/,
    ],
  ])("%s", (_, folder, sentence) => {
    expect(() => readDataset(folder())).toThrow(sentence);
  });

  test("a file that is missing or was changed is found when it is read", () => {
    const changed = written();
    writeFileSync(join(changed, "problems.jsonl"), "{}\n");
    expect(stored(changed).get(0, rng).target).toBe(task().describe(0).target);
    expect(() => stored(changed).describe(0)).toThrow(/problems\.jsonl is not the file that was written/);
    const missing = written();
    rmSync(join(missing, "part-0000.npz"));
    expect(() => readDataset(missing).get(0, rng)).toThrow(
      /part-0000\.npz: cannot open .*part-0000\.npz \(no such file\)/,
    );
    expect(() => readDataset(missing).get(4, rng)).toThrow(
      "index is 4, accepted: a whole number from 0 to 3",
    );
  });
});
