// Reads the objects of a problem from its pixels, without knowing how they were moved, and solves it from them.
import { artTask, artTaskNames, objectPixels, objectsFrom, type TaskSet } from "@throughline/ocra";
import { Generator } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import { solve, type View } from "./solver.js";

const objects = objectsFrom("tasks");
const rng = Generator.create({ seed: 8 });

interface Seen {
  readonly object: number;
  /** Of the ink's top left pixel, in the picture. */
  readonly top: number;
  readonly left: number;
}

/** The ink in one part of a picture, cut out and compared, cell by cell of a 6 × 6 grid, with every object. */
function look(picture: Float32Array, size: number, rows: [number, number], columns: [number, number]): Seen {
  const dark: [number, number][] = [];
  for (let y = rows[0]; y < rows[1]; y++)
    for (let x = columns[0]; x < columns[1]; x++) if (picture[y * size + x]! < 0.97) dark.push([y, x]);
  const [top, bottom] = [Math.min(...dark.map(([y]) => y)), Math.max(...dark.map(([y]) => y)) + 1];
  const [left, right] = [Math.min(...dark.map(([, x]) => x)), Math.max(...dark.map(([, x]) => x)) + 1];
  // Where an object's edge is faint, its box is found a pixel too small or too large, but its middle is found.
  const [middle, centre, half] = [(top + bottom) / 2, (left + right) / 2, (15 * size) / 160];
  const ink = (y: number, x: number): number => 1 - picture[y * size + x]!;
  const seen = cells(ink, middle - half, middle + half, centre - half, centre + half);
  const distances = prints.map((print) =>
    print.reduce((sum, value, at) => sum + (value - seen[at]!) ** 2, 0),
  );
  return { object: distances.indexOf(Math.min(...distances)), top, left };
}

const grid = 10;

/** Mean ink of each cell of a grid over a box, by sampling 8 × 8 points of each. */
function cells(
  ink: (y: number, x: number) => number,
  top: number,
  bottom: number,
  left: number,
  right: number,
): number[] {
  const points = grid * 8;
  const sums = new Array<number>(grid * grid).fill(0);
  for (let i = 0; i < points; i++) {
    const y = Math.floor(top + ((i + 0.5) * (bottom - top)) / points);
    for (let j = 0; j < points; j++) {
      const x = Math.floor(left + ((j + 0.5) * (right - left)) / points);
      sums[Math.floor(i / 8) * grid + Math.floor(j / 8)]! += ink(y, x) / 64;
    }
  }
  return sums;
}

const prints = objects.names.map((_, object) => {
  const pixels = objectPixels(objects, object);
  return cells((y, x) => 1 - pixels[32 * y + x]! / 255, 1, 31, 1, 31);
});

/** What stands where in a task's pictures, as a reader of the paper's figure would divide them. */
const parts: Readonly<
  Record<string, readonly { role: string; rows: [number, number]; columns: [number, number] }[]>
> = {
  "art/same-different": [
    { role: "first", rows: [0, 1], columns: [0, 1 / 2] },
    { role: "second", rows: [0, 1], columns: [1 / 2, 1] },
  ],
  "art/rmts": ["source", "choice"].flatMap((role, at) =>
    [0, 1].map((side): (typeof parts)[string][number] => ({
      role,
      rows: [at / 2, (at + 1) / 2],
      columns: [side / 2, (side + 1) / 2],
    })),
  ),
};

function matrixParts(): (typeof parts)[string] {
  const edges = [0, 0.4, 0.7, 1];
  return ["row 1", "row 2"].flatMap((row, at) =>
    [0, 1, 2].map((column): (typeof parts)[string][number] => ({
      role: at === 1 && column === 2 ? "choice" : row,
      rows: [at / 2, (at + 1) / 2],
      columns: [edges[column]!, edges[column + 1]!],
    })),
  );
}

function views(set: TaskSet, index: number): (Seen & { role: string })[][] {
  const { images } = set.get(index, rng);
  const size = set.shape.width;
  return Array.from({ length: set.views }, (_, view) => {
    const picture = images.subarray(view * size * size, (view + 1) * size * size);
    const pixels = ([from, to]: [number, number]): [number, number] => [
      Math.round(from * size),
      Math.round(to * size),
    ];
    return (parts[set.name] ?? matrixParts()).map(({ role, rows, columns }) => ({
      role,
      ...look(picture, size, pixels(rows), pixels(columns)),
    }));
  });
}

describe.each(artTaskNames)("%s", (task) => {
  test.each([
    [160, 40],
    [128, 25],
    [64, 25],
  ])("at %i pixels, %i problems are solved from their pixels", (size, count) => {
    const set = artTask(task, { m: 50, size, seed: 2 });
    for (let index = 0; index < count; index++) {
      const seen: View[] = views(set, index);
      const { views: described, rule, target } = set.describe(index);
      expect(seen.map((view) => view.map(({ object }) => object))).toEqual(
        described.map((view) => view.map(({ object }) => object)),
      );
      expect(solve(set.name, seen)).toEqual({ rule, target });
      expect(set.get(index, rng).target).toBe(target);
    }
  });

  test("objects are moved by −5 to 4 pixels each way, each on its own in every view and at every access", () => {
    const set = artTask(task, { m: 0, size: 160 });
    const offsets: number[][] = [];
    const times = new Map<number, number>();
    for (let access = 0; access < 40; access++) {
      const seen = views(set, access % 2);
      const placed = set.describe(access % 2).views;
      const moved = seen.flatMap((view, v) =>
        view.flatMap(({ top, left }, at) => {
          const { row, column } = placed[v]![at]!;
          return [top - 1 + 16 - row * 160, left - 1 + 16 - column * 160];
        }),
      );
      offsets.push(moved.map(Math.round));
      for (const by of offsets.at(-1)!) times.set(by, (times.get(by) ?? 0) + 1);
    }
    expect([...times.keys()].sort((a, b) => a - b)).toEqual([-5, -4, -3, -2, -1, 0, 1, 2, 3, 4]);
    const drawn = offsets.length * offsets[0]!.length;
    for (const count of times.values()) {
      expect(Math.abs(count - drawn / 10)).toBeLessThan(5 * Math.sqrt(drawn * 0.09));
    }
    expect(new Set(offsets.map((moved) => moved.join())).size).toBeGreaterThan(36);
    // No two of the numbers go together: neither in one access, nor from one object or view to the next.
    for (let other = 1; other < offsets[0]!.length; other++) {
      const equal = offsets.filter((moved) => moved[0] === moved[other]).length;
      expect(equal).toBeLessThan(20);
    }
  });
});
