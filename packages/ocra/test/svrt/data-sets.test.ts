// SVRT as data sets: sizes and balance, smaller pictures, flips, refusals.
import { svrtDisplays, svrtPicture, svrtTask } from "@throughline/ocra";
import { Generator, liveTensors, scope } from "@throughline/torch";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

let before = 0;
beforeEach(() => {
  before = liveTensors();
});
afterEach(() => expect(liveTensors()).toBe(before));

const rng = Generator.create({ seed: 1 });
const grey = (pixels: Uint8Array): number[] => Array.from(pixels, (value) => Math.fround(value / 255));

describe("svrtTask", () => {
  test("has the paper's numbers of pictures, half of each label", () => {
    expect(svrtTask().length).toBe(500);
    expect(svrtTask({ split: "validation" }).length).toBe(4000);
    expect(svrtTask({ split: "test" }).length).toBe(40_000);
    const set = svrtTask({ problem: 14, count: 60, flips: false });
    const targets = Array.from({ length: 60 }, (_, i) => scope(() => set.get(i, rng).target));
    expect(targets.filter((target) => target === 1).length).toBe(30);
    expect(() => set.get(60, rng)).toThrow(
      "svrt/problem: index is 60, accepted: a whole number from 0 to 59",
    );
  });

  test("picture i has label i mod 2 and is picture ⌊i/2⌋ of that label; each access gives the same", () => {
    const set = svrtTask({ problem: 9, seed: 4, split: "test" });
    for (const index of [0, 1, 6, 7]) {
      const { images, target } = set.get(index, rng);
      const label = (index % 2) as 0 | 1;
      const { pixels } = svrtPicture({
        problem: 9,
        label,
        seed: 4,
        split: "test",
        number: Math.floor(index / 2),
      });
      expect(target).toBe(label);
      expect(Array.from(images)).toEqual(grey(pixels));
      expect(Array.from(set.get(index, rng).images)).toEqual(Array.from(images));
      expect(set.describe(index)).toMatchObject({ target, answer: ["no", "yes"][label] });
    }
  });

  test("training pictures come in all four flips, as often", () => {
    const set = svrtTask({ problem: 22 });
    const plain = svrtTask({ problem: 22, flips: false }).get(3, rng).images;
    const flips = [
      (row: number, column: number) => [row, column],
      (row: number, column: number) => [row, 127 - column],
      (row: number, column: number) => [127 - row, column],
      (row: number, column: number) => [127 - row, 127 - column],
    ].map((move) =>
      Array.from(plain, (_, at) => {
        const [row, column] = move(Math.floor(at / 128), at % 128);
        return plain[row! * 128 + column!]!;
      }).join(),
    );
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 200; i++) counts[flips.indexOf(scope(() => set.get(3, rng)).images.join())]!++;
    expect(counts.reduce((a, b) => a + b)).toBe(200);
    // Each is binomial(200, ¼): standard deviation 6.1.
    for (const count of counts) expect(Math.abs(count - 50)).toBeLessThan(5 * 6.1);
  });

  test.each([64, 48, 100])("at %i pixels, each is the mean over the area that it covers", (size) => {
    const large = svrtTask({ problem: 5, flips: false }).get(1, rng).images;
    const small = svrtTask({ problem: 5, flips: false, size }).get(1, rng).images;
    // On a grid that both divide: every fine pixel lies in one old and one new pixel.
    const fine = (128 * size) / gcd(128, size);
    const [old, now] = [fine / 128, fine / size];
    for (const [row, column] of inkedPlaces(large, size)) {
      let sum = 0;
      for (let i = 0; i < now; i++) {
        for (let j = 0; j < now; j++) {
          sum += large[Math.floor((row * now + i) / old) * 128 + Math.floor((column * now + j) / old)]!;
        }
      }
      expect(small[row * size + column]!).toBeCloseTo(sum / (now * now), 5);
    }
  });

  test.each([
    [{ count: 501 }, "svrt/problem: count is 501; give an even number, half for each label"],
    [{ size: 200 }, "svrt/problem: size is 200, accepted: a whole number from 16 to 128"],
    [{ flips: 1 }, "svrt/problem: flips is 1; give true or false"],
    [{ problems: 3 }, "svrt/problem: there is no option problems; did you mean problem?"],
  ])("%o is refused", (options, message) => {
    expect(() => svrtTask(options as object)).toThrow(message);
  });
});

describe("svrtDisplays", () => {
  test("are the tasks' pictures in turn, each with its owners, and flipped together with them", () => {
    const displays = svrtDisplays({ problems: [4, 14], perProblem: 10, flips: false });
    expect(displays.length).toBe(20);
    expect(svrtDisplays().length).toBe(23 * 500);
    const task = svrtTask({ problem: 14, flips: false });
    const { image, owners } = displays.get(7, rng);
    expect(image.join()).toBe(task.get(3, rng).images.join());
    expect(new Set(owners)).toEqual(new Set([0, 1, 2, 3]));
    image.forEach((value, at) => {
      if (value < 1) expect(owners[at]).toBeGreaterThan(0); // every line has an owner
    });
    const flipped = svrtDisplays({ problems: [4, 14], perProblem: 10 });
    for (let i = 0; i < 8; i++) {
      const { image: lines, owners: whose } = scope(() => flipped.get(7, rng));
      lines.forEach((value, at) => {
        if (value < 1 && whose[at] === 0) throw new Error("a line without owner");
      });
      expect(whose.filter((owner) => owner > 0).length).toBe(owners.filter((owner) => owner > 0).length);
    }
  });

  test("at 64 pixels, every shape still owns some", () => {
    const displays = svrtDisplays({ perProblem: 2, size: 64, split: "validation" });
    for (let i = 0; i < displays.length; i++) {
      const { owners } = displays.get(i, rng);
      expect(new Set(owners).size).toBe(Math.max(...owners) + 1);
    }
  });

  test("no problems are refused", () => {
    expect(() => svrtDisplays({ problems: [] })).toThrow("svrt/displays: problems is empty");
    expect(() => svrtDisplays({ problems: [0] })).toThrow("SVRT has no problem 0");
  });
});

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/** New pixels that cover some ink, and a few that do not. */
function inkedPlaces(large: Float32Array, size: number): [number, number][] {
  const places = new Set<number>([0, size * size - 1]);
  large.forEach((value, at) => {
    if (value === 1) return;
    const [row, column] = [
      Math.floor((Math.floor(at / 128) * size) / 128),
      Math.floor(((at % 128) * size) / 128),
    ];
    places.add(row * size + column);
  });
  return [...places].map((at) => [Math.floor(at / size), at % size]);
}
