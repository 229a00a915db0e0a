// Fixed embeddings of places.
import { fromTypedArray, type Tensor } from "@throughline/torch";

/**
 * Sines and cosines of a grid's places, row by row: sin(r ωₖ), cos(r ωₖ), sin(c ωₖ), cos(c ωₖ), a quarter of the numbers each, for row
 * r and column c from 0 and ωₖ = 10000^(−4k / dim), k = 0 … dim / 4 − 1.
 * @param dim a multiple of 4; @returns [rows · columns, dim], float32
 * Source: Vaswani et al. 2017, for each of the two coordinates as in He et al. 2022.
 */
export function sinCosEmbedding(
  [rows, columns]: readonly [rows: number, columns: number],
  dim: number,
): Tensor {
  const quarter = dim / 4;
  const values = new Float32Array(rows * columns * dim);
  for (let place = 0; place < rows * columns; place++) {
    for (const [half, at] of [Math.floor(place / columns), place % columns].entries()) {
      for (let k = 0; k < quarter; k++) {
        const angle = at * 10_000 ** (-k / quarter);
        const first = place * dim + 2 * half * quarter + k;
        values[first] = Math.sin(angle);
        values[first + quarter] = Math.cos(angle);
      }
    }
  }
  return fromTypedArray(values, [rows * columns, dim]);
}
