// Noise for textures: pure functions of whole numbers and sums and products of doubles, the same on every machine.
import { fmix32, mixWords } from "@throughline/torch/mix";

/** A number in [0, 1) for a place and a seed. */
export function speck(seed: number, x: number, y: number): number {
  return fmix32(mixWords(seed, [x, y])) / 2 ** 32;
}

/** Smooth noise in [0, 1) that repeats after `period` cells, at a place measured in cells. */
export function cloud(seed: number, x: number, y: number, period: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [u, v] = [ease(x - left), ease(y - top)];
  const at = (i: number, j: number): number => speck(seed, (left + i) % period, (top + j) % period);
  const upper = at(0, 0) + (at(1, 0) - at(0, 0)) * u;
  const lower = at(0, 1) + (at(1, 1) - at(0, 1)) * u;
  return upper + (lower - upper) * v;
}

const ease = (t: number): number => t * t * (3 - 2 * t);
