// Grey pictures as bytes, and how they are cut and resized.

/** A grey picture, row by row: 0 is black, 255 is white, as in an 8-bit PNG. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** The smallest box around everything darker than `white`; null for a blank picture. */
export function inkBox({ width, height, pixels }: Raster, white = 255): Box | null {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (pixels[at]! >= white) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  return bottom < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export function crop(raster: Raster, box: Box): Raster {
  const pixels = new Uint8Array(box.width * box.height);
  for (let y = 0; y < box.height; y++) {
    const start = (box.top + y) * raster.width + box.left;
    pixels.set(raster.pixels.subarray(start, start + box.width), y * box.width);
  }
  return { width: box.width, height: box.height, pixels };
}

/** Resized by averaging over each new pixel's area, exact for any ratio; enlarging repeats pixels. */
export function resizeArea(raster: Raster, width: number, height: number): Raster {
  const across = shrinkRows(Float64Array.from(raster.pixels), raster.width, raster.height, width);
  const turned = transpose(across, width, raster.height);
  const down = transpose(shrinkRows(turned, raster.height, width, height), height, width);
  return { width, height, pixels: Uint8Array.from(down, Math.round) };
}

/** Each row of `from` numbers as `to` numbers. */
function shrinkRows(values: Float64Array, from: number, rows: number, to: number): Float64Array {
  const out = new Float64Array(rows * to);
  const step = from / to;
  for (let x = 0; x < to; x++) {
    const start = x * step;
    const end = Math.min(from, start + step);
    for (let at = Math.floor(start); at < end; at++) {
      const share = (Math.min(at + 1, end) - Math.max(at, start)) / step;
      for (let row = 0; row < rows; row++) out[row * to + x]! += values[row * from + at]! * share;
    }
  }
  return out;
}

function transpose(values: Float64Array, width: number, height: number): Float64Array {
  const out = new Float64Array(values.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) out[x * height + y] = values[y * width + x]!;
  return out;
}

/** The picture on a square of white, its top left corner at (`left`, `top`). */
export function onWhite(raster: Raster, size: number, left: number, top: number): Raster {
  const pixels = new Uint8Array(size * size).fill(255);
  for (let y = 0; y < raster.height; y++) {
    const row = raster.pixels.subarray(y * raster.width, (y + 1) * raster.width);
    pixels.set(row, (top + y) * size + left);
  }
  return { width: size, height: size, pixels };
}
