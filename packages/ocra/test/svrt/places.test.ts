// Where SVRT's shapes are, how many there are and how large, by each problem's description: what the labels' checker does not
// look at.
import { type SvrtLabel, type SvrtPicture, svrtPicture, svrtProblems } from "@throughline/ocra";
import { describe, expect, test } from "vitest";

const drawn = new Map<string, SvrtPicture[]>();

/** Some pictures of a problem and label, drawn once. */
function pictures(problem: number, label: SvrtLabel, count: number): SvrtPicture[] {
  const key = `${problem} ${label}`;
  const known = drawn.get(key) ?? [];
  for (let number = known.length; number < count; number++)
    known.push(svrtPicture({ problem, label, seed: 77, number }));
  drawn.set(key, known);
  return known.slice(0, count);
}

const both = [0, 1] as const;
type Place = readonly [x: number, y: number];
const placesOf = ({ placements }: SvrtPicture): Place[] => placements.map(({ x, y }) => [x, y]);
const distance = ([a, b]: Place, [c, d]: Place): number => Math.hypot(a - c, b - d);

/** Groups of outlines with one source: how many shapes each has, fewest first. */
function groups({ placements }: SvrtPicture): number[] {
  const times = new Map<unknown, number>();
  for (const { outline } of placements) times.set(outline.source, (times.get(outline.source) ?? 0) + 1);
  return [...times.values()].sort((a, b) => a - b);
}

/** Shapes of each label, as sizes of the groups of copies. */
const shapes: Readonly<Record<number, readonly [zero: readonly number[], one: readonly number[]]>> = {
  1: [[1, 1], [2]],
  2: [[1, 1], [1, 1]],
  3: [[1, 1, 1, 1], [1, 1, 1, 1]],
  4: [[1, 1], [1, 1]],
  5: [[1, 1, 1, 1], [2, 2]],
  6: [[2, 2], [2, 2]],
  7: [[2, 2, 2], [3, 3]],
  9: [[3], [3]],
  10: [[4], [4]],
  11: [[1, 1], [1, 1]],
  12: [[1, 1, 1], [1, 1, 1]],
  13: [[2, 2], [2, 2]],
  14: [[3], [3]],
  15: [[1, 1, 1, 1], [4]],
  16: [[6], [6]],
  17: [[1, 3], [1, 3]],
  18: [[6], [6]],
  19: [[1, 1], [2]],
  20: [[1, 1], [2]],
  21: [[1, 1], [2]],
  22: [[1, 1, 1], [3]],
  23: [[1, 1, 1], [1, 1, 1]],
}; // biome-ignore format: a table

describe("shapes and copies", () => {
  test.each(Object.entries(shapes))("problem %s", (problem, counts) => {
    for (const label of both) {
      for (const picture of pictures(Number(problem), label, 12)) {
        expect(groups(picture)).toEqual(counts[label]);
        expect(picture).toMatchObject({ problem: Number(problem), label });
      }
    }
  });

  test("problem 8: a copy inside; or a copy outside, or another shape inside", () => {
    for (const picture of pictures(8, 1, 12)) expect(groups(picture)).toEqual([2]);
    const kinds = new Set(pictures(8, 0, 12).map((picture) => groups(picture).join()));
    expect(kinds).toEqual(new Set(["2", "1,1"]));
  });

  test("none but those of the problems that say so are scaled, turned or mirrored", () => {
    const scaled = [8, 9, 19, 21];
    const turned = [20, 21];
    const mirrored = [16, 20];
    for (const { number } of svrtProblems) {
      const all = both.flatMap((label) => pictures(number, label, 8)).flatMap(({ placements }) => placements);
      expect(
        all.some(({ outline }) => outline.scale !== 1),
        `scaled in ${number}`,
      ).toBe(scaled.includes(number));
      expect(
        all.some(({ outline }) => outline.rotation !== 0),
        `turned in ${number}`,
      ).toBe(turned.includes(number));
      expect(
        all.some(({ outline }) => outline.mirrored),
        `mirrored in ${number}`,
      ).toBe(mirrored.includes(number));
    }
  });

  test("halves are halves: problems 8 and 9", () => {
    for (const label of both) {
      for (const { placements } of pictures(8, label, 8)) {
        expect(placements.map(({ outline }) => outline.scale)).toEqual([1, 0.5]);
      }
      for (const { placements } of pictures(9, label, 8)) {
        expect(placements.map(({ outline }) => outline.scale).sort()).toEqual([0.5, 0.5, 1]);
      }
    }
  });

  test.each([19, 21])(
    "problem %i: the larger of two is as drawn, the other a quarter of it or more",
    (problem) => {
      const ratios: number[] = [];
      for (const label of both) {
        for (const { placements } of pictures(problem, label, 25)) {
          const [small, large] = placements.map(({ outline }) => outline.scale).sort((a, b) => a - b);
          expect(large).toBe(1);
          expect(small).toBeGreaterThan(0.25);
          ratios.push(small!);
        }
      }
      expect(Math.min(...ratios)).toBeLessThan(0.6);
      expect(Math.max(...ratios)).toBeGreaterThan(0.8);
    },
  );

  test("problem 21 turns by any angle, each shape by its own", () => {
    const angles = both.flatMap((label) =>
      pictures(21, label, 25).map(({ placements }) => placements.map(({ outline }) => outline.rotation)),
    );
    for (const [a, b] of angles) expect(a).not.toBe(b);
    const quarters = [0, 0, 0, 0];
    for (const angle of angles.flat()) quarters[Math.floor(angle / (Math.PI / 2))]!++;
    // Each is binomial(100, ¼): 25 ± 4.3.
    for (const count of quarters) expect(Math.abs(count - 25)).toBeLessThan(6 * 4.3);
  });
});

describe("places", () => {
  test.each([14, 16, 18, 22])("problem %i: free places are 10 to 117", (problem) => {
    for (const label of both) {
      for (const picture of pictures(problem, label, 20)) {
        const free = problem === 16 || problem === 18 ? 3 : 2;
        for (const [x, y] of placesOf(picture).slice(0, free)) {
          expect(Math.min(x, y)).toBeGreaterThanOrEqual(10);
          expect(Math.max(x, y)).toBeLessThanOrEqual(117);
        }
      }
    }
  });

  test("problem 2: the small shape is within 48 of the large one's centre", () => {
    for (const label of both) {
      for (const picture of pictures(2, label, 15)) {
        const [[x, y], [u, v]] = placesOf(picture) as [Place, Place];
        expect(Math.max(Math.abs(u - x), Math.abs(v - y))).toBeLessThanOrEqual(48);
      }
    }
  });

  test.each([
    [6, 21],
    [10, 21],
    [15, 21],
    [17, 21],
  ])("problem %i: no two places are nearer than %i in both coordinates", (problem, reach) => {
    for (const label of both) {
      for (const picture of pictures(problem, label, 15)) {
        const places = placesOf(picture);
        for (const [i, [x, y]] of places.entries()) {
          for (const [u, v] of places.slice(0, i)) {
            expect(Math.max(Math.abs(u - x), Math.abs(v - y))).toBeGreaterThanOrEqual(reach);
          }
        }
      }
    }
  });

  test.each([
    [10, [1]],
    [15, [0, 1]],
  ] as const)(
    "problem %i: squares have a radius of at most 64 about their centre, and any angle",
    (problem, labels) => {
      const angles: number[] = [];
      for (const label of labels) {
        for (const picture of pictures(problem, label as SvrtLabel, 30)) {
          const [a, b, c, d] = placesOf(picture) as [Place, Place, Place, Place];
          expect(Math.abs(distance(a, c) - distance(b, d))).toBeLessThan(4); // diagonals, in whole pixels
          expect(distance(a, c) / 2).toBeLessThanOrEqual(64 + Math.SQRT2);
          expect((a[0] + c[0]) / 2 - (b[0] + d[0]) / 2).toBeLessThan(2);
          angles.push(Math.atan2(a[1] - c[1], a[0] - c[0]));
        }
      }
      expect(angles.filter((angle) => angle > 0).length).toBeGreaterThan(3);
      expect(angles.filter((angle) => angle < 0).length).toBeGreaterThan(3);
    },
  );

  test("problem 12: the pair is opposite the lone shape, and nearer to each other than to it", () => {
    for (const label of both) {
      for (const picture of pictures(12, label, 30)) {
        const places = placesOf(picture);
        // The large shape comes first; it is the lone one for label 1 and one of the pair for label 0.
        const sides = [
          distance(places[1]!, places[2]!),
          distance(places[0]!, places[2]!),
          distance(places[0]!, places[1]!),
        ];
        const lone = sides.indexOf(Math.min(...sides));
        expect(lone === 0).toBe(label === 1);
        // Apertures are at most a quarter of a turn to either side: the pair's side is no longer than √2 radii.
        const [near, ...far] = sides.sort((a, b) => a - b);
        expect(near!).toBeLessThan(Math.min(...far) + 2);
      }
    }
  });

  test("problem 9: the middle shape divides the line between a quarter and three quarters", () => {
    for (const label of both) {
      for (const picture of pictures(9, label, 30)) {
        const [p, q, r] = placesOf(picture) as [Place, Place, Place];
        const sides = [
          { ends: [q, r], middle: p },
          { ends: [p, r], middle: q },
          { ends: [p, q], middle: r },
        ] as const;
        const { ends, middle } = sides.reduce((best, one) =>
          distance(...(one.ends as [Place, Place])) > distance(...(best.ends as [Place, Place])) ? one : best,
        );
        const share = distance(ends[0], middle) / distance(ends[0], ends[1]);
        expect(share).toBeGreaterThan(0.25 - 0.06);
        expect(share).toBeLessThan(0.75 + 0.06);
      }
    }
  });

  test("problem 6, label 1: both pairs have one distance; label 0: theirs differ by 21 or more", () => {
    for (const label of both) {
      for (const picture of pictures(6, label, 15)) {
        const [a, b, c, d] = placesOf(picture) as [Place, Place, Place, Place];
        const apart = Math.abs(distance(a, b) - distance(c, d));
        if (label === 1) expect(apart).toBeLessThan(4);
        else expect(apart).toBeGreaterThanOrEqual(21);
      }
    }
  });

  test("problem 18, label 0: heights agree, columns are free; label 1: columns are mirrored", () => {
    let mirrored = 0;
    for (const label of both) {
      for (const picture of pictures(18, label, 20)) {
        const places = placesOf(picture);
        for (let i = 0; i < 3; i++) {
          const [[x, y], [u, v]] = [places[i]!, places[i + 3]!];
          expect(v).toBe(y);
          if (label === 1) expect(u).toBe(128 - x);
          else if (u === 128 - x) mirrored++;
        }
      }
    }
    expect(mirrored).toBeLessThan(5); // by chance, 1 of 108
  });
});

describe("what must not tell the label", () => {
  const ink = ({ pixels }: SvrtPicture): number => pixels.filter((value) => value === 0).length;
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const deviation = (values: readonly number[]): number => {
    const middle = mean(values);
    return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
  };

  // Problems whose labels have shapes of one size, and differ by which are copies or where they are.
  test.each([1, 5, 6, 10, 14, 15, 16, 18, 20, 22])("problem %i: the amount of ink", (problem) => {
    const [zero, one] = both.map((label) => pictures(problem, label, 60).map(ink)) as [number[], number[]];
    const error = Math.hypot(deviation(zero), deviation(one)) / Math.sqrt(60);
    expect(Math.abs(mean(zero) - mean(one))).toBeLessThan(5 * error);
  });
});
