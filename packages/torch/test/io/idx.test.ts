// The idx format, byte by byte.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { io, type Tensor } from "@throughline/torch";
import { afterAll, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";

checkLeaks();

const folder = mkdtempSync(join(tmpdir(), "throughline-idx-"));
afterAll(() => rmSync(folder, { recursive: true }));

function read(bytes: readonly number[]): Tensor {
  const path = join(folder, "file-idx");
  writeFileSync(path, Uint8Array.from(bytes));
  return io.loadIdx(path);
}

const size = (n: number) => [0, 0, 0, n];
const good = [0, 0, 8, 2, ...size(2), ...size(3), 1, 2, 3, 4, 5, 255];

scoped("bytes in the shape that the header says", () => {
  const tensor = read(good);
  expect(tensor.dtype).toBe("uint8");
  expect(tensor.toArray()).toEqual([
    [1, 2, 3],
    [4, 5, 255],
  ]);
});

scoped("every type, big-endian", () => {
  const value = (type: number, ...bytes: number[]) => read([0, 0, type, 1, ...size(1), ...bytes]);
  expect(value(0x09, 0xff).toArray()).toEqual([-1]);
  expect(value(0x0b, 0x01, 0x02).toArray()).toEqual([258]);
  expect(value(0x0c, 0xff, 0xff, 0xff, 0xfe).toArray()).toEqual([-2]);
  expect(value(0x0d, 0x3f, 0xc0, 0, 0).toArray()).toEqual([1.5]);
  expect(value(0x0e, 0xc0, 0x04, 0, 0, 0, 0, 0, 0).toArray()).toEqual([-2.5]);
  expect(read([0, 0, 0x08, 0, 7]).toArray()).toBe(7);
});

test.each<[string, readonly number[], string, string]>([
  ["empty", [], "io/truncated", "file-idx: has 0 bytes, too few for an idx header"],
  [
    "another format",
    [1, 2, 8, 1],
    "io/format",
    "does not start with two zero bytes; this is not an idx file",
  ],
  ["gzip", [0x1f, 0x8b, 8, 0], "io/format", "it is compressed by gzip: unpack it"],
  [
    "an unknown type",
    [0, 0, 10, 2],
    "io/format",
    "its elements are of type 10; 8, 9, 11, 12, 13, 14 are known",
  ],
  ["a short header", good.slice(0, 10), "io/truncated", "bytes 4 to 12 are needed, but there are only 10"],
  [
    "short",
    good.slice(0, -1),
    "io/truncated",
    "has 5 bytes after its header, and an array of shape [2,3] takes 6",
  ],
  ["long", [...good, 0], "io/format", "has 7 bytes after its header"],
  [
    "a huge shape",
    [0, 0, 8, 3, ...[255, 255, 255, 255], ...[255, 255, 255, 255], ...size(9)],
    "io/format",
    "too large",
  ],
])("refuses: %s", (_, bytes, code, text) => {
  const refusal = { code, message: expect.stringContaining(text) };
  expect(() => read(bytes)).toThrow(expect.objectContaining(refusal));
});
