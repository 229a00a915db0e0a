// Similarity of objects.

/** Objects are compared as pictures of this many pixels a side. */
const side = 32;
/** Half the width of the box that pictures are blurred with, twice, so that a shift by a pixel or two counts little. */
const reach = 1;

/**
 * Similarity of two objects, −1 to 1: Pearson's correlation of their 32 × 32 pictures, each cut to its ink, stretched to
 * the square and blurred twice with a 3 × 3 box. 1 for the same picture; about 0 for unrelated ones.
 */
export function similarity(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!;
  return sum;
}

/** Form that `similarity` compares: the blurred picture with mean 0 and norm 1 (all zero for an even one). */
export function signature(pixels: Uint8Array): Float32Array {
  let blurred: Float32Array = Float32Array.from(pixels);
  for (let pass = 0; pass < 2; pass++) blurred = blur(blur(blurred, 1), side);
  const mean = blurred.reduce((sum, value) => sum + value, 0) / blurred.length;
  const norm = Math.sqrt(blurred.reduce((sum, value) => sum + (value - mean) ** 2, 0));
  return blurred.map((value) => (norm === 0 ? 0 : (value - mean) / norm));
}

/** Averages over 3 neighbours along rows (`step` 1) or columns (`step` 32); at the border, over those there are. */
function blur(values: Float32Array, step: number): Float32Array {
  return values.map((_, at) => {
    const place = step === 1 ? at % side : Math.floor(at / side);
    let [sum, count] = [0, 0];
    for (let by = -reach; by <= reach; by++) {
      if (place + by < 0 || place + by >= side) continue;
      sum += values[at + by * step]!;
      count++;
    }
    return sum / count;
  });
}
