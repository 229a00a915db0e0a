// Data sets on disk: what is written comes back, and what was damaged or is unfinished is refused.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileFolder } from "@throughline/testing/folders";
import { checkLeaks } from "@throughline/testing/leaks";
import { arange, data, io, scope, tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";

checkLeaks();

const root = fileFolder();
let made = 0;
const fresh = (): string => join(root, `set-${made++}`);
const asDescription = (value: unknown) => value as data.StoreDescription;

/** Five samples in parts of three and two: `x` is [2 · sample, 2 · sample + 1], `label` the sample's number, from 10. */
function written(): string {
  const folder = fresh();
  const writer = new data.StoreWriter(folder);
  for (const [start, end] of [
    [0, 3],
    [3, 5],
  ] as const) {
    scope(() =>
      writer.addArrays({
        x: arange(2 * start, 2 * end, { dtype: "float32" }).reshape([end - start, 2]),
        label: arange(10 + start, 10 + end, { dtype: "uint8" }),
      }),
    );
  }
  writer.addLines("notes.jsonl", ["a", "b", "c", "d", "e"]);
  writer.finish({ name: "numbers", count: 5, files: writer.files });
  return folder;
}

describe("a store", () => {
  test("gives each sample back, whichever part it is in", () => {
    const reader = new data.StoreReader(written(), asDescription);
    for (const index of [4, 0, 3, 2, 1]) {
      const { arrays, place } = reader.locate(index);
      expect([...arrays.x!.slice(2 * place, 2 * place + 2)]).toEqual([2 * index, 2 * index + 1]);
      expect(arrays.label![place]).toBe(10 + index);
      expect(reader.line("notes.jsonl", index)).toBe("abcde"[index]);
    }
    expect(reader.locate(0).arrays.label).toBeInstanceOf(Uint8Array);
  });

  test("is files that NumPy reads, and a description with their samples", () => {
    const folder = written();
    const { files } = JSON.parse(readFileSync(join(folder, "dataset.json"), "utf8")) as data.StoreDescription;
    expect(files.map(({ name, samples }) => [name, samples])).toEqual([
      ["part-0000.npz", 3],
      ["part-0001.npz", 2],
      ["notes.jsonl", 5],
    ]);
    scope(() =>
      expect(io.loadNpz(join(folder, "part-0001.npz")).x!.toArray()).toEqual([
        [6, 7],
        [8, 9],
      ]),
    );
  });

  test("is none before it is finished", () => {
    const folder = fresh();
    const writer = new data.StoreWriter(folder);
    scope(() => writer.addArrays({ x: tensor([1, 2]) }));
    expect(existsSync(join(folder, "part-0000.npz"))).toBe(true);
    expect(() => new data.StoreReader(folder, asDescription)).toThrow(
      /dataset\.json: cannot open .* \(no such file\); give the folder of a data set$/,
    );
  });
});

describe("refusals", () => {
  test("arguments of the constructors", () => {
    const wrong = 3 as never;
    expect(() => new data.StoreWriter(wrong)).toThrow("StoreWriter: folder is 3, accepted: a path");
    expect(() => new data.StoreWriter(fresh(), wrong)).toThrow(
      "StoreWriter: refuse is 3, accepted: a function",
    );
    expect(() => new data.StoreReader(root, wrong)).toThrow("StoreReader: parse is 3, accepted: a function");
  });

  test.each([
    [
      "numbers outside",
      (reader: data.StoreReader) => reader.locate(5),
      /index is 5, accepted: a whole number from 0 to 4/,
    ],
    ["lines outside", (reader: data.StoreReader) => reader.line("notes.jsonl", -1), /index is -1/],
    [
      "files that are not listed",
      (reader: data.StoreReader) => reader.line("other.jsonl", 0),
      /lists no other\.jsonl/,
    ],
  ])("%s", (_, read, sentence) => {
    expect(() => read(new data.StoreReader(written(), asDescription))).toThrow(sentence);
  });

  test("a part that was changed or is missing, when one of its samples is asked for", () => {
    const folder = written();
    const path = join(folder, "part-0001.npz");
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(path, bytes);
    const reader = new data.StoreReader(folder, asDescription);
    expect(reader.locate(2).place).toBe(2);
    expect(() => reader.locate(3)).toThrow(
      /part-0001\.npz is not the file that was written: its SHA-256 differs/,
    );
    rmSync(path);
    expect(() => reader.locate(4)).toThrow(/part-0001\.npz \(no such file\)/);
  });

  test("a description that leads out of its folder, or promises more than there is", () => {
    const change = (from: string, to: string): string => {
      const folder = written();
      const path = join(folder, "dataset.json");
      writeFileSync(path, readFileSync(path, "utf8").replace(from, to));
      return folder;
    };
    expect(() => new data.StoreReader(change("part-0000", "../part-0000"), asDescription)).toThrow(
      /lists "\.\.\/part-0000\.npz", which cannot be one of its files/,
    );
    const more = new data.StoreReader(change('"count": 5', '"count": 6'), asDescription);
    expect(() => more.locate(5)).toThrow(/dataset\.json lists fewer samples than 6/);
  });

  test("a folder that holds something, arrays of different lengths, names that are no files", () => {
    const folder = written();
    expect(() => new data.StoreWriter(folder)).toThrow(
      /is not empty \(dataset\.json, …\); give a new folder/,
    );
    expect(() => new data.StoreWriter(join(folder, "dataset.json"))).toThrow(/dataset\.json cannot be made/);
    const writer = new data.StoreWriter(fresh());
    scope(() =>
      expect(() => writer.addArrays({ a: tensor([1, 2]), b: tensor([1]) })).toThrow(
        /the same number of samples, 1 or more; given a \[2\], b \[1\]/,
      ),
    );
    expect(() => writer.addArrays({})).toThrow(/given none/);
    expect(() => writer.writeText("../x", "")).toThrow(/"\.\.\/x" is not a plain file name/);
  });
});
