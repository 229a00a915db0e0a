// Streams that start from a generator of the engine.
import { Generator } from "@throughline/torch";
import { expect, test } from "vitest";
import { randomFrom } from "../../src/datasets/random.js";

test("a stream from the engine's generator is a function of its seed", () => {
  const first = (seed: number): number => {
    using generator = Generator.create({ seed });
    return randomFrom(generator).bits();
  };
  expect(first(1)).toBe(first(1));
  expect(new Set(Array.from({ length: 100 }, (_, seed) => first(seed))).size).toBe(100);
});
