// The pixels of an outline, relative to the pixel of its centre.

/** The pixels that an outline covers. Places are x₀, y₀, x₁, y₁, … relative to the centre. */
export class Stamp {
  /** The drawn line, each pixel once. It is connected (corner to corner counts). */
  readonly contour: Int16Array;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  #outside: Uint8Array | undefined;
  #inside: Uint8Array | undefined;
  #silhouette: Int16Array | undefined;

  constructor(x: Float64Array, y: Float64Array) {
    let [left, right, top, bottom] = [0, 0, 0, 0];
    for (let i = 0; i < x.length; i++) {
      left = Math.min(left, x[i]!);
      right = Math.max(right, x[i]!);
      top = Math.min(top, y[i]!);
      bottom = Math.max(bottom, y[i]!);
    }
    this.left = Math.floor(left);
    this.right = Math.floor(right);
    this.top = Math.floor(top);
    this.bottom = Math.floor(bottom);
    this.contour = this.#places(this.#trace(x, y), (value) => value === 1);
  }

  /** The line and all that it closes in, pockets between two touching stretches included. */
  get silhouette(): Int16Array {
    this.#silhouette ??= this.#places(this.#outsideMap, (value) => value !== 2);
    return this.#silhouette;
  }

  /**
   * True if the pixel can be reached from the centre without stepping onto the line, from pixel to pixel by their sides.
   */
  isInside(x: number, y: number): boolean {
    this.#inside ??= this.#flooded((1 - this.top) * this.#width + 1 - this.left);
    return this.#holds(x, y) && this.#inside[this.#at(x, y)] === 2;
  }

  /** True if the pixel can be reached from the frame of the picture in that way. */
  isOutside(x: number, y: number): boolean {
    return !this.#holds(x, y) || this.#outsideMap[this.#at(x, y)] === 2;
  }

  get #outsideMap(): Uint8Array {
    this.#outside ??= this.#flooded(0);
    return this.#outside;
  }

  #holds(x: number, y: number): boolean {
    return x >= this.left && x <= this.right && y >= this.top && y <= this.bottom;
  }

  #at(x: number, y: number): number {
    return (y - this.top + 1) * this.#width + x - this.left + 1;
  }

  /** Columns of the stamp's own bitmap: a margin of one on each side. */
  get #width(): number {
    return this.right - this.left + 3;
  }

  get #height(): number {
    return this.bottom - this.top + 3;
  }

  /** The bitmap with the line as 1. */
  #trace(x: Float64Array, y: Float64Array): Uint8Array {
    const width = this.#width;
    const bitmap = new Uint8Array(width * this.#height);
    const { left, top } = this;
    const join = (x0: number, y0: number, x1: number, y1: number): void => {
      bitmap[(Math.floor(y0) - top + 1) * width + Math.floor(x0) - left + 1] = 1;
      const gap = Math.max(
        Math.abs(Math.floor(x1) - Math.floor(x0)),
        Math.abs(Math.floor(y1) - Math.floor(y0)),
      );
      if (gap <= 1) return;
      const [middleX, middleY] = [(x0 + x1) / 2, (y0 + y1) / 2];
      join(x0, y0, middleX, middleY);
      join(middleX, middleY, x1, y1);
    };
    const count = x.length;
    for (let i = 0; i < count; i++) {
      const j = i + 1 === count ? 0 : i + 1;
      join(x[i]!, y[i]!, x[j]!, y[j]!);
    }
    return bitmap;
  }

  /** The bitmap with the line as 1 and as 2 what a 4-connected flood from `start` reaches. */
  #flooded(start: number): Uint8Array {
    const width = this.#width;
    const bitmap = new Uint8Array(width * this.#height);
    const { contour } = this;
    for (let i = 0; i < contour.length; i += 2) {
      bitmap[this.#at(contour[i]!, contour[i + 1]!)] = 1;
    }
    const queue = new Int16Array(bitmap.length);
    let [next, end] = [0, 0];
    const reach = (at: number): void => {
      if (bitmap[at] !== 0) return;
      bitmap[at] = 2;
      queue[end++] = at;
    };
    reach(start);
    while (next < end) {
      const at = queue[next++]!;
      const column = at % width;
      if (column > 0) reach(at - 1);
      if (column < width - 1) reach(at + 1);
      reach(at - width); // outside the bitmap there is undefined, which is not 0
      reach(at + width);
    }
    return bitmap;
  }

  #places(bitmap: Uint8Array, wanted: (value: number) => boolean): Int16Array {
    const width = this.#width;
    const places: number[] = [];
    for (let i = 0; i < bitmap.length; i++) {
      if (!wanted(bitmap[i]!)) continue;
      places.push((i % width) + this.left - 1, Math.floor(i / width) + this.top - 1);
    }
    return Int16Array.from(places);
  }
}
