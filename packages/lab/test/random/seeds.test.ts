// Seeds of parts: known answers, which results on disk depend on.
import { seed32, seed63, streamSeed } from "@throughline/lab/random";
import { expect, test } from "vitest";
import { splitMix64 } from "../../src/random/seeds.js";

// python3 -c "import hashlib; n = int.from_bytes(hashlib.sha256(b'7/data').digest()[:8], 'little'); print(n & (2**63 - 1))"
test("seeds by name are SHA-256's", () => {
  expect(seed63(7, "data")).toBe(4314404055215217525n);
  expect(seed32(7, "data")).toBe(681286517);
});

// Vigna's splitmix64.c from the state 1234567: published test vectors.
test("SplitMix64 is the published one", () => {
  const increment = 0x9e3779b97f4a7c15n;
  const outputs = [0n, 1n, 2n].map((step) => splitMix64(1234567n + step * increment));
  expect(outputs).toEqual([6457827717110365317n, 3203168211198807973n, 9817491932198370423n]);
});

// Computed by a C program of its own on uint64_t: splitmix64(splitmix64(seed) + index) >> 1.
test.each([
  [0, -1, 313702574736366215n],
  [0, 0, 6017775124710473527n],
  [42, 7, 9157938179045334779n],
  [-5, 3, 1488828841148621372n],
])("stream seed of %i, %i", (seed, index, expected) => {
  expect(streamSeed(seed, index)).toBe(expected);
});

test("a seed that is no whole number is refused", () => {
  expect(() => streamSeed(0.5, 0)).toThrow("streamSeed: seed is 0.5, accepted: a whole number");
  expect(() => streamSeed(0, Number.NaN)).toThrow("streamSeed: index is NaN, accepted: a whole number");
});
