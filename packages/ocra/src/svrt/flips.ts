// Random flips, the augmentation of SVRT's training pictures.
import type { Random } from "../datasets/random.js";

/** Which way a square picture is flipped. */
export interface Flips {
  readonly across: boolean;
  readonly down: boolean;
}

/** Each with probability ½. */
export function randomFlips(rng: Random): Flips {
  return { across: rng.below(2) === 1, down: rng.below(2) === 1 };
}

/** Flips [size, size] in place. */
export function flip(picture: Float32Array | Uint8Array, size: number, { across, down }: Flips): void {
  const rows = Array.from({ length: size }, (_, row) => picture.subarray(row * size, (row + 1) * size));
  if (across) for (const row of rows) row.reverse();
  if (!down) return;
  for (let row = 0; row < size >> 1; row++) {
    const [upper, lower] = [rows[row]!, rows[size - 1 - row]!];
    const saved = upper.slice();
    upper.set(lower);
    lower.set(saved);
  }
}
