// Parts on disk: each is made once, whoever asks, and belongs to its key.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { acquireLock, canonicalHash, canonicalJson, PartCache } from "@throughline/lab";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "throughline-parts-"));
afterAll(() => rmSync(folder, { recursive: true }));

const open = (key: Readonly<Record<string, unknown>>, version = 1): PartCache =>
  new PartCache({ folder, name: "parts", key, version });

test("equal keys share a folder, whatever their order; other keys and versions do not", () => {
  const { path } = open({ a: 1, b: [2, { c: 3 }] });
  expect(open({ b: [2, { c: 3 }], a: 1, gone: undefined }).path).toBe(path);
  expect(open({ a: 1, b: [2, { c: 4 }] }).path).not.toBe(path);
  expect(open({ a: 1, b: [2, { c: 3 }] }, 2).path).not.toBe(path);
  expect(JSON.parse(readFileSync(join(path, "key.json"), "utf8"))).toEqual({ a: 1, b: [2, { c: 3 }] });
});

test("a part is made once, also if several want it at the same time", async () => {
  let made = 0;
  const write = async (path: string): Promise<void> => {
    made++;
    await new Promise((resolve) => setTimeout(resolve, 20));
    writeFileSync(path, "x");
  };
  const caches = [open({ once: 1 }), open({ once: 1 })];
  await Promise.all([...caches, ...caches].map((cache) => cache.make("part", write)));
  expect(made).toBe(1);
  expect(caches[0]!.has("part")).toBe(true);
});

test("a part that another is making is not waited for by tryMake; one that failed can be made again", async () => {
  const cache = open({ busy: 1 });
  const other = acquireLock(cache.path, "part.lock");
  expect(await cache.tryMake("part", async () => expect.fail("made in spite of the lock"))).toBe(false);
  other.release();
  await expect(cache.tryMake("part", async () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await cache.tryMake("part", async (path) => writeFileSync(path, "x"))).toBe(true);
});

test("canonical JSON: keys sorted at every depth, order of lists kept, nothing undefined", () => {
  expect(canonicalJson({ b: 1, a: [{ d: null, c: "é" }, undefined], z: undefined })).toBe(
    '{"a":[{"c":"é","d":null},null],"b":1}',
  );
  // printf '{"a":1}' | sha256sum
  expect(canonicalHash({ a: 1 })).toBe("015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862");
});
