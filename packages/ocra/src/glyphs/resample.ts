// Resizing as a linear map: for each new pixel, which old ones it is made of.

/** The taps of one axis: new pixel i is Σⱼ weights[i·width + j] · old[starts[i] + j]. */
export interface Taps {
  readonly size: number;
  readonly width: number;
  readonly starts: Int32Array;
  readonly weights: Float64Array;
}

/**
 * Bilinear resizing from `from` to `to` pixels, pixel centres at half: source = (i + ½)·from/to − ½.
 *
 * Without `antialias`, two taps whatever the ratio, as `interpolate(mode="bilinear")` and torchvision before 0.17; with it,
 * the triangle grows with the ratio, as `antialias=True` and Pillow, so that no old pixel is skipped.
 */
export function bilinearTaps(from: number, to: number, antialias: boolean): Taps {
  const ratio = from / to;
  const reach = antialias ? Math.max(1, ratio) : 1;
  const width = Math.min(from, 2 * Math.ceil(reach) + 1);
  const starts = new Int32Array(to);
  const weights = new Float64Array(to * width);
  for (let i = 0; i < to; i++) {
    const centre = antialias ? (i + 0.5) * ratio : Math.max(0.5, (i + 0.5) * ratio);
    const first = Math.min(Math.max(0, Math.floor(centre - reach + 0.5)), from - width);
    starts[i] = first;
    let sum = 0;
    for (let j = 0; j < width; j++) {
      const weight = Math.max(0, 1 - Math.abs(first + j + 0.5 - centre) / reach);
      weights[i * width + j] = weight;
      sum += weight;
    }
    for (let j = 0; j < width; j++) weights[i * width + j]! /= sum;
  }
  return { size: to, width, starts, weights };
}

/** A plane [height, width] resized by the taps of each axis. */
export function resample(
  plane: Float32Array,
  width: number,
  vertical: Taps,
  horizontal: Taps,
): Float32Array<ArrayBuffer> {
  const rows = plane.length / width;
  const across = new Float32Array(rows * horizontal.size);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < horizontal.size; x++) {
      let sum = 0;
      for (let j = 0; j < horizontal.width; j++) {
        sum += horizontal.weights[x * horizontal.width + j]! * plane[y * width + horizontal.starts[x]! + j]!;
      }
      across[y * horizontal.size + x] = sum;
    }
  }
  const out = new Float32Array(vertical.size * horizontal.size);
  for (let y = 0; y < vertical.size; y++) {
    for (let j = 0; j < vertical.width; j++) {
      const weight = vertical.weights[y * vertical.width + j]!;
      if (weight === 0) continue;
      const from = (vertical.starts[y]! + j) * horizontal.size;
      for (let x = 0; x < horizontal.size; x++) out[y * horizontal.size + x]! += weight * across[from + x]!;
    }
  }
  return out;
}
