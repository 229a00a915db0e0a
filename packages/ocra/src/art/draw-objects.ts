// Pictures of the user's own composition, drawn as those of the tasks are.
import { knownOptions } from "@throughline/torch/checks";
import { wholeOption } from "../datasets/check.js";
import { OcraDataError } from "../datasets/errors.js";
import { objectSize } from "../glyphs/fit.js";
import type { ObjectSet } from "../glyphs/objects.js";
import { CanvasPainter, canvasSize } from "./canvas.js";

/** An object, and where the top left corner of its 32 × 32 pixels is on the 160 × 160 canvas. */
export interface Placement {
  readonly object: number;
  readonly top: number;
  readonly left: number;
}

/**
 * A picture of objects on white, [size, size], 0 to 1, resized from the canvas as `CanvasPainter` says.
 * @param options `size`: 16 to 320, default 128; `antialias`: default below 80 only
 * @throws OcraDataError ocra/argument for an object that is not in the set, off the canvas, or over another one
 */
export function drawObjects(
  objects: ObjectSet,
  placements: readonly Placement[],
  options: { readonly size?: number; readonly antialias?: boolean } = {},
): Float32Array {
  knownOptions("drawObjects", { size: true, antialias: true }, options);
  const size = wholeOption("drawObjects: size", options.size, 128, 16, 320);
  const furthest = canvasSize - objectSize;
  for (const [at, { object, top, left }] of placements.entries()) {
    const what = `drawObjects: placements[${at}]`;
    wholeOption(`${what}.object`, object, -1, 0, objects.names.length - 1);
    wholeOption(`${what}.top`, top, -1, 0, furthest);
    wholeOption(`${what}.left`, left, -1, 0, furthest);
    const under = placements.findIndex((other) => meet(other, placements[at]!));
    if (under < at)
      throw new OcraDataError("argument", `${what} lies over placements[${under}]; objects may not overlap`);
  }
  const painter = new CanvasPainter(objects, size, options.antialias);
  const picture = new Float32Array(size * size).fill(1);
  for (const { object, top, left } of placements) painter.draw(picture, object, top, left);
  return picture;
}

function meet(a: Placement, b: Placement): boolean {
  return Math.abs(a.top - b.top) < objectSize && Math.abs(a.left - b.left) < objectSize;
}
