// SVRT's pixels against slow geometry: what a line covers, encloses and is near to, and how pictures are made smaller.
import { Random } from "@throughline/lab/random";
import { describe, expect, test } from "vitest";
import { Drawing, type Placement, side } from "../../src/svrt/drawing.js";
import { Outline, randomOutline } from "../../src/svrt/outline.js";
import { anywhere, cluttered, inset } from "../../src/svrt/problem.js";
import { covered, distances, linesNear, nearest, overlap } from "../../src/svrt/region.js";
import { shrink, shrinkOwners } from "../../src/svrt/resize.js";
import { Stamp } from "../../src/svrt/stamp.js";

/** A closed curve through corners, with points a tenth of a pixel apart. */
function polygon(...corners: readonly (readonly [number, number])[]): Outline {
  const points = corners.flatMap(([x, y], i) => {
    const [nextX, nextY] = corners[(i + 1) % corners.length]!;
    const steps = Math.max(1, Math.ceil(10 * Math.hypot(nextX - x, nextY - y)));
    return Array.from({ length: steps }, (_, k) => [
      x + ((nextX - x) * k) / steps,
      y + ((nextY - y) * k) / steps,
    ]);
  });
  return new Outline(
    Float64Array.from(points, ([x]) => x!),
    Float64Array.from(points, ([, y]) => y!),
  );
}

const square = polygon([-3.5, -2.5], [4.5, -2.5], [4.5, 3.5], [-3.5, 3.5]);

/** `x,y` of places. */
const set = (places: Int16Array): Set<string> => {
  const found = new Set<string>();
  for (let i = 0; i < places.length; i += 2) found.add(`${places[i]},${places[i + 1]}`);
  return found;
};

describe("the pixels of an outline", () => {
  test("a rectangle's line is its frame, its silhouette all of it", () => {
    const { stamp } = square;
    const [frame, whole] = [new Set<string>(), new Set<string>()];
    for (let x = -4; x <= 4; x++) {
      for (let y = -3; y <= 3; y++) {
        whole.add(`${x},${y}`);
        if (x === -4 || x === 4 || y === -3 || y === 3) frame.add(`${x},${y}`);
      }
    }
    expect(set(stamp.contour)).toEqual(frame);
    expect(set(stamp.silhouette)).toEqual(whole);
    expect([stamp.left, stamp.right, stamp.top, stamp.bottom]).toEqual([-4, 4, -3, 3]);
  });

  test("a pixel is inside, on the line or outside; the three never meet", () => {
    const { stamp } = square;
    const line = set(stamp.contour);
    for (let x = -8; x <= 8; x++) {
      for (let y = -8; y <= 8; y++) {
        const on = line.has(`${x},${y}`);
        const within = Math.abs(x) < 4 && Math.abs(y) < 3;
        expect([stamp.isInside(x, y), stamp.isOutside(x, y)]).toEqual([within, !within && !on]);
      }
    }
  });

  test("a pocket that the line closes off is neither inside nor outside, and part of the silhouette", () => {
    // A room of 12 × 8 around the centre; above it a chamber whose way in is one column wide, closed by the line itself.
    const x = [-6, 6, 6, 2, 2, 5, 5, -5, -5, 1.5, 1.5, -6];
    const y = [4, 4, -4, -4, -6, -6, -10, -10, -6, -6, -4, -4];
    const { stamp } = polygon(...x.map((value, i) => [value + 0.5, y[i]! + 0.5] as const));
    expect(stamp.isInside(0, 0)).toBe(true);
    expect(stamp.isInside(0, -8)).toBe(false);
    expect(stamp.isOutside(0, -8)).toBe(false);
    expect(stamp.isOutside(6, -8)).toBe(true);
    expect(set(stamp.silhouette).has("0,-8")).toBe(true);
  });

  test.each([0, 1, 2, 3])(
    "random outline %i: flooding agrees with counting crossings, away from the line",
    (seed) => {
      const outline = randomOutline(new Random("geometry", seed), 30, 8);
      const { stamp, x, y } = outline;
      const line = set(stamp.contour);
      const winding = (px: number, py: number): boolean => {
        let isInside = false;
        for (let i = 0, j = x.length - 1; i < x.length; j = i++) {
          if (y[i]! > py === y[j]! > py) continue;
          if (px < x[i]! + ((py - y[i]!) / (y[j]! - y[i]!)) * (x[j]! - x[i]!)) isInside = !isInside;
        }
        return isInside;
      };
      let compared = 0;
      for (let px = -32; px <= 32; px++) {
        for (let py = -32; py <= 32; py++) {
          if (line.has(`${px},${py}`)) continue;
          const middle = winding(px + 0.5, py + 0.5);
          if (stamp.isInside(px, py)) expect(middle).toBe(true);
          if (stamp.isOutside(px, py)) expect(middle).toBe(false);
          compared++;
        }
      }
      expect(compared).toBeGreaterThan(3000);
    },
  );

  test("the line is connected, corner to corner counting, and closed", () => {
    for (let seed = 0; seed < 5; seed++) {
      const line = set(randomOutline(new Random("connected", seed), 21, 2).stamp.contour);
      const [start] = line;
      const queue = [start!];
      const reached = new Set(queue);
      for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
        const [px, py] = at.split(",").map(Number) as [number, number];
        for (const dx of [-1, 0, 1]) {
          for (const dy of [-1, 0, 1]) {
            const next = `${px + dx},${py + dy}`;
            if (line.has(next) && !reached.has(next)) {
              reached.add(next);
              queue.push(next);
            }
          }
        }
      }
      expect(reached.size).toBe(line.size);
    }
  });
});

describe("random outlines", () => {
  const drawn = Array.from({ length: 40 }, (_, seed) => randomOutline(new Random("outlines", seed), 21, 5));

  test("stay between both circles, with neighbours a quarter of a pixel apart at most", () => {
    for (const { x, y } of drawn) {
      x.forEach((px, i) => {
        const radius = Math.hypot(px, y[i]!);
        expect(radius).toBeGreaterThanOrEqual(5 - 1e-9);
        expect(radius).toBeLessThan(21 + 1e-9);
        // Each coordinate by at most ¼ before the curve was turned.
        const next = (i + 1) % x.length;
        expect(Math.hypot(x[next]! - px, y[next]! - y[i]!)).toBeLessThanOrEqual(Math.SQRT2 / 4 + 1e-9);
      });
    }
  });

  test("go once around their centre", () => {
    for (const { x, y } of drawn) {
      let turned = 0;
      x.forEach((px, i) => {
        const next = (i + 1) % x.length;
        turned += Math.atan2(px * y[next]! - y[i]! * x[next]!, px * x[next]! + y[i]! * y[next]!);
      });
      expect(Math.abs(turned)).toBeCloseTo(2 * Math.PI, 9);
    }
  });

  test("are turned by any angle: their farthest points lie in all directions", () => {
    const angles = Array.from({ length: 400 }, (_, seed) => {
      const { x, y } = randomOutline(new Random("angles", seed), 10, 1);
      const far = x.reduce(
        (best, px, i) => (Math.hypot(px, y[i]!) > Math.hypot(x[best]!, y[best]!) ? i : best),
        0,
      );
      return Math.atan2(y[far]!, x[far]!);
    });
    const eighths = new Array<number>(8).fill(0);
    for (const angle of angles) eighths[Math.min(7, Math.floor(((angle + Math.PI) / (2 * Math.PI)) * 8))]!++;
    // Each is binomial(400, 1/8): 50 ± 6.6.
    for (const count of eighths) expect(Math.abs(count - 50)).toBeLessThan(6 * 6.6);
  });

  test("a copy is mirrored, then scaled, then turned, whatever was copied before", () => {
    const [first] = drawn;
    const change = { mirrored: true, scale: 0.5, rotation: 0.7 };
    for (const copy of [first!.copy(change), first!.copy({ scale: 3 }).copy(change)]) {
      expect(copy.source).toBe(first);
      copy.x.forEach((px, i) => {
        const [u, v] = [-first!.x[i]! * 0.5, first!.y[i]! * 0.5];
        expect(px).toBeCloseTo(u * Math.cos(0.7) - v * Math.sin(0.7), 12);
        expect(copy.y[i]!).toBeCloseTo(u * Math.sin(0.7) + v * Math.cos(0.7), 12);
      });
    }
  });
});

describe("distances between shapes", () => {
  const placements: Placement[] = [
    { outline: square, x: 20, y: 30 },
    { outline: randomOutline(new Random("near", 1), 10, 3), x: 70, y: 80 },
  ];
  const filled = covered(placements);
  const pixels = placements.flatMap(({ outline, x, y }) =>
    [...set(outline.stamp.silhouette)].map((place) => {
      const [dx, dy] = place.split(",").map(Number) as [number, number];
      return [x + dx, y + dy] as const;
    }),
  );

  test("the filled pixels are those of the silhouettes", () => {
    const expected = new Set(pixels.map(([x, y]) => y * side + x));
    filled.forEach((value, at) => {
      expect(value).toBe(expected.has(at) ? 1 : 0);
    });
  });

  test("each pixel's distance is the least |Δx| + |Δy|", () => {
    const far = distances(filled);
    for (let at = 0; at < far.length; at += 7) {
      const [x, y] = [at % side, Math.floor(at / side)];
      const least = Math.min(...pixels.map(([px, py]) => Math.abs(px - x) + Math.abs(py - y)));
      expect(far[at]).toBe(Math.min(255, least));
    }
    expect(distances(new Uint8Array(side * side)).every((value) => value === 255)).toBe(true);
  });

  test("nearest and overlap look at all of a silhouette", () => {
    const far = distances(filled);
    for (const [x, y] of [
      [40, 30],
      [29, 30],
      [28, 36],
      [20, 40],
      [64, 60],
    ] as const) {
      const own = [...set(square.stamp.silhouette)].map((place) => {
        const [dx, dy] = place.split(",").map(Number) as [number, number];
        return (y + dy) * side + x + dx;
      });
      expect(nearest(far, square.stamp, x, y)).toBe(Math.min(...own.map((at) => far[at]!)));
      const shared = own.filter((at) => filled[at] === 1).length;
      expect(overlap(filled, square.stamp, x, y, 1000)).toBe(shared);
      expect(overlap(filled, square.stamp, x, y, 2)).toBe(Math.min(shared, 3)); // counting stops one beyond
    }
  });

  test("lines are near by the pixels between them: a ring of one to all sides, then steps to four", () => {
    const other: Placement = { outline: square, x: 50, y: 50 }; // columns 46 to 54, rows 47 to 53
    const at = (x: number, y: number, reach: number): boolean => linesNear(square.stamp, x, y, other, reach);
    // Side by side, with `gap` white columns between the lines.
    const beside = (gap: number): number => 50 + 9 + gap;
    expect(at(beside(0), 50, 0)).toBe(true);
    expect(at(beside(1), 50, 0)).toBe(false);
    expect(at(beside(1), 50, 1)).toBe(true);
    expect(at(beside(16), 50, 16)).toBe(true);
    expect(at(beside(17), 50, 16)).toBe(false);
    // Corner to corner, the steps down and across add up.
    expect(at(beside(1), 50 + 7 + 1, 1)).toBe(false);
    expect(at(beside(1), 50 + 7 + 1, 2)).toBe(true);
  });
});

describe("a drawing", () => {
  test("keeps a pixel to the frame and one to other lines", () => {
    const drawing = new Drawing();
    expect(drawing.fits(square, 5, 4)).toBe(true);
    expect(drawing.fits(square, 4, 4)).toBe(false); // its left column would be 0
    expect(drawing.fits(square, 5, 3)).toBe(false);
    expect(drawing.fits(square, 122, 123)).toBe(true);
    expect(drawing.fits(square, 123, 123)).toBe(false);
    expect(drawing.fits(square, 122, 124)).toBe(false);
    expect(drawing.place(square, 50, 50)).toBe(true);
    expect(drawing.place(square, 59, 50)).toBe(false); // touches
    expect(drawing.place(square, 60, 50)).toBe(true); // a white column between
    expect(drawing.place(square, 50, 57)).toBe(false);
    expect(drawing.place(square, 50, 58)).toBe(true);
    expect(drawing.placements.map(({ x, y }) => [x, y])).toEqual([
      [50, 50],
      [60, 50],
      [50, 58],
    ]);
    expect(drawing.ink.reduce((sum, value) => sum + value, 0)).toBe(3 * set(square.stamp.contour).size);
    // Inside another line there is room: what counts are lines.
    const big = polygon([-30.5, -30.5], [30.5, -30.5], [30.5, 30.5], [-30.5, 30.5]);
    drawing.clear();
    expect(drawing.placements).toEqual([]);
    expect(drawing.place(big, 60, 60)).toBe(true);
    expect(drawing.place(square, 60, 60)).toBe(true);
  });

  test("draws over others if it is told to", () => {
    const drawing = new Drawing();
    drawing.draw(square, 50, 50);
    drawing.draw(square, 52, 50);
    expect(drawing.placements).toHaveLength(2);
  });
});

describe("places", () => {
  test("anywhere is 0 to 127 and inset 10 to 117, every pixel as likely", () => {
    const rng = new Random("places", 1);
    const draws = 128 * 60;
    for (const [draw, low, high] of [
      [anywhere, 0, 127],
      [inset, 10, 117],
    ] as const) {
      const columns = new Array<number>(128).fill(0);
      const rows = new Array<number>(128).fill(0);
      for (let i = 0; i < draws; i++) {
        const [x, y] = draw(rng);
        columns[x]!++;
        rows[y]!++;
      }
      const expected = draws / (high - low + 1);
      for (const counts of [columns, rows]) {
        counts.forEach((count, at) => {
          if (at < low || at > high) expect(count).toBe(0);
          else expect(Math.abs(count - expected)).toBeLessThan(6 * Math.sqrt(expected));
        });
      }
    }
  });

  test("places are cluttered if two are near in both coordinates", () => {
    expect(cluttered([[0, 0], [21, 0]], 21)).toBe(false); // biome-ignore format: pairs
    expect(cluttered([[0, 0], [20, 20]], 21)).toBe(true); // biome-ignore format: pairs
    expect(cluttered([[0, 0], [20, 21], [90, 90]], 21)).toBe(false); // biome-ignore format: pairs
    expect(cluttered([[0, 0], [90, 90], [70, 109]], 21)).toBe(true); // biome-ignore format: pairs
  });
});

describe("smaller pictures", () => {
  const drawing = new Drawing();
  drawing.draw(square, 30, 40);
  drawing.draw(randomOutline(new Random("small", 1), 21, 5), 80, 80);
  const pixels = drawing.ink.map((ink) => (ink === 1 ? 0 : 255));

  test.each([16, 40, 64, 96, 128])("at %i pixels, the mean brightness stays what it was", (size) => {
    const small = shrink(pixels, size);
    const mean = (values: ArrayLike<number>): number =>
      Array.from(values).reduce((a, b) => a + b, 0) / values.length;
    expect(mean(small)).toBeCloseTo(mean(pixels) / 255, 6);
    expect(Math.min(...small)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...small)).toBeLessThanOrEqual(1 + 1e-6);
  });

  test("at half the size each is the mean of four, and its owner the most frequent of them, the first of equal ones", () => {
    const owners = Uint8Array.from({ length: side * side }, (_, at) => new Random("owners", at).below(4));
    const [small, owned] = [shrink(pixels, 64), shrinkOwners(owners, 64)];
    for (let at = 0; at < 64 * 64; at++) {
      const corner = 2 * side * Math.floor(at / 64) + 2 * (at % 64);
      const four = [corner, corner + 1, corner + side, corner + side + 1];
      expect(small[at]).toBeCloseTo(four.reduce((sum, i) => sum + pixels[i]!, 0) / 4 / 255, 6);
      const votes = [0, 0, 0, 0];
      for (const i of four) votes[owners[i]!]!++;
      expect(owned[at]).toBe(votes.indexOf(Math.max(...votes)));
    }
    expect(shrinkOwners(owners, side)).toEqual(owners);
  });
});

test("a stamp of a single point is one pixel", () => {
  const stamp = new Stamp(Float64Array.of(0.2), Float64Array.of(0.7));
  expect([...stamp.contour]).toEqual([0, 0]);
  expect([...stamp.silhouette]).toEqual([0, 0]);
  expect(stamp.isOutside(1, 0)).toBe(true);
});
