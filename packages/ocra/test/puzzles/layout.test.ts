// Sheets: which part of a picture is which choice, what is put into a matrix's missing place, and how views are made square.
import { Random } from "@throughline/lab/random";
import { describe, expect, test } from "vitest";
import type { Picture } from "../../src/glyphs/picture-file.js";
import { choicesOf, gridOf, layoutSchema, type SheetLayout, sheetViews } from "../../src/puzzles/layout.js";
import { viewOf } from "../../src/puzzles/view.js";

/** A picture in which every pixel has a colour of its own: its row is the red, its column the green. */
function numbered(width: number, height: number): Picture {
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rgba.set([y, x, 7, 255], 4 * (y * width + x));
  }
  return { width, height, rgba };
}

/** [row, column] that a pixel of a picture comes from. */
const origin = ({ rgba, width }: Picture, x: number, y: number): [row: number, column: number] => {
  const at = 4 * (y * width + x);
  return [rgba[at]!, rgba[at + 1]!];
};

const sizes = [
  [60, 40, 2, 3],
  [61, 41, 2, 3],
  [17, 9, 3, 4],
  [5, 200, 8, 1],
  [64, 64, 8, 8],
] as const;

describe("a sheet cut into equal parts", () => {
  test.each(sizes)(
    "of %i × %i pixels in %i rows and %i columns: every pixel is in one part",
    (width, height, rows, columns) => {
      const sheet = numbered(width, height);
      const views = sheetViews(sheet, { rows, columns });
      expect(views).toHaveLength(rows * columns);
      const times = new Uint8Array(width * height);
      for (const { picture, area } of views) {
        expect(picture).toBe(sheet);
        for (let y = area.top; y < area.top + area.height; y++) {
          for (let x = area.left; x < area.left + area.width; x++) times[y * width + x]!++;
        }
      }
      expect(times.every((count) => count === 1)).toBe(true);
      // Numbered row by row; sizes differ by a pixel at most.
      for (const [at, { area }] of views.entries()) {
        const [row, column] = [Math.floor(at / columns), at % columns];
        expect(Math.abs(area.top - (row * height) / rows)).toBeLessThanOrEqual(0.5);
        expect(Math.abs(area.left - (column * width) / columns)).toBeLessThanOrEqual(0.5);
        expect(Math.abs(area.width - width / columns)).toBeLessThanOrEqual(1);
        expect(Math.abs(area.height - height / rows)).toBeLessThanOrEqual(1);
      }
    },
  );

  test("parts of a sheet with fewer pixels than parts have one pixel at least", () => {
    for (const { area } of sheetViews(numbered(3, 2), { rows: 4, columns: 5 })) {
      expect(area.width).toBeGreaterThanOrEqual(1);
      expect(area.height).toBeGreaterThanOrEqual(1);
      expect(area.left + area.width).toBeLessThanOrEqual(3);
      expect(area.top + area.height).toBeLessThanOrEqual(2);
    }
  });
});

describe("choices put into a matrix's missing place", () => {
  // 100 × 100: the matrix above, its missing place at its lower right, four choices in the row below it.
  const layout: SheetLayout = {
    matrix: [0, 0, 1, 0.8],
    missing: [0.7, 0.5, 0.2, 0.2],
    choices: [0, 1, 2, 3].map((at) => [0.05 + 0.25 * at, 0.85, 0.1, 0.1] as const),
  };
  const sheet = numbered(100, 100);

  test("each view is the matrix with one choice in it, and all else as it was", () => {
    const views = sheetViews(sheet, layout);
    expect(views).toHaveLength(4);
    expect(choicesOf(layout)).toBe(4);
    for (const [at, { picture, area }] of views.entries()) {
      expect(area).toEqual({ left: 0, top: 0, width: 100, height: 80 });
      for (let y = 0; y < 100; y++) {
        for (let x = 0; x < 100; x++) {
          const isMissing = x >= 70 && x < 90 && y >= 50 && y < 70;
          // Twice as large there as the choice is: each of its pixels fills two by two.
          const expected = isMissing
            ? [85 + Math.floor((y - 50) / 2), 5 + 25 * at + Math.floor((x - 70) / 2)]
            : [y, x];
          expect(origin(picture, x, y)).toEqual(expected);
        }
      }
    }
  });

  test("the sheet itself is not changed", () => {
    const before = sheet.rgba.slice();
    sheetViews(sheet, layout);
    expect(sheet.rgba).toEqual(before);
  });
});

describe("layouts", () => {
  test.each([
    ["1x2", { rows: 1, columns: 2 }],
    ["3x1", { rows: 3, columns: 1 }],
    ["12x10", { rows: 12, columns: 10 }],
    ["2X3", undefined],
    ["2 x 3", undefined],
    ["-1x2", undefined],
    ["1x2x3", undefined],
    ["x", undefined],
    ["", undefined],
  ])("%j as rows by columns", (text, expected) => {
    expect(gridOf(text)).toEqual(expected);
  });

  test.each([
    [{ rows: 1, columns: 1 }, /at least two parts/],
    [{ rows: 65, columns: 1 }, /whole numbers from 1 to 64/],
    [{ rows: 1.5, columns: 2 }, /whole numbers from 1 to 64/],
    [{ rows: 2 }, /./],
    [{ rows: 2, columns: 2, gap: 1 }, /./],
    [
      {
        matrix: [0, 0, 1, 1],
        missing: [0.5, 0.5, 0.6, 0.5],
        choices: [
          [0, 0, 0.1, 0.1],
          [0.2, 0, 0.1, 0.1],
        ],
      },
      /goes beyond the sheet/,
    ],
    [
      {
        matrix: [0, 0, 1, 1],
        missing: [0, 0, 0, 0.5],
        choices: [
          [0, 0, 0.1, 0.1],
          [0.2, 0, 0.1, 0.1],
        ],
      },
      /./,
    ],
    [{ matrix: [0, 0, 1, 1], missing: [0, 0, 0.5, 0.5], choices: [[0, 0, 0.1, 0.1]] }, /./],
  ])("%j is none", (layout, problem) => {
    const found = layoutSchema.safeParse(layout);
    expect(found.success).toBe(false);
    expect(JSON.stringify(found.error?.issues)).toMatch(problem);
  });

  test("both kinds are read as they are", () => {
    const grid = { rows: 2, columns: 4 };
    expect(layoutSchema.parse(grid)).toEqual(grid);
    expect(choicesOf(grid)).toBe(8);
    const matrix = { matrix: [0, 0, 1, 1], missing: [0, 0, 0.5, 0.5], choices: [[0, 0, 0.1, 0.1], [0.5, 0.5, 0.5, 0.5]] }; // biome-ignore format: one layout
    expect(layoutSchema.parse(matrix)).toEqual(matrix);
  });
});

describe("views", () => {
  const noise = (width: number, height: number): Picture => {
    const rng = new Random("views", width, height);
    const rgba = Uint8ClampedArray.from({ length: 4 * width * height }, (_, at) =>
      at % 4 === 3 ? 255 : rng.below(256),
    );
    return { width, height, rgba };
  };
  const whole = ({ width, height }: Picture) => ({ left: 0, top: 0, width, height });

  test("of a square part at its own size are its pixels: colours, or their brightness", () => {
    const picture = noise(20, 14);
    const area = { left: 3, top: 2, width: 9, height: 9 };
    const colours = viewOf(picture, area, { size: 9, channels: 3, fit: "pad" });
    const grey = viewOf(picture, area, { size: 9, channels: 1, fit: "stretch" });
    for (let y = 0; y < 9; y++) {
      for (let x = 0; x < 9; x++) {
        const at = 4 * ((y + 2) * 20 + x + 3);
        const [red, green, blue] = [0, 1, 2].map((channel) => picture.rgba[at + channel]! / 255) as [
          number,
          number,
          number,
        ];
        for (const [channel, value] of [red, green, blue].entries()) {
          expect(colours[channel * 81 + y * 9 + x]).toBeCloseTo(value, 5);
        }
        expect(grey[y * 9 + x]).toBeCloseTo(0.299 * red + 0.587 * green + 0.114 * blue, 5);
      }
    }
  });

  test.each([
    [20, 10],
    [10, 20],
    [9, 4],
  ])(
    "of %i × %i, padded: white above and below or at both sides, the picture in the middle",
    (width, height) => {
      const picture = noise(width, height);
      const size = Math.max(width, height);
      const view = viewOf(picture, whole(picture), { size, channels: 1, fit: "pad" });
      const [left, top] = [Math.floor((size - width) / 2), Math.floor((size - height) / 2)];
      for (let y = 0; y < size; y++) {
        for (let x = 0; x < size; x++) {
          const [column, row] = [x - left, y - top];
          const inside = column >= 0 && column < width && row >= 0 && row < height;
          const at = 4 * (row * width + column);
          const { rgba } = picture;
          const grey = inside ? (0.299 * rgba[at]! + 0.587 * rgba[at + 1]! + 0.114 * rgba[at + 2]!) / 255 : 1;
          expect(view[y * size + x]).toBeCloseTo(grey, 5);
        }
      }
    },
  );

  test("smaller ones keep the mean, and white stays white", () => {
    const picture = noise(40, 40);
    const own = viewOf(picture, whole(picture), { size: 40, channels: 1, fit: "stretch" });
    const small = viewOf(picture, whole(picture), { size: 10, channels: 1, fit: "stretch" });
    const mean = (values: Float32Array): number => values.reduce((a, b) => a + b, 0) / values.length;
    expect(Math.abs(mean(own) - mean(small))).toBeLessThan(0.02);
    const white: Picture = { width: 30, height: 12, rgba: new Uint8ClampedArray(30 * 12 * 4).fill(255) };
    for (const fit of ["pad", "stretch"] as const) {
      const view = viewOf(white, whole(white), { size: 16, channels: 3, fit });
      for (const value of view) expect(value).toBeCloseTo(1, 6);
      expect(view).toHaveLength(3 * 16 * 16);
    }
  });
});
