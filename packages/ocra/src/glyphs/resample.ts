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
