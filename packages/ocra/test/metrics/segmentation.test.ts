// Scores of slots: by hand, and against a formula over pairs of pixels.
import { Random } from "@throughline/lab/random";
import { segmentation, slotScores, slotSegmentations } from "@throughline/ocra";
import { fromTypedArray, liveTensors, rand, scope } from "@throughline/torch";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

let before = 0;
beforeEach(() => {
  before = liveTensors();
});
afterEach(() => expect(liveTensors()).toBe(before));

/**
 * The adjusted Rand index from pairs of pixels: a together in both, b and c in one only, d in neither;
 * 2(ad − bc) / ((a + b)(b + d) + (a + c)(c + d)). Source: the pair-counting form, Steinley 2004.
 */
function byPairs(first: ArrayLike<number>, second: ArrayLike<number>): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < first.length; i++) {
    for (let j = 0; j < i; j++) {
      const [one, two] = [first[i] === first[j], second[i] === second[j]];
      if (one && two) a++;
      else if (one) b++;
      else if (two) c++;
      else d++;
    }
  }
  return (2 * (a * d - b * c)) / ((a + b) * (b + d) + (a + c) * (c + d));
}

describe("by hand", () => {
  // Two objects of three pixels and a background of four.
  const owners = [0, 0, 1, 1, 1, 2, 2, 2, 0, 0];

  test("each object in a slot of its own", () => {
    const perfect = segmentation(owners, [3, 3, 0, 0, 0, 1, 1, 1, 3, 3]);
    expect(perfect).toEqual({ objects: 2, owned: 2, ari: 1, foregroundAri: 1 });
  });

  test("a background divided among the slots costs nothing but the full index", () => {
    const { owned, foregroundAri, ari } = segmentation(owners, [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
    expect([owned, foregroundAri]).toEqual([2, 1]);
    // n = (2 2 | 3 0 | 0 3): together 1+1+3+3 = 8; A = 6+3+3 = 12; B = 20; E = 12·20/45 = 16/3.
    expect(ari).toBeCloseTo((8 - 16 / 3) / (16 - 16 / 3), 12);
  });

  test("two objects in one slot are owned by none", () => {
    expect(segmentation(owners, [1, 1, 0, 0, 0, 0, 0, 0, 1, 1])).toMatchObject({
      owned: 0,
      foregroundAri: 0,
    });
  });

  test("an object divided in two: the larger part must be more than half", () => {
    // Object 1 has 2 of 3 pixels in slot 0; object 2 is in slot 1 but for one pixel.
    expect(segmentation(owners, [3, 3, 0, 0, 2, 1, 1, 2, 3, 3]).owned).toBe(2);
    const half = segmentation([1, 1, 2, 2], [0, 1, 2, 2]);
    expect(half.owned).toBe(1);
    expect(segmentation([1, 1, 1, 2, 2, 2], [0, 0, 1, 2, 2, 2], 0.7).owned).toBe(1);
  });

  test("one slot with most of two objects owns neither, though each has it to itself", () => {
    expect(segmentation([1, 1, 1, 2, 2, 2, 3], [0, 0, 1, 0, 0, 2, 3]).owned).toBe(1);
  });

  test("numbers that own no pixel are no objects; fewer than two objects have no foreground index", () => {
    expect(segmentation([0, 3, 3, 0], [1, 0, 0, 1])).toEqual({
      objects: 1,
      owned: 1,
      ari: 1,
      foregroundAri: null,
    });
    expect(segmentation([0, 0], [1, 0])).toMatchObject({ objects: 0, owned: 0, foregroundAri: null });
  });
});

describe("what is refused", () => {
  test.each([
    ["fewer slots than owners", [1, 2], [1], /owners for 2 pixels and slots for 1/],
    ["no pixels", [], [], /owners for 0 pixels and slots for 0; give both for the same, at least one/],
    ["a negative owner", [-1, 2], [1, 1], /owners have -1 at pixel 0; give whole numbers from 0/],
    ["half a slot", [1, 2], [1, 0.5], /slots have 0.5 at pixel 1/],
    ["no number", [1, Number.NaN], [1, 1], /owners have NaN at pixel 1/],
  ] as [string, number[], number[], RegExp][])("%s", (_name, owners, slots, message) => {
    expect(() => segmentation(owners, slots)).toThrow(message);
  });

  test("shares that let two slots own an object, and lists that are none", () => {
    expect(() => segmentation([1], [1], 0.2)).toThrow("segmentation: share is 0.2");
    expect(() => segmentation([1], undefined as unknown as number[])).toThrow("slots are undefined");
  });

  test("numbers may be as large as they like", () => {
    const far = 2 ** 40;
    expect(segmentation([0, far, far, 3], [far, 7, 7, 1])).toEqual(segmentation([0, 1, 1, 2], [0, 1, 1, 2]));
  });
});

test("random partitions: the index is that of pairs of pixels", () => {
  const random = new Random("partitions");
  for (let trial = 0; trial < 50; trial++) {
    const pixels = 20 + random.below(30);
    const owners = Array.from({ length: pixels }, () => random.below(4));
    const slots = owners.map((owner) => (random.unit() < trial / 50 ? owner + 1 : random.below(6)));
    const { ari, foregroundAri } = segmentation(owners, slots);
    expect(ari).toBeCloseTo(byPairs(owners, slots), 10);
    const inside = [...owners.keys()].filter((at) => owners[at] !== 0);
    const expected = byPairs(
      inside.map((at) => owners[at]!),
      inside.map((at) => slots[at]!),
    );
    expect(foregroundAri).toBeCloseTo(expected, 10);
  }
});

describe("slotSegmentations", () => {
  const pictures = [
    [0, 1, 1, 2, 2, 0],
    [0, 0, 1, 1, 2, 2],
  ];
  const slots = [
    [2, 0, 0, 1, 1, 2],
    [1, 1, 0, 0, 0, 2],
  ];
  // Masks that are largest at the given slot, and sum to 1.
  const masks = Float32Array.from(
    slots.flatMap((chosen) =>
      [0, 1, 2].flatMap((slot) => chosen.map((winner) => (winner === slot ? 0.4 : 0.3))),
    ),
  );

  test("takes the largest mask of each pixel", () => {
    scope(() => {
      const owners = fromTypedArray(Uint8Array.from(pictures.flat()), [2, 2, 3]);
      const expected = pictures.map((picture, at) => segmentation(picture, slots[at]!));
      expect(slotSegmentations(owners, fromTypedArray(masks, [2, 3, 2, 3]))).toEqual(expected);
      expect(slotSegmentations(owners, fromTypedArray(masks, [2, 3, 1, 2, 3]))).toEqual(expected);
    });
  });

  test("is refused in a sentence for other shapes and shares", () => {
    scope(() => {
      const owners = fromTypedArray(Uint8Array.from(pictures.flat()), [2, 2, 3]);
      expect(() => slotSegmentations(owners, rand([2, 3, 3, 2]))).toThrow(
        "owners are [2,2,3] and masks [2,3,3,2]; give [batch, height, width] and [batch, slots, height, width]",
      );
      expect(() => slotSegmentations(owners, rand([2, 3, 2, 3]), { share: 0.2 })).toThrow("share is 0.2");
    });
  });

  test("slotScores: shares over objects, means over displays", () => {
    const scores = slotScores([
      { objects: 3, owned: 3, ari: 1, foregroundAri: 0.5 },
      { objects: 1, owned: 0, ari: 0.5, foregroundAri: null },
    ]);
    expect(scores).toEqual({ displays: 2, objects: 4, owned: 0.75, ari: 0.75, foregroundAri: 0.5 });
    expect(slotScores([])).toEqual({ displays: 0, objects: 0, owned: 0, ari: 0, foregroundAri: null });
  });
});
