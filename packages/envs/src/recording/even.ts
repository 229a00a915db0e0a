// Which episodes are kept while nobody knows how many there will be.

/**
 * True for episodes that are kept so that at least `least` of them, evenly spaced, are there at any time: all of the first
 * 2 · least, then every second up to 4 · least, then every fourth, and so on. About least · log₂(2 · count / least) of `count` in
 * all.
 * @param ordinal number of the episode, from 0
 */
export function isKept(ordinal: number, least: number): boolean {
  if (least === 0) return false;
  let stride = 1;
  while (ordinal / stride >= 2 * least) stride *= 2;
  return ordinal % stride === 0;
}

/**
 * `count` of the numbers 0 … length − 1, from the first to the last, evenly spaced (CEC's even spacing over a training
 * history); all of them if there are fewer.
 */
export function evenIndices(length: number, count: number): number[] {
  if (count >= length) return Array.from({ length }, (_, index) => index);
  if (count === 1) return [length - 1];
  return Array.from({ length: count }, (_, index) => Math.round((index * (length - 1)) / (count - 1)));
}
