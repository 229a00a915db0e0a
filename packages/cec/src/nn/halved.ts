// Sizes of pictures after layers of stride 2.

/** Rows (or columns) that are left of `pixels` after so many layers of stride 2, each of which rounds half of them up. */
export function halved(pixels: number, times: number): number {
  return Math.ceil(pixels / 2 ** times);
}
