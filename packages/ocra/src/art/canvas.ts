// Pictures made of objects on the paper's 160 × 160 canvas, at any resolution.
import { objectSize } from "../glyphs/fit.js";
import { type ObjectSet, objectPixels } from "../glyphs/objects.js";
import { bilinearTaps, type Taps } from "../glyphs/resample.js";

/** Pixels of the canvas that objects are placed on, before it is resized. Source: the authors' code. */
export const canvasSize = 160;

/**
 * Draws objects as the paper does: pasted onto a white canvas of 160 × 160, which is then resized bilinearly. Objects must
 * not overlap; since resizing is linear, each is resized on its own and its ink taken from the white.
 *
 * Down to 80 pixels, bilinear resizing without antialiasing is the paper's; below, it would skip every third column or
 * more of the canvas and break thin strokes, so that there the filter widens with the ratio (antialiasing).
 */
export class CanvasPainter {
  /** Pixels of a picture's side. */
  readonly size: number;
  readonly #objects: ObjectSet;
  readonly #taps: Taps;
  /** Old pixel p lies under the new pixels from firsts[p] to lasts[p]. */
  readonly #firsts: Int32Array;
  readonly #lasts: Int32Array;
  readonly #across: Float64Array;

  constructor(objects: ObjectSet, size: number, antialias: boolean = size < canvasSize / 2) {
    this.size = size;
    this.#objects = objects;
    this.#taps = bilinearTaps(canvasSize, size, antialias);
    this.#firsts = new Int32Array(canvasSize).fill(size);
    this.#lasts = new Int32Array(canvasSize).fill(-1);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < this.#taps.width; j++) {
        if (this.#taps.weights[i * this.#taps.width + j] === 0) continue;
        const old = this.#taps.starts[i]! + j;
        this.#firsts[old] = Math.min(this.#firsts[old]!, i);
        this.#lasts[old] = Math.max(this.#lasts[old]!, i);
      }
    }
    this.#across = new Float64Array(objectSize * size);
  }

  /**
   * Takes an object's ink from a picture.
   * @param picture [size, size], white where nothing has been drawn
   * @param row, column the top left corner of its 32 × 32 pixels on the canvas; all must lie on it
   * @param mark called for each pixel with its ink, 0 to 1
   */
  draw(
    picture: Float32Array,
    object: number,
    row: number,
    column: number,
    mark?: (at: number, ink: number) => void,
  ): void {
    const { size } = this;
    const [left, right] = this.#span(column);
    const [top, bottom] = this.#span(row);
    this.#resizeRows(objectPixels(this.#objects, object), column, left, right);
    const { width, starts, weights } = this.#taps;
    for (let y = top; y <= bottom; y++) {
      const from = Math.max(0, row - starts[y]!);
      const to = Math.min(width, row + objectSize - starts[y]!);
      for (let x = left; x <= right; x++) {
        let ink = 0;
        for (let j = from; j < to; j++) {
          ink += weights[y * width + j]! * this.#across[(starts[y]! + j - row) * size + x]!;
        }
        if (ink === 0) continue;
        picture[y * size + x]! -= ink;
        mark?.(y * size + x, ink);
      }
    }
  }

  /** The new pixels that 32 old ones from `start` have a share in. */
  #span(start: number): [number, number] {
    let [first, last] = [this.size, -1];
    for (let old = start; old < start + objectSize; old++) {
      first = Math.min(first, this.#firsts[old]!);
      last = Math.max(last, this.#lasts[old]!);
    }
    return [first, last];
  }

  /** The ink of each row of an object, resized across, into `#across` [32, size]. */
  #resizeRows(pixels: Uint8Array, column: number, left: number, right: number): void {
    const { width, starts, weights } = this.#taps;
    for (let x = left; x <= right; x++) {
      const from = Math.max(0, column - starts[x]!);
      const to = Math.min(width, column + objectSize - starts[x]!);
      for (let row = 0; row < objectSize; row++) {
        let ink = 0;
        for (let j = from; j < to; j++) {
          const old = starts[x]! + j - column;
          ink += weights[x * width + j]! * (255 - pixels[row * objectSize + old]!);
        }
        this.#across[row * this.size + x] = ink / 255;
      }
    }
  }
}
