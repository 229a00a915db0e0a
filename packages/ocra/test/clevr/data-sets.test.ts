// CLEVR-ART as data sets: what pictures show is what descriptions say; displays.
import { Random } from "@throughline/lab/random";
import {
  type ClevrTaskName,
  clevrColours,
  clevrDisplays,
  clevrObjects,
  clevrSizes,
  clevrTask,
  type PlacedSolid,
} from "@throughline/ocra";
import { Generator, liveTensors } from "@throughline/torch";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { randomScene } from "../../dist/clevr/displays.js";
import { seen, surface } from "./lens.js";

let before = 0;
beforeEach(() => {
  before = liveTensors();
});
afterEach(() => expect(liveTensors()).toBe(before));

const rng = Generator.create({ seed: 1 });

/** The colour, not gray as the ground is, that most pixels within `reach` of a place have; lamps' lights are white. */
function colourAt(image: Float32Array, size: number, row: number, column: number, reach: number): number {
  const votes = new Uint32Array(clevrColours.length);
  for (let r = Math.floor(row * size) - reach; r <= row * size + reach; r++) {
    for (let c = Math.floor(column * size) - reach; c <= column * size + reach; c++) {
      const light = [0, 1, 2].map((channel) => image[(channel * size + r) * size + c]! ** 2.2);
      votes[nearestColour(light)]!++;
    }
  }
  votes[gray] = 0;
  return votes.indexOf(Math.max(...votes));
}

const gray = clevrColours.findIndex(({ name }) => name === "gray");

/** The gap between what two objects cover of the ground, along the axes: sides of cubes are parallel to them. */
function clearance(a: PlacedSolid, b: PlacedSolid): number {
  const [p, q] = [a, b].map(({ object }) => clevrSizes[object[2]]!.extent) as [number, number];
  const [dx, dy] = [Math.abs(a.x - b.x), Math.abs(a.y - b.y)];
  const round = [a, b].every(({ object }) => object[1] !== 0);
  return round ? Math.hypot(dx, dy) - p - q : Math.max(dx, dy) - p - q;
}

/** By the shares of red, green and blue in linear light. */
function nearestColour(light: readonly number[]): number {
  const shares = (values: readonly number[]): number[] => {
    const total = values.reduce((a, b) => a + b);
    return values.map((value) => value / total);
  };
  const hue = shares(light);
  const gaps = clevrColours.map(({ rgb }) => Math.hypot(...shares(rgb).map((value, c) => value - hue[c]!)));
  return gaps.indexOf(Math.min(...gaps));
}

describe.each(["rmts", "identity-rules"] as const)("clevr/%s", (task: ClevrTaskName) => {
  const size = 96;

  test.each(["train", "test"] as const)(
    "%s: at every described place is an object of the described colour",
    (split) => {
      const set = clevrTask(task, { split, size, count: 1000, seed: 2 });
      for (let index = 0; index < 12; index++) {
        const { images, target, shape } = set.get(index, rng);
        const { views, target: described } = set.describe(index);
        expect([images.length, target]).toEqual([set.views * 3 * size * size, described]);
        expect(shape).toEqual({ channels: 3, height: size, width: size });
        views.forEach((objects, view) => {
          const image = images.subarray(view * 3 * size * size, (view + 1) * 3 * size * size);
          for (const { object, row, column, name } of objects) {
            const [colour] = clevrObjects[object]!;
            expect(name).toContain(clevrColours[colour]!.name);
            if (colour === gray) continue; // as the ground is
            expect(colourAt(image, size, row, column, split === "train" ? 1 : 4)).toBe(colour);
          }
        });
      }
    },
  );

  test("views of a problem share the angle and the context's objects, not their exact places", () => {
    const set = clevrTask(task, { size: 32, count: 20 });
    const angles = new Set<string>();
    for (let index = 0; index < 20; index++) {
      const { views } = set.describe(index);
      const context = views.map((objects) => objects.filter(({ role }) => role !== "choice"));
      for (const other of context) expect(other).toEqual(context[0]);
      angles.add(context[0]!.map(({ column }) => column.toFixed(6)).join());
      const { images } = set.get(index, rng);
      const pictures = Array.from({ length: set.views }, (_, v) =>
        images.subarray(v * 3072, (v + 1) * 3072).join(),
      );
      expect(new Set(pictures).size).toBe(set.views);
    }
    expect(angles.size).toBeGreaterThan(5);
  });

  test("a problem is the same at every access, and another one for another seed or split", () => {
    const first = clevrTask(task, { size: 16, count: 5 }).get(3, rng).images.join();
    expect(clevrTask(task, { size: 16, count: 5 }).get(3, rng).images.join()).toBe(first);
    expect(clevrTask(task, { size: 16, count: 5, seed: 1 }).get(3, rng).images.join()).not.toBe(first);
    expect(clevrTask(task, { size: 16, count: 5, split: "test" }).get(3, rng).images.join()).not.toBe(first);
    expect(clevrTask(task).length).toBe(10_000);
    if (task === "identity-rules") {
      expect(() => clevrTask(task, { count: 120_961 })).toThrow(
        "count is 120961, accepted: a whole number from 1 to 120960",
      );
    }
    expect(() => clevrTask(task, { size: 8 })).toThrow(
      `clevr/${task}: size is 8, accepted: a whole number from 16 to 320`,
    );
    expect(() => clevrTask(task, { size: 16, count: 5 }).get(5, rng)).toThrow(
      "index is 5, accepted: a whole number from 0 to 4",
    );
  });
});

describe("clevrDisplays", () => {
  test("have 1 to 6 objects as often, each visible", () => {
    const size = 32;
    const set = clevrDisplays({ size, seed: 1 });
    const counts = [0, 0, 0, 0, 0, 0, 0];
    for (let index = 0; index < 300; index++) {
      const { image, owners } = set.get(index, rng);
      expect(image.every((value) => value >= 0 && value <= 1)).toBe(true);
      const objects = Math.max(...owners);
      counts[objects]!++;
      expect(new Set(owners).size).toBe(objects + 1);
    }
    expect(counts[0]).toBe(0);
    // Each is binomial(300, ⅙): standard deviation 6.5.
    for (const count of counts.slice(1)) expect(Math.abs(count - 50)).toBeLessThan(5 * 6.5);
  });

  test("places are random where objects are wholly in the picture and do not meet", () => {
    const random = new Random("places");
    const sides = { column: [1, 0], row: [1, 0] } as Record<"column" | "row", [number, number]>;
    for (let i = 0; i < 200; i++) {
      const { solids } = randomScene(6, random);
      for (const [at, { object, x, y }] of solids.entries()) {
        const { extent } = clevrSizes[object[2]]!;
        for (const point of surface(object[1], extent, x, y)) {
          const [column, row] = seen(point, 1);
          sides.column = [Math.min(sides.column[0], column), Math.max(sides.column[1], column)];
          sides.row = [Math.min(sides.row[0], row), Math.max(sides.row[1], row)];
        }
        for (const other of solids.slice(0, at)) expect(clearance(solids[at]!, other)).toBeGreaterThan(0);
      }
    }
    // Up to the edges of the picture, but for the top, where the ground is far away.
    for (const [least, most] of [sides.column, sides.row]) {
      expect(least).toBeGreaterThan(0);
      expect(most).toBeLessThan(1);
      expect(most).toBeGreaterThan(0.95);
    }
    expect(sides.column[0]).toBeLessThan(0.05);
    expect(sides.row[0]).toBeLessThan(0.25);
  });

  test("numbers of objects can be chosen; splits differ; the paper's sizes", () => {
    expect(clevrDisplays().length).toBe(90_000);
    expect(clevrDisplays({ split: "validation" }).length).toBe(10_000);
    const two = clevrDisplays({ size: 32, fewest: 2, most: 2 });
    for (let i = 0; i < 10; i++) expect(Math.max(...two.get(i, rng).owners)).toBe(2);
    const other = clevrDisplays({ size: 32, fewest: 2, most: 2, split: "validation" });
    expect(other.get(0, rng).image.join()).not.toBe(two.get(0, rng).image.join());
    expect(() => clevrDisplays({ most: 7 })).toThrow(
      "clevr/displays: most is 7, accepted: a whole number from 1 to 6",
    );
    expect(() => clevrDisplays({ fewest: 4, most: 3 })).toThrow(
      "fewest is 4, accepted: a whole number from 1 to 3",
    );
  });
});
