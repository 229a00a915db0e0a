// Textures by hand: what noise repeats, what a byte is, what a half is the mean of, and who holds the atlas.
import { checkLeaks } from "@throughline/testing/leaks";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  LANDMARKS,
  landmarkTexture,
  releaseAtlas,
  takeAtlas,
  textureNumber,
} from "../../dist/mazes/pictures/atlas.js";
import { cloud, speck } from "../../dist/mazes/pictures/noise.js";
import { blend, lighten, rasterise, TEXTURE_BYTES, TEXTURE_SIZE } from "../../dist/mazes/pictures/paint.js";
import { gem, LANDMARK_SHAPES, landmark } from "../../dist/mazes/pictures/signs.js";
import { blocks, boards, bricks, sky, tiles } from "../../dist/mazes/pictures/surfaces.js";

checkLeaks();

/** Red, green, blue and opacity of a pixel of a level whose side is `side`. */
function pixel(bytes: Uint8Array, side: number, row: number, column: number): number[] {
  let at = 0;
  for (let size = TEXTURE_SIZE; size > side; size /= 2) at += size * size * 4;
  at += (row * side + column) * 4;
  return [...bytes.subarray(at, at + 4)];
}

test("specks lie in [0, 1), are about uniform, and depend on seed, column and row", () => {
  const values = Array.from({ length: 10_000 }, (_, at) => speck(3, at % 100, Math.floor(at / 100)));
  expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
  expect(new Set(values).size).toBeGreaterThan(9_990);
  // Ten bins of 1000 each; the standard deviation of a bin is 30, and five of them are allowed.
  const bins = new Array<number>(10).fill(0);
  for (const value of values) bins[Math.floor(value * 10)]!++;
  for (const count of bins) expect(Math.abs(count - 1000)).toBeLessThan(150);
  expect(new Set([speck(3, 1, 2), speck(4, 1, 2), speck(3, 2, 1), speck(3, 1, 1)]).size).toBe(4);
});

test("clouds repeat with their period, in both directions", () => {
  const unit = fc.integer({ min: 0, max: 63 }).map((part) => part / 64);
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1000 }),
      fc.integer({ min: 1, max: 16 }),
      fc.integer({ min: 0, max: 15 }),
      unit,
      unit,
      (seed, period, cell, u, v) => {
        const [x, y] = [(cell % period) + u, v];
        const here = cloud(seed, x, y, period);
        expect(cloud(seed, x + period, y, period)).toBe(here);
        expect(cloud(seed, x, y + 3 * period, period)).toBe(here);
        expect(here).toBeGreaterThanOrEqual(0);
        expect(here).toBeLessThan(1);
      },
    ),
  );
});

test("a cloud is its specks at the corners of cells, and their mean in the middle", () => {
  for (const [x, y] of [
    [0, 0],
    [3, 1],
    [7, 7],
  ] as const) {
    expect(cloud(9, x, y, 8)).toBe(speck(9, x, y));
    const corners = [
      [x, y],
      [x + 1, y],
      [x, y + 1],
      [x + 1, y + 1],
    ] as const;
    const mean = corners.reduce((sum, [i, j]) => sum + speck(9, i % 8, j % 8), 0) / 4;
    expect(cloud(9, x + 0.5, y + 0.5, 8)).toBeCloseTo(mean, 14);
  }
});

test("colours: halfway between, lighter, opaque unless said otherwise", () => {
  expect(blend([0, 100, 200], [100, 0, 200], 0.25)).toEqual([25, 75, 200, 255]);
  expect(blend([10, 20, 30, 0], [50, 60, 70], 1)).toEqual([50, 60, 70, 0]);
  expect(lighten([10, 20, 30], 1.5)).toEqual([15, 30, 45, 255]);
  expect(lighten([10, 20, 30, 0], 0)).toEqual([0, 0, 0, 0]);
});

test("parts are rounded to the nearest byte and bounded to 0 and 255", () => {
  const bytes = rasterise(() => [-7, 12.5, 300]);
  expect(bytes.length).toBe(TEXTURE_BYTES);
  for (let side = TEXTURE_SIZE; side >= 1; side /= 2)
    expect(pixel(bytes, side, side - 1, 0)).toEqual([0, 13, 255, 255]);
  expect(
    pixel(
      rasterise(() => [0.49, 0.5, 254.5]),
      64,
      0,
      0,
    ),
  ).toEqual([0, 1, 255, 255]);
});

test("pixels are looked up in their middles, rows downwards", () => {
  const bytes = rasterise((x, y) => [x * 64, y * 64, 0]);
  for (const [row, column] of [
    [0, 0],
    [0, 63],
    [63, 0],
    [17, 40],
  ] as const) {
    // (column + 1/2) / 64 · 64, rounded up.
    expect(pixel(bytes, 64, row, column)).toEqual([column + 1, row + 1, 0, 255]);
  }
});

test("halves are means of four pixels, down to the mean of all", () => {
  const bytes = rasterise((x) => (x < 0.5 ? [200, 0, 40] : [100, 60, 40]));
  expect(pixel(bytes, 2, 1, 0)).toEqual([200, 0, 40, 255]);
  expect(pixel(bytes, 2, 0, 1)).toEqual([100, 60, 40, 255]);
  expect(pixel(bytes, 1, 0, 0)).toEqual([150, 30, 40, 255]);
});

test("every level is the mean of the opaque pixels of the one before, opaque where half of them are", () => {
  const bytes = rasterise(gem([240, 196, 48]));
  let mixed = 0;
  for (let side = 32; side >= 1; side /= 2) {
    for (let at = 0; at < side * side; at++) {
      const [row, column] = [Math.floor(at / side), at % side];
      const four = [0, 1, 2, 3].map((one) =>
        pixel(bytes, 2 * side, 2 * row + (one >> 1), 2 * column + (one & 1)),
      );
      const opaque = four.filter((one) => one[3] === 255);
      if (opaque.length > 0 && opaque.length < 4) mixed++;
      const mean = [0, 1, 2].map((part) =>
        opaque.length === 0
          ? 0
          : Math.floor(opaque.reduce((sum, one) => sum + one[part]!, 0) / opaque.length + 0.5),
      );
      expect(pixel(bytes, side, row, column)).toEqual([...mean, opaque.length >= 2 ? 255 : 0]);
    }
  }
  // The edge of the gem was among them.
  expect(mixed).toBeGreaterThan(20);
});

test("tiles are a chessboard between joints", () => {
  const paint = tiles([200, 0, 0], [0, 0, 200], 1, 4);
  for (let row = 0; row < 4; row++) {
    for (let column = 0; column < 4; column++) {
      const [red, , blue] = paint((column + 0.5) / 4, (row + 0.5) / 4);
      expect(red > blue).toBe((row + column) % 2 === 0);
      expect(paint((column + 0.01) / 4, (row + 0.5) / 4)).toEqual([70, 68, 66]);
      expect(paint((column + 0.5) / 4, (row + 0.01) / 4)).toEqual([70, 68, 66]);
    }
  }
});

test("bricks of every second row are shifted by half, mortar between", () => {
  const paint = bricks([100, 0, 0], [0, 0, 100], 3);
  const isMortar = (x: number, y: number): boolean => paint(x, y)[2] > 0;
  const middle = (row: number): number => (row + 0.5) / 8;
  expect(isMortar(0.01 / 4, middle(0))).toBe(true);
  expect(isMortar(0.5 / 4, middle(0))).toBe(false);
  expect(isMortar(0.51 / 4, middle(1))).toBe(true);
  expect(isMortar(0.01 / 4, middle(1))).toBe(false);
  expect(isMortar(0.3, 0.05 / 8)).toBe(true);
});

test("stones are lighter above and left, darker below and right; boards have dark joints", () => {
  const stone = blocks([100, 100, 100], 5, 2);
  const [lit, face, shade] = [stone(0.02, 0.25), stone(0.25, 0.25), stone(0.49, 0.25)];
  expect(lit[0]).toBeGreaterThan(face[0] * 1.01);
  expect(shade[0]).toBeLessThan(face[0] * 0.85);
  expect(boards([100, 60, 40], 6, 4)(0.01, 0.5)).toEqual([45, 27, 18, 255]);
});

test("the sky goes from the zenith to the horizon by the square of the height", () => {
  const paint = sky([0, 100, 200], [100, 200, 0]);
  expect(paint(0.3, 0)).toEqual([0, 100, 200, 255]);
  expect(paint(0.7, 0.5)).toEqual([25, 125, 150, 255]);
  expect(paint(0, 1)).toEqual([100, 200, 0, 255]);
});

test("landmarks have a frame, and shapes that differ from each other in every colour", () => {
  const pictures = Array.from({ length: LANDMARK_SHAPES }, (_, shape) => {
    const paint = landmark(shape, [255, 0, 0], [0, 0, 255]);
    expect(paint(0.01, 0.5)).toEqual([45, 42, 40]);
    expect(paint(0.5, 0.99)).toEqual([45, 42, 40]);
    return rasterise(paint);
  });
  for (const [one, picture] of pictures.entries()) {
    for (const other of pictures.slice(one + 1)) {
      const apart = picture.slice(0, 64 * 64 * 4).filter((byte, at) => byte !== other[at]).length / 2;
      expect(apart).toBeGreaterThan(64 * 64 * 0.1);
    }
  }
});

test("the atlas has one texture for each name and landmark; only the gem has clear pixels", () => {
  const atlas = takeAtlas();
  try {
    expect(atlas.shape).toEqual([textureNumber("mistSky") + 1 + LANDMARKS, 5461, 4]);
    expect(textureNumber("redBricks")).toBe(0);
    expect(landmarkTexture(0)).toBe(textureNumber("mistSky") + 1);
    const bytes = atlas.toTypedArray() as Uint8Array;
    for (let texture = 0; texture < atlas.shape[0]!; texture++) {
      const opacities = new Set<number>();
      for (let texel = 0; texel < 5461; texel++) opacities.add(bytes[(texture * 5461 + texel) * 4 + 3]!);
      const expected = texture === textureNumber("gem") ? [0, 255] : [255];
      expect(
        [...opacities].sort((a, b) => a - b),
        `texture ${texture}`,
      ).toEqual(expected);
    }
  } finally {
    releaseAtlas();
  }
});

test("a hidden platform cannot be told from the water, a shown one can", () => {
  const atlas = takeAtlas();
  try {
    const bytes = atlas.toTypedArray() as Uint8Array;
    const of = (number: number): Uint8Array =>
      bytes.slice(number * TEXTURE_BYTES, (number + 1) * TEXTURE_BYTES);
    expect(of(textureNumber("hiddenPlatform"))).toEqual(of(textureNumber("water")));
    expect(of(textureNumber("shownPlatform"))).not.toEqual(of(textureNumber("water")));
  } finally {
    releaseAtlas();
  }
});

test("the atlas is shared, and disposed with its last user", () => {
  const first = takeAtlas();
  const second = takeAtlas();
  expect(second).toBe(first);
  releaseAtlas();
  expect(first.shape[1]).toBe(5461);
  releaseAtlas();
  expect(() => first.add(1)).toThrow();
  releaseAtlas();
  const third = takeAtlas();
  expect(third).not.toBe(first);
  releaseAtlas();
});
