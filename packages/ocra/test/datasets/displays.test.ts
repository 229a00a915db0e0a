// Displays for pre-training: what is on them, found again from their pixels.
import {
  artDisplays,
  artTask,
  clevrTask,
  collateDisplays,
  objectPixels,
  objectsFrom,
} from "@throughline/ocra";
import { data, Generator, liveTensors, scope } from "@throughline/torch";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

let before = 0;
beforeEach(() => {
  before = liveTensors();
});
afterEach(() => expect(liveTensors()).toBe(before));

const rng = Generator.create({ seed: 1 });

/** Each owner's pixels as a box: the ink alone, what others own being white. */
function owned(
  image: Float32Array,
  owners: Uint8Array,
  size: number,
): Map<number, { box: number[]; ink: number[] }> {
  const found = new Map<number, { box: number[]; ink: number[] }>();
  for (const owner of new Set(owners)) {
    if (owner === 0) continue;
    const at = [...owners.keys()].filter((pixel) => owners[pixel] === owner);
    const rows = at.map((pixel) => Math.floor(pixel / size));
    const columns = at.map((pixel) => pixel % size);
    const box = [Math.min(...rows), Math.max(...rows), Math.min(...columns), Math.max(...columns)];
    found.set(owner, { box, ink: at.map((pixel) => 1 - image[pixel]!) });
  }
  return found;
}

describe("artDisplays", () => {
  test("on the canvas itself, each owner's pixels are exactly one object of the pool", () => {
    const pool = objectsFrom("pool");
    const keys = new Map<string, number>();
    const key = (ink: readonly number[]): string => ink.map((value) => Math.round(255 * value)).join();
    pool.names.forEach((_, object) => {
      const ink = Array.from(objectPixels(pool, object), (value) => (255 - value) / 255);
      keys.set(key(ink.filter((value) => value >= 0.1)), object);
    });
    const set = artDisplays({ size: 160, seed: 3 });
    for (let index = 0; index < 20; index++) {
      const { image, owners } = set.get(index, rng);
      const objects = owned(image, owners, 160);
      expect([...objects.keys()].sort()).toEqual(Array.from({ length: objects.size }, (_, at) => at + 1));
      const seen = [...objects.values()].map(({ ink }) => keys.get(key(ink)));
      expect(seen).not.toContain(undefined);
      expect(new Set(seen).size).toBe(seen.length); // all different
      const free = image.filter((_, pixel) => owners[pixel] === 0);
      expect(Math.min(...free)).toBeGreaterThan(0.9 - 1e-6);
    }
  });

  test("every number of objects from fewest to most is as likely", () => {
    const set = artDisplays({ size: 32, fewest: 2, most: 5 });
    const counts = new Map<number, number>();
    for (let index = 0; index < 2000; index++) {
      const objects = Math.max(...set.get(index, rng).owners);
      counts.set(objects, (counts.get(objects) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([2, 3, 4, 5]);
    // Each is binomial(2000, ¼): standard deviation 19.4.
    for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(5 * 19.4);
  });

  test.each([32, 64, 128])("at %i pixels, boxes keep apart and every object owns pixels", (size) => {
    const set = artDisplays({ size, fewest: 6 });
    for (let index = 0; index < 60; index++) {
      const { image, owners } = set.get(index, rng);
      expect(image.every((value) => value > -1e-6 && value <= 1)).toBe(true);
      const objects = owned(image, owners, size);
      expect(objects.size).toBe(6);
      for (const { box } of objects.values()) {
        const [top, bottom, left, right] = box as [number, number, number, number];
        expect(Math.max(bottom - top, right - left) + 1).toBeLessThanOrEqual(
          Math.ceil((30 * size) / 160) + 2,
        );
      }
    }
  });

  test("a display is a function of seed, split and number", () => {
    const image = (options: Parameters<typeof artDisplays>[0], index: number): string =>
      artDisplays({ size: 32, ...options })
        .get(index, rng)
        .image.join();
    const one = image({ seed: 5 }, 7);
    expect(image({ seed: 5, count: 10 }, 7)).toBe(one);
    const others = [image({ seed: 6 }, 7), image({ seed: 5 }, 8), image({ seed: 5, split: "validation" }, 7)];
    expect(new Set([one, ...others]).size).toBe(4);
  });

  test("objects may repeat if asked to", () => {
    const set = artDisplays({ size: 160, fewest: 6, repeats: 1 });
    const { image, owners } = set.get(0, rng);
    const inks = [...owned(image, owners, 160).values()].map(({ ink }) => ink.join());
    expect(inks).toHaveLength(6);
    expect(new Set(inks).size).toBe(1);
  });

  test("a loader gives [batch, 1, size, size] and [batch, size, size]", () => {
    const set = artDisplays({ size: 24, count: 10 });
    const loader = new data.DataLoader(set, { batchSize: 4, seed: 1, collate: collateDisplays });
    let [batches, at] = [0, 0];
    for (const { image, owners } of loader.sync()) {
      const rows = Math.min(4, 10 - 4 * batches++);
      expect([image.shape, owners.shape]).toEqual([
        [rows, 1, 24, 24],
        [rows, 24, 24],
      ]);
      expect([image.dtype, owners.dtype]).toEqual(["float32", "uint8"]);
      scope(() => {
        for (let row = 0; row < rows; row++, at++) {
          const expected = set.get(at, rng);
          expect(image.select(0, row).contiguous().toTypedArray()).toEqual(expected.image);
          expect(owners.select(0, row).contiguous().toTypedArray()).toEqual(expected.owners);
        }
      });
    }
    expect([batches, at]).toEqual([3, 10]);
  });

  test.each([
    [{ size: 8 }, /^art\/displays: size is 8, accepted: a whole number from 16 to 320$/],
    [{ most: 7 }, /^art\/displays: most is 7, accepted: a whole number from 1 to 6$/],
    [{ fewest: 4, most: 3 }, /^art\/displays: fewest is 4, accepted: a whole number from 1 to 3$/],
    [{ split: "test" as "train" }, /^art\/displays: split is "test", accepted: "train" or "validation"$/],
    [{ repeats: 2 }, /^art\/displays: repeats is 2, accepted: a number from 0 to 1$/],
    [{ sise: 64 } as object, /^art\/displays: there is no option sise; did you mean size\?$/],
  ])("%o is refused in a sentence", (options, sentence) => {
    expect(() => artDisplays(options)).toThrow(sentence);
  });

  test("a set says which edition of a generator it is from, where there is more than one", () => {
    const edition = (set: { readonly config?: Readonly<Record<string, unknown>> }) => set.config!.edition;
    expect(edition(artDisplays({ count: 1 }))).toBe("pool 2");
    expect(edition(artDisplays({ count: 1, objects: "tasks" }))).toBeUndefined();
    expect(edition(artTask("identity-rules", { m: 95 }))).toBe("identity-rules 2");
    expect(edition(artTask("rmts", { m: 95 }))).toBeUndefined();
    expect(edition(clevrTask("identity-rules", { count: 1 }))).toBe("identity-rules 2");
    expect(edition(clevrTask("rmts", { count: 1 }))).toBeUndefined();
  });

  test("a number that is not there is refused", () => {
    expect(() => artDisplays({ count: 5 }).get(5, rng)).toThrow(
      "art/displays: index is 5, accepted: a whole number from 0 to 4",
    );
  });
});
