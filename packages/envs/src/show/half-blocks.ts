// Pictures in a terminal: each character is an upper half block, whose two colours are two pixels, one above the other.
import type { Frame } from "../env.js";

/** Rows of a picture as text with 24-bit colours; an odd last row of pixels is left out. */
export function halfBlocks({ width, height, pixels }: Frame): string[] {
  return Array.from({ length: Math.floor(height / 2) }, (_, row) => {
    let [line, upper, lower] = ["", -1, -1];
    for (let column = 0; column < width; column++) {
      const at = (2 * row * width + column) * 3;
      const [above, below] = [colour(pixels, at), colour(pixels, at + width * 3)];
      if (above !== upper) line += `\x1b[38;2;${parts(above)}m`;
      if (below !== lower) line += `\x1b[48;2;${parts(below)}m`;
      [upper, lower] = [above, below];
      line += "▀";
    }
    return `${line}\x1b[0m`;
  });
}

const colour = (pixels: Uint8Array, at: number): number =>
  (pixels[at]! << 16) | (pixels[at + 1]! << 8) | pixels[at + 2]!;

const parts = (rgb: number): string => `${rgb >> 16};${(rgb >> 8) & 255};${rgb & 255}`;

/** Two pictures of one height beside each other, with a black gap. */
export function beside(left: Frame, right: Frame, gap: number): Frame {
  const width = left.width + gap + right.width;
  const pixels = new Uint8Array(width * left.height * 3);
  for (let row = 0; row < left.height; row++) {
    const put = ({ width: own, pixels: from }: Frame, column: number): void =>
      pixels.set(from.subarray(row * own * 3, (row + 1) * own * 3), (row * width + column) * 3);
    put(left, 0);
    put(right, left.width + gap);
  }
  return { width, height: left.height, pixels };
}
