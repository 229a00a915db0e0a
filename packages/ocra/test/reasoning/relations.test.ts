// From slots to a picture of relations: pairs, slots of objects, principal components; sizes of every model by arithmetic.
import { makeModel, modelNames, type PlacedObject, SlotScorer } from "@throughline/ocra";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { cat, Generator, randn, stack, type Tensor, tensor, zeros } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import { slotsOfObjects } from "../../src/experiments/task/placed-slots.js";
import { pairIndex, relationPoints } from "../../src/experiments/task/relation-points.js";
import { attentionOnObjects } from "../../src/metrics/attention-on-objects.js";
import { allPairs, entriesOf, pairsOf, sumsOf } from "../../src/reasoning/pairs.js";

checkLeaks();

describe("pairs", () => {
  test.each([2, 3, 6, 7])(
    "of %i slots are numbered row by row of the upper triangle, in either order",
    (count) => {
      let next = 0;
      for (let i = 0; i < count; i++) {
        for (let j = i; j < count; j++) {
          expect(pairIndex(i, j, count)).toBe(next);
          expect(pairIndex(j, i, count)).toBe(next);
          next++;
        }
      }
      expect(next).toBe((count * (count + 1)) / 2);
    },
  );

  scoped("tokens are in that order: matrices' entries, sums of vectors, and all pairs side by side", () => {
    const count = 4;
    const pairs = pairsOf(count, "cpu");
    const generator = Generator.create({ seed: 1 });
    const [matrix, x] = [randn([2, count, count], { generator }), randn([2, count, 3], { generator })];
    const [entries, sums] = [entriesOf(matrix, pairs), sumsOf(x, pairs)];
    const sided = allPairs(x);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        if (i <= j) {
          const at = pairIndex(i, j, count);
          expect(entries.at(1, at).item()).toBe(matrix.at(1, i, j).item());
          expect(sums.at(1, at).toArray()).toEqual(x.at(1, i).add(x.at(1, j)).toArray());
        }
        expect(sided.at(1, i, j).toArray()).toEqual(cat([x.at(1, i), x.at(1, j)]).toArray());
      }
    }
    generator.dispose();
  });
});

/** An object at a place of a picture. */
const placed = (object: number, row: number, column: number, role = "row 1"): PlacedObject => ({
  ...{ object, row, column, role, name: "" },
});

describe("slots of objects", () => {
  /** A map of 10 × 10 cells with all its attention at one of them. */
  const peak = (row: number, column: number): Float32Array => {
    const map = new Float32Array(100);
    map[10 * row + column] = 1;
    return map;
  };

  test("an object's slot is the one with most attention within a tenth of the picture", () => {
    const maps = [peak(1, 1), peak(8, 2), peak(5, 5)];
    const objects = [placed(0, 0.55, 0.55), placed(1, 0.15, 0.15), placed(2, 0.85, 0.25)];
    expect(slotsOfObjects(maps, [10, 10], objects)).toEqual([2, 0, 1]);
    // 0.1 away is no longer near, a little less is.
    expect(attentionOnObjects(maps, [10, 10], [placed(0, 0.25, 0.15)], 0.1)).toEqual([[0, 0, 0]]);
    expect(attentionOnObjects(maps, [10, 10], [placed(0, 0.249, 0.15)], 0.1)).toEqual([[1, 0, 0]]);
  });

  test("attention is added up over the box, down and across", () => {
    const even = new Float32Array(100).fill(0.01);
    const [[whole]] = attentionOnObjects([even], [10, 10], [placed(0, 0.5, 0.5)], 0.51) as [number[]];
    expect(whole).toBeCloseTo(1, 6);
    const [[box]] = attentionOnObjects([even], [10, 10], [placed(0, 0.5, 0.5)], 0.1) as [number[]];
    expect(box).toBeCloseTo(0.04, 6); // rows 4 and 5, columns 4 and 5
    const [[corner]] = attentionOnObjects([even], [10, 10], [placed(0, 0, 0)], 0.1) as [number[]];
    expect(corner).toBeCloseTo(0.01, 6);
    const [[wide]] = attentionOnObjects(
      [new Float32Array(50).fill(0.02)],
      [5, 10],
      [placed(0, 0.5, 0.5)],
      0.1,
    ) as [number[]];
    expect(wide).toBeCloseTo(0.04, 6); // row 2 of 5, columns 4 and 5 of 10
  });
});

describe("points of relations", () => {
  /** Attention of two slots, each at its own object of a picture of 2 × 2 cells. */
  const attention = (pictures: number): Tensor =>
    stack(
      Array.from({ length: pictures }, () =>
        tensor([
          [[1, 0], [0, 0]],
          [[0, 0], [0, 1]],
        ]),
      ),
    ); // biome-ignore format: maps
  const two = (a: number, b: number): PlacedObject[] => [placed(a, 0.25, 0.25), placed(b, 0.75, 0.75)];

  scoped("are the pair's tokens on the two directions of largest variance", () => {
    // Tokens of three pairs (0,0), (0,1), (1,1) in each of four pictures; only (0, 1) is of two objects.
    const rows = [
      [4, 1, 0],
      [-4, 1, 0],
      [0, -1, 0],
      [0, -1, 0],
    ];
    const noise = [9, 9, 9];
    const tokens = tensor(rows.map((row) => [noise, row, noise]));
    const points = relationPoints(tokens, attention(4), [two(1, 1), two(1, 2), two(3, 3), two(4, 5)]);
    expect(points.map(({ isSame }) => isSame)).toEqual([true, false, true, false]);
    // Centred, the first component is the first coordinate, the second the second, up to sign.
    for (const [i, { x, y }] of points.entries()) {
      expect(Math.abs(x)).toBeCloseTo(Math.abs(rows[i]![0]!), 5);
      expect(Math.abs(y)).toBeCloseTo(1, 5);
    }
    expect(Math.sign(points[0]!.x)).toBe(-Math.sign(points[1]!.x));
    expect(Math.sign(points[0]!.y)).toBe(-Math.sign(points[2]!.y));
  });

  scoped("objects of different roles, or in one slot, make none; a single one is no picture", () => {
    const tokens = zeros([2, 3, 3]);
    const roles = [placed(1, 0.25, 0.25, "source"), placed(2, 0.75, 0.75, "choice")];
    expect(relationPoints(tokens, attention(2), [roles, roles])).toEqual([]);
    const one = [placed(1, 0.25, 0.25), placed(2, 0.26, 0.26)];
    expect(relationPoints(tokens, attention(2), [one, one])).toEqual([]);
    expect(relationPoints(tokens, attention(2), [two(1, 1), roles])).toEqual([]);
  });
});

describe("parameters", () => {
  const linear = (inner: number, outer: number, bias = true): number => inner * outer + (bias ? outer : 0);
  const D = 64;
  const block = 2 * 2 * D + linear(D, 3 * 512, false) + linear(512, D) + linear(D, 512) + linear(512, D);
  const transformer = D + 6 * block + linear(D, 1);
  const norm = 2 * D;
  const relate = norm + 2 * linear(D, D) + linear(1, D);
  const pairMlp = linear(2 * D, 512) + linear(512, 256);
  const lstm = (inner: number, hidden: number): number => 4 * hidden * (inner + hidden + 2);
  const glimpses = (dim: number): number =>
    2 * dim + lstm(128, 512) + linear(512, 128) +
    128 * (128 + 2 * dim) + 3 * 128 + linear(128, 128) +
    linear(256, 512) + linear(512, 256) + linear(512 + 256, 1); // biome-ignore format: a sum
  const counts: Readonly<Record<string, number>> = {
    ocra: relate + transformer,
    "slot-transformer": norm + transformer,
    "without-relational-embeddings": norm + transformer,
    "without-slot-attention": relate + transformer,
    "slot-rn": norm + pairMlp + linear(256, 256) + linear(256, 1),
    "slot-in":
      norm + linear(D, 64) + linear(64, 64) + linear(2 * D, 64) + 2 * linear(64, 64) + 3 * linear(64, 64) +
      linear(D + 64, 32) + linear(32, D) + linear(D, 64) + linear(64, 1), // biome-ignore format: a sum
    "slot-corelnet": norm + linear(36, 256) + linear(256, 1),
    "slot-esbn": norm + 2 + lstm(257, 512) + linear(512, 256) + 2 * linear(512, 1),
    "slot-gamr": glimpses(D),
    "without-factorization": norm + linear(D, D) + linear(1, D) + transformer,
    "without-bottleneck": norm + linear(2 * D, 512) + linear(512, D) + transformer,
    "without-inner-product": norm + 2 * linear(D, D) + linear(2 * D, 1) + linear(1, D) + transformer,
    "outer-product": norm + 2 * linear(D, D) + linear(D * D, D) + transformer,
    "without-transformer": relate + linear(D, 256) + linear(256, 1),
  };

  test("the paper's: 1,193,729 of OCRA", () => {
    expect(counts.ocra).toBe(1_193_729);
  });

  for (const name of modelNames) {
    scoped(`${name}: as many as its layers have`, () => {
      using model = makeModel(name, {
        encoder: { slots: 6, dim: D },
        resnet: "resnet18-narrow",
        mae: "vit-narrow",
      });
      const found = [...model.parameters()].reduce((sum, { numel }) => sum + numel, 0);
      if (model instanceof SlotScorer) expect(found).toBe(counts[name]);
      else expect(found).toBeGreaterThan(100_000);
    });
  }
});
