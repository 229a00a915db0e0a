/**
 * Numbers from 0 to 1 (1 left out) of an explicit seed: xoshiro128** (Blackman and Vigna 2021), its state filled by
 * splitmix32. For resampling; experiments take libtorch's generators.
 */
export function randomSource(seed: number): () => number {
  let mixing = seed >>> 0;
  const mix = (): number => {
    mixing = (mixing + 0x9e3779b9) >>> 0;
    let z = mixing;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  let [a, b, c, d] = [mix(), mix(), mix(), mix()];
  const turned = (value: number, by: number): number => (value << by) | (value >>> (32 - by));
  const next = (): number => {
    const result = Math.imul(turned(Math.imul(b!, 5), 7), 9) >>> 0;
    const shifted = b! << 9;
    c = c! ^ a!;
    d = d! ^ b!;
    b = b! ^ c;
    a = a! ^ d;
    c = c ^ shifted;
    d = turned(d, 11);
    return result;
  };
  // 53 bits from two draws.
  return () => ((next() >>> 5) * 67_108_864 + (next() >>> 6)) / 9_007_199_254_740_992;
}
