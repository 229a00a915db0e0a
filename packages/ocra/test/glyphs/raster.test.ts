// Cutting, resizing and comparing grey pictures, by what each does to pictures whose result is known.
import { Random } from "@throughline/lab/random";
import { describe, expect, test } from "vitest";
import { objectSize, proportioned, stretched } from "../../src/glyphs/fit.js";
import { greyOf, isPictureName } from "../../src/glyphs/picture-file.js";
import { crop, inkBox, onWhite, type Raster, resizeArea } from "../../src/glyphs/raster.js";
import { bilinearTaps, resample } from "../../src/glyphs/resample.js";
import { signature, similarity } from "../../src/glyphs/similarity.js";

/** A white picture with a dark rectangle. */
function rectangle(
  width: number,
  height: number,
  [left, top, wide, high]: readonly [number, number, number, number],
  value = 0,
): Raster {
  const pixels = new Uint8Array(width * height).fill(255);
  for (let y = top; y < top + high; y++) pixels.fill(value, y * width + left, y * width + left + wide);
  return { width, height, pixels };
}

function noise(width: number, height: number, seed: number): Raster {
  const rng = new Random("noise", seed);
  return { width, height, pixels: Uint8Array.from({ length: width * height }, () => rng.below(256)) };
}

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe("the box of ink", () => {
  test.each([[[0, 0, 1, 1]], [[3, 2, 4, 5]], [[9, 7, 1, 1]], [[0, 0, 10, 8]], [[9, 0, 1, 8]]] as const)(
    "of a rectangle %j is the rectangle",
    (box) => {
      const [left, top, width, height] = box;
      const raster = rectangle(10, 8, box);
      expect(inkBox(raster)).toEqual({ left, top, width, height });
      const cut = crop(raster, inkBox(raster)!);
      expect([cut.width, cut.height]).toEqual([width, height]);
      expect(cut.pixels.every((value) => value === 0)).toBe(true);
    },
  );

  test("of white is none; what counts as white can be said", () => {
    expect(inkBox({ width: 4, height: 3, pixels: new Uint8Array(12).fill(255) })).toBeNull();
    const pale = rectangle(6, 6, [1, 2, 3, 2], 251);
    expect(inkBox(pale)).toEqual({ left: 1, top: 2, width: 3, height: 2 });
    expect(inkBox(pale, 250)).toBeNull();
    expect(inkBox(pale, 252)).toEqual({ left: 1, top: 2, width: 3, height: 2 });
  });

  test("of two dots holds both", () => {
    const raster = rectangle(20, 20, [2, 15, 1, 1]);
    raster.pixels[4 * 20 + 17] = 10;
    expect(inkBox(raster)).toEqual({ left: 2, top: 4, width: 16, height: 12 });
  });

  test("a crop is the box's rows of the picture", () => {
    const raster = noise(7, 6, 1);
    const { pixels } = crop(raster, { left: 2, top: 1, width: 3, height: 4 });
    for (let y = 0; y < 4; y++) {
      for (let x = 0; x < 3; x++) expect(pixels[3 * y + x]).toBe(raster.pixels[7 * (y + 1) + x + 2]);
    }
  });
});

describe("resizing by areas", () => {
  test("to the same size changes nothing", () => {
    const raster = noise(9, 5, 2);
    expect(resizeArea(raster, 9, 5)).toEqual(raster);
  });

  test("to a part takes the mean of each block, rounded", () => {
    const raster = noise(12, 6, 3);
    const { pixels } = resizeArea(raster, 4, 2);
    for (let y = 0; y < 2; y++) {
      for (let x = 0; x < 4; x++) {
        const block = [0, 1, 2].flatMap((dy) =>
          [0, 1, 2].map((dx) => raster.pixels[12 * (3 * y + dy) + 3 * x + dx]!),
        );
        expect(pixels[4 * y + x]).toBe(Math.round(mean(block)));
      }
    }
  });

  test("to a multiple repeats pixels", () => {
    const raster = noise(3, 2, 4);
    const { pixels } = resizeArea(raster, 9, 8);
    pixels.forEach((value, at) => {
      expect(value).toBe(raster.pixels[3 * Math.floor(Math.floor(at / 9) / 4) + Math.floor((at % 9) / 3)]);
    });
  });

  test.each([
    [10, 7],
    [7, 10],
    [13, 32],
    [100, 30],
  ])("from %i to %i pixels, weights by overlap: by sampling thousands of points", (from, to) => {
    const raster = noise(from, 1, from + to);
    const { pixels } = resizeArea(raster, to, 1);
    const points = 4000;
    for (let x = 0; x < to; x++) {
      let sum = 0;
      for (let k = 0; k < points; k++) {
        sum += raster.pixels[Math.min(from - 1, Math.floor(((x + (k + 0.5) / points) * from) / to))]!;
      }
      expect(Math.abs(pixels[x]! - sum / points)).toBeLessThan(0.6); // half a step of rounding
    }
  });

  test("the mean stays", () => {
    const raster = noise(40, 30, 5);
    expect(mean(resizeArea(raster, 17, 11).pixels)).toBeCloseTo(mean(raster.pixels), 0);
  });
});

describe("objects", () => {
  test("stretched: any ink fills the square but for a margin of one", () => {
    for (const [width, height] of [
      [5, 40],
      [64, 3],
      [30, 30],
      [1, 1],
    ] as const) {
      const pixels = stretched({ width, height, pixels: new Uint8Array(width * height) });
      const box = inkBox({ width: objectSize, height: objectSize, pixels });
      expect(box).toEqual({ left: 1, top: 1, width: 30, height: 30 });
    }
  });

  test.each([
    [60, 30, { left: 1, top: 8, width: 30, height: 15 }],
    [30, 60, { left: 8, top: 1, width: 15, height: 30 }],
    [100, 1, { left: 1, top: 15, width: 30, height: 1 }],
    [7, 7, { left: 1, top: 1, width: 30, height: 30 }],
  ])("with its proportions, ink of %i × %i lies in the middle", (width, height, expected) => {
    const pixels = proportioned({ width, height, pixels: new Uint8Array(width * height) });
    expect(inkBox({ width: objectSize, height: objectSize, pixels })).toEqual(expected);
  });

  test("on white: a picture keeps its pixels, all else is 255", () => {
    const raster = noise(4, 3, 6);
    const { pixels } = onWhite(raster, 10, 5, 2);
    pixels.forEach((value, at) => {
      const [x, y] = [(at % 10) - 5, Math.floor(at / 10) - 2];
      const inside = x >= 0 && x < 4 && y >= 0 && y < 3;
      expect(value).toBe(inside ? raster.pixels[4 * y + x] : 255);
    });
  });
});

describe("bilinear resizing", () => {
  test.each([
    [160, 128, false],
    [160, 64, false],
    [160, 64, true],
    [32, 48, false],
    [50, 50, true],
    [9, 4, true],
  ])("from %i to %i (antialias %s): weights are shares, in their order", (from, to, antialias) => {
    const { size, width, starts, weights } = bilinearTaps(from, to, antialias);
    expect(size).toBe(to);
    for (let i = 0; i < to; i++) {
      const own = weights.subarray(i * width, (i + 1) * width);
      expect(own.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
      expect(Math.min(...own)).toBeGreaterThanOrEqual(0);
      expect(starts[i]).toBeGreaterThanOrEqual(0);
      expect(starts[i]! + width).toBeLessThanOrEqual(from);
      if (i > 0) expect(starts[i]).toBeGreaterThanOrEqual(starts[i - 1]!);
    }
  });

  test.each([
    [160, 128, false],
    [40, 100, false],
    [160, 60, true],
  ])("from %i to %i (antialias %s): a ramp stays a ramp away from the border", (from, to, antialias) => {
    const plane = Float32Array.from(
      { length: from * from },
      (_, at) => (at % from) + 2 * Math.floor(at / from),
    );
    const taps = bilinearTaps(from, to, antialias);
    const out = resample(plane, from, taps, taps);
    const source = (i: number): number => ((i + 0.5) * from) / to - 0.5;
    const margin = Math.ceil(to / from) + 2;
    for (let y = margin; y < to - margin; y++) {
      for (let x = margin; x < to - margin; x++) {
        const expected = source(x) + 2 * source(y);
        expect(Math.abs(out[y * to + x]! - expected)).toBeLessThan(antialias ? 0.2 : 1e-3);
      }
    }
  });

  test("to the same size changes nothing; a constant stays constant", () => {
    const { pixels } = noise(20, 20, 7);
    const plane = Float32Array.from(pixels);
    for (const antialias of [false, true]) {
      const same = bilinearTaps(20, 20, antialias);
      expect(Array.from(resample(plane, 20, same, same))).toEqual(Array.from(plane));
      const other = bilinearTaps(20, 13, antialias);
      const even = resample(new Float32Array(400).fill(0.25), 20, other, other);
      for (const value of even) expect(value).toBeCloseTo(0.25, 6);
    }
  });

  test("with antialiasing no pixel is skipped, without it some are", () => {
    const used = (antialias: boolean): number => {
      const { width, starts, weights } = bilinearTaps(160, 40, antialias);
      const seen = new Set<number>();
      weights.forEach((weight, at) => {
        if (weight > 0) seen.add(starts[Math.floor(at / width)]! + (at % width));
      });
      return seen.size;
    };
    expect(used(true)).toBe(160);
    expect(used(false)).toBe(80); // two of every four
  });
});

describe("similarity", () => {
  const of = (raster: Raster): Float32Array => signature(resizeArea(raster, 32, 32).pixels);

  test("is 1 with itself and with a paler copy, −1 with its negative, 0 with an even picture", () => {
    const raster = noise(32, 32, 8);
    const paler = { ...raster, pixels: raster.pixels.map((value) => 100 + Math.floor(value / 2)) };
    const negative = { ...raster, pixels: raster.pixels.map((value) => 255 - value) };
    expect(similarity(of(raster), of(raster))).toBeCloseTo(1, 5);
    expect(similarity(of(raster), of(paler))).toBeCloseTo(1, 2);
    expect(similarity(of(raster), of(negative))).toBeCloseTo(-1, 5);
    expect(similarity(of(raster), of({ ...raster, pixels: new Uint8Array(1024).fill(9) }))).toBe(0);
  });

  test("is symmetric and between −1 and 1", () => {
    for (let seed = 0; seed < 6; seed++) {
      const [a, b] = [of(noise(32, 32, seed)), of(noise(32, 32, seed + 50))];
      expect(similarity(a, b)).toBe(similarity(b, a));
      expect(Math.abs(similarity(a, b))).toBeLessThan(0.6);
    }
  });

  test("signatures have mean 0 and norm 1", () => {
    const own = of(rectangle(32, 32, [4, 6, 9, 20]));
    expect(Math.abs(mean(own))).toBeLessThan(1e-7);
    expect(own.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5);
  });
});

describe("picture files", () => {
  test("grey is 0.299 red + 0.587 green + 0.114 blue", () => {
    const colours = [
      [255, 255, 255, 255],
      [0, 0, 0, 76],
      [255, 0, 0, 76],
      [0, 255, 0, 150],
      [0, 0, 255, 29],
      [10, 200, 30, 124],
    ];
    const rgba = Uint8ClampedArray.from(colours.flatMap(([r, g, b]) => [r!, g!, b!, 255]));
    const { pixels } = greyOf({ width: 3, height: 2, rgba });
    expect([...pixels]).toEqual([255, 0, 76, 150, 29, 124]);
  });

  test.each([
    ["a.png", true],
    ["A.PNG", true],
    ["x.tar.jpeg", true],
    [".hidden.png", false],
    ["png", false],
    ["notes.txt", false],
    ["a.webp", true],
    ["a.gif", true],
    ["a.npy", false],
  ])("%s is a picture's name: %s", (name, is) => {
    expect(isPictureName(name)).toBe(is);
  });
});
