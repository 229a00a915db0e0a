// Spaces: what they hold, and that what is drawn lies in them, uniformly.
import { Box, Discrete, EnvError } from "@throughline/envs";
import { Random } from "@throughline/lab/random";
import { expect, test } from "vitest";

test("a discrete space holds 0 to n − 1 and nothing else", () => {
  const space = new Discrete(3);
  expect([0, 1, 2].every((value) => space.contains(value))).toBe(true);
  for (const wrong of [-1, 3, 0.5, Number.NaN, "1", null, undefined, [0]])
    expect(space.contains(wrong)).toBe(false);
  expect([String(space), space.dtype, space.shape]).toEqual(["Discrete(3)", "int64", []]);
});

test("a discrete space draws every number about equally often", () => {
  const space = new Discrete(5);
  const random = new Random("spaces", 1);
  const counts = [0, 0, 0, 0, 0];
  for (let draw = 0; draw < 5000; draw++) counts[space.sample(random)]!++;
  // Six standard errors of a binomial count: 6 √(5000 · 0.2 · 0.8) = 170.
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(170);
});

test("a box holds arrays of its type and size between its bounds", () => {
  const box = new Box(-1, 1, [2, 2], "float32");
  expect(box.contains(new Float32Array([0, 1, -1, 0.5]))).toBe(true);
  expect(box.contains(new Float32Array([0, 1, -1, 1.5]))).toBe(false);
  expect(box.contains(new Float32Array([0, 1, -1, Number.NaN]))).toBe(false);
  expect(box.contains(new Float32Array(3))).toBe(false);
  expect(box.contains(new Uint8Array(4))).toBe(false);
  expect(box.contains([0, 0, 0, 0])).toBe(false);
  expect(String(box)).toBe("Box(-1, 1, [2, 2], float32)");
});

test("draws from boxes lie in them; bounded ones are uniform, unbounded ones standard normal", () => {
  const random = new Random("spaces", 2);
  const picture = new Box(0, 255, [20, 20, 3], "uint8");
  const drawn = picture.sample(random);
  expect(picture.contains(drawn)).toBe(true);
  const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
  // Standard error of the mean: 73.9 / √1200 = 2.1.
  expect(Math.abs(mean(drawn) - 127.5)).toBeLessThan(13);
  const line = new Box(-2, 4, [3000], "float32").sample(random);
  // 6 / √12 / √3000 = 0.032.
  expect(Math.abs(mean(line) - 1)).toBeLessThan(0.2);
  const free = new Box(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, [3000], "float32");
  const normal = free.sample(random);
  expect(free.contains(normal)).toBe(true);
  expect(Math.abs(mean(normal))).toBeLessThan(0.12);
  expect(Math.abs(mean(normal.map((x) => x * x)) - 1)).toBeLessThan(0.17);
});

test.each([
  ["Discrete: n is 0", () => new Discrete(0)],
  ["Discrete: n is 1.5", () => new Discrete(1.5)],
  ["Box: the shape is", () => new Box(0, 1, [2, 0], "float32")],
  ["Box: low is 2", () => new Box(2, 1, [1], "float32")],
  ["Box: low is NaN", () => new Box(Number.NaN, 1, [1], "float32")],
])("%s is refused", (message, make) => {
  expect(make).toThrow(EnvError);
  expect(make).toThrow(message);
});
