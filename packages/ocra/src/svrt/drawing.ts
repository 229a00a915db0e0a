// The picture that a problem draws on: outlines at whole pixels, and the tests that decide whether one may be drawn.
import type { Outline } from "./outline.js";

/** Width and height of a picture, in pixels. */
export const side = 128;

/** An outline, and the pixel of its centre; x runs to the right, y down. */
export interface Placement {
  readonly outline: Outline;
  readonly x: number;
  readonly y: number;
}

/** A picture while it is being drawn. */
export class Drawing {
  readonly #placements: Placement[] = [];
  readonly #ink = new Uint8Array(side * side);
  /** Pixels that are within one pixel of ink, corners included. */
  readonly #taken = new Uint8Array(side * side);

  /** Shapes drawn so far, in order. */
  get placements(): readonly Placement[] {
    return this.#placements;
  }

  /** 1 where there is a line. */
  get ink(): Uint8Array {
    return this.#ink;
  }

  clear(): void {
    this.#placements.length = 0;
    this.#ink.fill(0);
    this.#taken.fill(0);
  }

  /** True if the line would leave a margin of a pixel on all sides. */
  fits(outline: Outline, x: number, y: number): boolean {
    const { left, right, top, bottom } = outline.stamp;
    return x + left >= 1 && x + right <= side - 2 && y + top >= 1 && y + bottom <= side - 2;
  }

  /** True if the line would leave the frame, or come within a pixel of another. */
  overwrites(outline: Outline, x: number, y: number): boolean {
    if (!this.fits(outline, x, y)) return true;
    const { contour } = outline.stamp;
    for (let i = 0; i < contour.length; i += 2) {
      if (this.#taken[(y + contour[i + 1]!) * side + x + contour[i]!] === 1) return true;
    }
    return false;
  }

  /** Draws the line unless it overwrites; returns whether it did. */
  place(outline: Outline, x: number, y: number): boolean {
    if (this.overwrites(outline, x, y)) return false;
    this.draw(outline, x, y);
    return true;
  }

  /** Draws a line that fits, whatever it touches. */
  draw(outline: Outline, x: number, y: number): void {
    const { contour } = outline.stamp;
    for (let i = 0; i < contour.length; i += 2) {
      const at = (y + contour[i + 1]!) * side + x + contour[i]!;
      this.#ink[at] = 1;
      for (const row of [at - side, at, at + side]) this.#taken.fill(1, row - 1, row + 2);
    }
    this.#placements.push({ outline, x, y });
  }
}
