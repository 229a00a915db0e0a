// Spaces: what they hold, and that what is drawn lies in them, uniformly.
import { Box, Dict, Discrete, EnvError, MultiBinary, MultiDiscrete, Text, Tuple } from "@throughline/envs";
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

test("a box may have a bound for each place, and draws stay on the right side of a single bound", () => {
  const infinite = Number.POSITIVE_INFINITY;
  const box = new Box([-1, 0, -infinite], [1, infinite, 5], [3], "float64");
  expect(box.contains(Float64Array.of(-1, 1e9, -1e9))).toBe(true);
  for (const wrong of [
    [-1.1, 0, 0],
    [0, -0.1, 0],
    [0, 0, 5.1],
  ])
    expect(box.contains(Float64Array.from(wrong))).toBe(false);
  const random = new Random("spaces", 3);
  const draws = Array.from({ length: 2000 }, () => box.sample(random));
  expect(draws.every((one) => box.contains(one))).toBe(true);
  const mean = (place: number) => draws.reduce((sum, one) => sum + one[place]!, 0) / draws.length;
  // Means 0, 1 and 5 − 1; standard errors 0.013, 0.022 and 0.022.
  for (const [place, expected] of [0, 1, 4].entries())
    expect(Math.abs(mean(place) - expected)).toBeLessThan(0.14);
  expect(new Box([2, 2], [3, 3], [2], "int32")).toEqual(new Box(2, 3, [2], "int32"));
});

test("numbers of every type stay what they are, those of 64 bits too", () => {
  const random = new Random("spaces", 4);
  const wide = new Box(-(2 ** 63), 2 ** 63 - 1, [4], "int64");
  expect(wide.sample(random)).toBeInstanceOf(BigInt64Array);
  expect(wide.contains(wide.sample(random))).toBe(true);
  expect(wide.contains(BigInt64Array.of(-(2n ** 63n), 2n ** 62n, 0n, 1n))).toBe(true);
  expect(wide.contains(new Float64Array(4))).toBe(false);
});

test("several numbers, switches, texts, and spaces in spaces hold what fits them and nothing else", () => {
  const numbers = new MultiDiscrete([2, 3], [0, 5]);
  const switches = new MultiBinary(2, 2);
  const text = new Text(3, 1, "ab");
  const both = new Tuple([new Discrete(2), text]);
  const all = new Dict({ numbers, switches, both });
  expect([String(all), numbers.shape, switches.shape]).toEqual([
    "Dict(numbers: MultiDiscrete([2, 3]), switches: MultiBinary(2, 2), both: Tuple(Discrete(2), Text(1, 3)))",
    [2],
    [2, 2],
  ]);
  const good = { numbers: Int32Array.of(1, 7), switches: Uint8Array.of(0, 1, 1, 0), both: [1, "aba"] };
  expect(all.contains(good)).toBe(true);
  for (const wrong of [
    { ...good, numbers: Int32Array.of(1, 8) },
    { ...good, numbers: [1, 7] },
    { ...good, switches: Uint8Array.of(0, 1, 2, 0) },
    { ...good, switches: new Uint8Array(3) },
    { ...good, both: [1, "abc"] },
    { ...good, both: [1, ""] },
    { ...good, both: [1] },
    { ...good, more: 1 },
    { numbers: good.numbers, switches: good.switches },
    null,
    "ab",
  ])
    expect(all.contains(wrong)).toBe(false);
  const random = new Random("spaces", 5);
  for (let draw = 0; draw < 50; draw++) expect(all.contains(all.sample(random))).toBe(true);
  expect(new Discrete(3, -1).contains(-1)).toBe(true);
  expect(new Discrete(3, -1).contains(2)).toBe(false);
});

test.each([
  ["Discrete: start is 0.5", () => new Discrete(2, 0.5)],
  [
    "Box: low has 2 numbers, accepted: a number, or one for each of 3 places",
    () => new Box([0, 0], 1, [3], "uint8"),
  ],
  ["Box: low is 3, accepted: a number up to high, 2", () => new Box([0, 3], [1, 2], [2], "uint8")],
  ["MultiDiscrete: nvec is [2, 0]", () => new MultiDiscrete([2, 0])],
  ["MultiBinary: the shape is []", () => new MultiBinary()],
  ["Discrete: n is 0", () => new Discrete(0)],
  ["Discrete: n is 1.5", () => new Discrete(1.5)],
  ["Box: the shape is", () => new Box(0, 1, [2, 0], "float32")],
  ["Box: low is 2", () => new Box(2, 1, [1], "float32")],
  ["Box: low is NaN", () => new Box(Number.NaN, 1, [1], "float32")],
])("%s is refused", (message, make) => {
  expect(make).toThrow(EnvError);
  expect(make).toThrow(message);
});
