// What cached encodings depend on: seeds of parts, and the contents of the files that a data set is made from.

import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileFolder } from "@throughline/testing/folders";
import { describe, expect, test } from "vitest";
import { contentsOf } from "../../src/encodings/contents.js";
import { type EncodingKey, partSeed } from "../../src/encodings/key.js";

const folder = fileFolder();

const key: EncodingKey = {
  weights: "a".repeat(64),
  pixels: "inverted",
  input: "slots",
  data: { name: "art/rmts", options: { m: 95, size: 32, seed: 0 } },
  contents: {},
};

describe("the seed of a part", () => {
  test("is a whole number that a generator takes, another one for each draw, part and data set", () => {
    const seeds = new Set<number>();
    for (let draw = 0; draw < 20; draw++)
      for (let part = 0; part < 20; part++) seeds.add(partSeed(key, draw, part));
    for (const m of [0, 50, 85]) {
      seeds.add(partSeed({ ...key, data: { name: "art/rmts", options: { m, size: 32, seed: 0 } } }, 0, 0));
    }
    seeds.add(partSeed({ ...key, data: { name: "art/identity-rules", options: key.data.options } }, 0, 0));
    expect(seeds.size).toBe(20 * 20 + 4);
    for (const seed of seeds) {
      expect(Number.isSafeInteger(seed)).toBe(true);
      expect(seed).toBeGreaterThanOrEqual(0);
    }
  });

  test("does not depend on the encoder: all see the same pictures from the same initial slots", () => {
    const other: EncodingKey = { ...key, weights: "b".repeat(64), pixels: "as-they-are", input: "patches" };
    expect(partSeed(other, 3, 1)).toBe(partSeed(key, 3, 1));
  });

  test("does not depend on the order in which options are given", () => {
    const turned = { name: "art/rmts", options: { seed: 0, size: 32, m: 95 } };
    expect(partSeed({ ...key, data: turned }, 0, 0)).toBe(partSeed(key, 0, 0));
  });

  test("counts files by what is in them, not by where they are", () => {
    const at = (path: string, hash: string): EncodingKey => ({
      ...key,
      data: { name: "puzzles", options: { path, size: 32 } },
      contents: { path: hash },
    });
    const seed = partSeed(at("/one/place", "c".repeat(64)), 0, 0);
    expect(partSeed(at("/another", "c".repeat(64)), 0, 0)).toBe(seed);
    expect(partSeed(at("/one/place", "d".repeat(64)), 0, 0)).not.toBe(seed);
  });
});

describe("contents", () => {
  const objects = join(folder, "objects");
  mkdirSync(join(objects, "inner"), { recursive: true });
  writeFileSync(join(objects, "a.png"), "one");
  writeFileSync(join(objects, "inner", "b.png"), "two");

  test("of the options that name files, and that are there; ours are none", () => {
    expect(
      contentsOf({ objects: "tasks", unlike: "pool", path: join(folder, "nowhere"), size: 32, m: 0 }),
    ).toEqual({});
    expect(contentsOf({})).toEqual({});
    const found = contentsOf({ objects, path: objects, table: join(objects, "a.png"), other: objects });
    expect(Object.keys(found).sort()).toEqual(["objects", "path", "table"]);
    for (const hash of Object.values(found)) expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(found.objects).toBe(found.path);
  });

  test("change with a byte, a name or a file more, and not with the folder's place", () => {
    const seen = new Set<string>();
    const now = (path = objects): string => contentsOf({ objects: path }).objects!;
    const first = now();
    seen.add(first);
    writeFileSync(join(objects, "a.png"), "onf");
    seen.add(now());
    writeFileSync(join(objects, "a.png"), "one");
    expect(now()).toBe(first);
    renameSync(join(objects, "a.png"), join(objects, "c.png"));
    seen.add(now());
    renameSync(join(objects, "c.png"), join(objects, "a.png"));
    writeFileSync(join(objects, "d.png"), "");
    seen.add(now());
    rmSync(join(objects, "d.png"));
    expect(seen.size).toBe(4);
    const moved = join(folder, "moved");
    renameSync(objects, moved);
    expect(now(moved)).toBe(first);
  });
});
