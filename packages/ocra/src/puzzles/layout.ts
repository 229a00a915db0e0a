// One picture that holds a whole problem: where its choices are.
import { z } from "zod";
import type { Picture } from "../glyphs/picture-file.js";
import type { Area } from "./view.js";

/** Left, top, width and height, as fractions of the sheet. */
export type Rectangle = readonly [number, number, number, number];

/**
 * Layout of a sheet.
 * - `rows` and `columns`: it is cut into equal parts, each the complete picture of one choice, numbered row by row;
 * - `matrix`, `missing` and `choices`: each choice is put into the missing place, and the matrix with it is the picture.
 */
export type SheetLayout =
  | { readonly rows: number; readonly columns: number }
  | {
      readonly matrix: Rectangle;
      readonly missing: Rectangle;
      readonly choices: readonly Rectangle[];
    };

const side = z.number().min(0).max(1);
const rectangle = z
  .tuple([side, side, side.positive(), side.positive()])
  .refine(([left, top, width, height]) => left + width <= 1.0001 && top + height <= 1.0001, {
    error: "the rectangle goes beyond the sheet; give [left, top, width, height] as fractions of it",
  });

const error = "rows and columns are whole numbers from 1 to 64";
const parts = z.int({ error }).min(1, { error }).max(64, { error });

const grid = z
  .strictObject({ rows: parts, columns: parts })
  .refine(({ rows, columns }) => rows * columns >= 2, { error: "a sheet needs at least two parts" });

const insertion = z.strictObject({
  matrix: rectangle,
  missing: rectangle,
  choices: z.array(rectangle).min(2).max(64),
});

export const layoutSchema: z.ZodType<SheetLayout> = z.union([grid, insertion], {
  error: "a layout has rows and columns, or matrix, missing and choices",
});

/** `1x2`, rows by columns, as a layout; undefined for other texts. */
export function gridOf(text: string): SheetLayout | undefined {
  const found = /^(\d+)x(\d+)$/.exec(text);
  return found === null ? undefined : { rows: Number(found[1]), columns: Number(found[2]) };
}

/** Number of choices on a sheet of this layout. */
export function choicesOf(layout: SheetLayout): number {
  return "rows" in layout ? layout.rows * layout.columns : layout.choices.length;
}

/** The picture of each choice: a picture, and the part of it that is shown. */
export function sheetViews(sheet: Picture, layout: SheetLayout): { picture: Picture; area: Area }[] {
  if ("rows" in layout) {
    const { rows, columns } = layout;
    return Array.from({ length: rows * columns }, (_, at) => {
      const [row, column] = [Math.floor(at / columns), at % columns];
      const part: Rectangle = [column / columns, row / rows, 1 / columns, 1 / rows];
      return { picture: sheet, area: areaOf(part, sheet) };
    });
  }
  const area = areaOf(layout.matrix, sheet);
  const missing = areaOf(layout.missing, sheet);
  return layout.choices.map((choice) => ({ picture: inserted(sheet, areaOf(choice, sheet), missing), area }));
}

function areaOf([left, top, width, height]: Rectangle, sheet: Picture): Area {
  const span = (start: number, length: number, whole: number): [number, number] => {
    const from = Math.min(whole - 1, Math.round(start * whole));
    return [from, Math.max(1, Math.min(whole, Math.round((start + length) * whole)) - from)];
  };
  const [x, across] = span(left, width, sheet.width);
  const [y, down] = span(top, height, sheet.height);
  return { left: x, top: y, width: across, height: down };
}

/** The sheet with one part copied over another, each pixel from the nearest place of the part. */
function inserted(sheet: Picture, from: Area, to: Area): Picture {
  const source = new Uint32Array(sheet.rgba.buffer, sheet.rgba.byteOffset, sheet.width * sheet.height);
  const pixels = source.slice();
  for (let y = 0; y < to.height; y++) {
    const row = from.top + Math.floor(((y + 0.5) * from.height) / to.height);
    for (let x = 0; x < to.width; x++) {
      const column = from.left + Math.floor(((x + 0.5) * from.width) / to.width);
      pixels[(to.top + y) * sheet.width + to.left + x] = source[row * sheet.width + column]!;
    }
  }
  return { ...sheet, rgba: new Uint8ClampedArray(pixels.buffer) };
}
