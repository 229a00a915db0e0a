// Mixing of seeds: published test vectors, and words in their places.
import { fmix32, mixWords, wordsOf } from "@throughline/torch/mix";
import { expect, test } from "vitest";

// MurmurHash3_x86_32 of the empty text is fmix32(seed); published vectors for the seeds 0, 1 and 2³² − 1.
test.each([
  [0, 0],
  [1, 0x514e28b7],
  [0xffff_ffff, 0x81f16f39],
])("fmix32(%i) is MurmurHash3's", (h, expected) => {
  expect(fmix32(h)).toBe(expected);
});

test("every word and its place count", () => {
  expect(mixWords(5, [])).toBe(5);
  expect(mixWords(0, [1])).toBe(0x514e28b7);
  expect(mixWords(1, [-32])).toBe(0x81f16f39);
  const mixed = [[1, 2], [2, 1], [1, 2, 0], [0, 1, 2], [1]].map((words) => mixWords(7, words));
  expect(new Set(mixed).size).toBe(5);
});

test("words of numbers: two's complement of 64 bits, low half first", () => {
  expect(wordsOf(7)).toEqual([7, 0]);
  expect(wordsOf(2 ** 40 + 5)).toEqual([5, 256]);
  expect(wordsOf(-3)).toEqual([-3, -1]);
  expect(wordsOf(2 ** 32 - 1)).toEqual([-1, 0]);
});
