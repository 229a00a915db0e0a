// Hundreds of pictures of a problem, checked: their lines, their places, their labels.
import { type SvrtLabel, type SvrtPicture, svrtPicture, svrtProblems } from "@throughline/ocra";
import { describe, expect, test } from "vitest";
import { linePixels } from "./checker/raster.js";
import { type Shape, shapesOf } from "./checker/shape.js";
import { solvers } from "./checker/solve.js";

/** Pictures of each problem and label. */
const pictures = 200;

/** Problems whose shapes may touch. */
const touching = [3, 11];

/** The outer and inner radius that each problem's outlines keep, large ones first. */
const radii: Readonly<Record<number, readonly (readonly [outer: number, inner: number])[]>> = {
  1: [[26.25, 2.5]],
  2: [[48, 21], [10, 1]],
  3: [[21, 2]],
  4: [[48, 21], [10, 1]],
  5: [[21, 2]],
  6: [[10, 1]],
  7: [[21, 2]],
  8: [[48, 21], [24, 10.5]],
  9: [[21, 2], [10.5, 1]],
  10: [[10, 1]],
  11: [[48, 16], [21, 7]],
  12: [[21, 10], [10, 5]],
  13: [[32, 16], [10, 5]],
  14: [[10, 1]],
  15: [[10, 1]],
  16: [[10, 1]],
  17: [[10, 1]],
  18: [[10, 1]],
  19: [[42, 1]],
  20: [[16, 2]],
  21: [[42, 1]],
  22: [[10, 1]],
  23: [[48, 21], [10, 1]],
}; // biome-ignore format: a table

/** The picture's black pixels are those of the outlines; the frame and, unless they may touch, a pixel around each is white. */
function checkLines(picture: SvrtPicture, shapes: readonly Shape[]): void {
  const lines = shapes.map(linePixels);
  const all = new Set(lines.flatMap((line) => [...line]));
  const black = [...picture.pixels.keys()].filter((at) => picture.pixels[at] === 0);
  expect(new Set(black)).toEqual(all);
  expect(picture.pixels.every((value) => value === 0 || value === 255)).toBe(true);
  const places = black.flatMap((at) => [Math.floor(at / 128), at % 128]);
  expect(Math.min(...places)).toBeGreaterThanOrEqual(1);
  expect(Math.max(...places)).toBeLessThanOrEqual(126);
  if (touching.includes(picture.problem)) return;
  lines.forEach((line, i) => {
    const near = new Set(
      [...line].flatMap((at) => [-129, -128, -127, -1, 0, 1, 127, 128, 129].map((step) => at + step)),
    );
    for (const other of lines.slice(0, i))
      for (const at of other) if (near.has(at)) throw new Error("two lines meet");
  });
}

/** Every curve stays between two circles of its problem around its centre. */
function checkRadii(number: number, shapes: readonly Shape[]): void {
  for (const { points, centre } of shapes) {
    const found = points.map(([x, y]) => Math.hypot(x - centre[0], y - centre[1]));
    const [least, most] = [Math.min(...found), Math.max(...found)];
    const fits = radii[number]!.some(([outer, inner]) => least >= inner - 1e-9 && most < outer + 1e-9);
    if (!fits) throw new Error(`a curve between ${least} and ${most}`);
  }
}

export function checkProblems(kind: "same-different" | "spatial-relation"): void {
  const chosen = svrtProblems.filter((problem) => problem.kind === kind);
  describe.each(chosen.map(({ number, rule }) => ({ number, rule })))(
    "problem $number",
    ({ number, rule }) => {
      test.each([0, 1] as const)(`label %i: ${rule.join(" / ")}`, (label: SvrtLabel) => {
        for (let i = 0; i < pictures; i++) {
          const picture = svrtPicture({ problem: number, label, seed: 5, number: i });
          const shapes = shapesOf(picture);
          try {
            checkRadii(number, shapes);
            expect(solvers[number]!(shapes)).toBe(label);
            if (i < 10) checkLines(picture, shapes);
          } catch (cause) {
            throw new Error(`problem ${number}, label ${label}, picture ${i}: ${String(cause)}`, { cause });
          }
        }
      });
    },
  );
}
