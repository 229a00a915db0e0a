// Textures as functions of a place: x to the right and y down, in [0, 1); colours have parts from 0 to 255.

/** Red, green, blue, and how opaque, 0 or 255. */
export type Colour = readonly [red: number, green: number, blue: number, opaque?: number];

/** The colour of a texture at a place. */
export type Paint = (x: number, y: number) => Colour;

/** Pixels a side of a texture. */
export const TEXTURE_SIZE = 64;

/** Bytes of one texture with its halves down to one pixel. */
export const TEXTURE_BYTES = 5461 * 4;

/** A colour between two, at t from 0 to 1. */
export function blend(from: Colour, to: Colour, t: number): Colour {
  return [
    from[0] + (to[0] - from[0]) * t,
    from[1] + (to[1] - from[1]) * t,
    from[2] + (to[2] - from[2]) * t,
    from[3] ?? 255,
  ];
}

/** A colour made lighter (above 1) or darker. */
export function lighten(colour: Colour, factor: number): Colour {
  return [colour[0] * factor, colour[1] * factor, colour[2] * factor, colour[3] ?? 255];
}

/** The pixels of a texture, from the middle of each, then its halves: every pixel the mean of four that are opaque. */
export function rasterise(paint: Paint): Uint8Array {
  const bytes = new Uint8Array(TEXTURE_BYTES);
  for (let row = 0; row < TEXTURE_SIZE; row++) {
    for (let column = 0; column < TEXTURE_SIZE; column++) {
      const [red, green, blue, opaque = 255] = paint(
        (column + 0.5) / TEXTURE_SIZE,
        (row + 0.5) / TEXTURE_SIZE,
      );
      bytes.set([red, green, blue].map(toByte).concat(opaque), (row * TEXTURE_SIZE + column) * 4);
    }
  }
  let [from, size] = [0, TEXTURE_SIZE];
  while (size > 1) {
    const to = from + size * size * 4;
    halve(bytes, from, to, size);
    [from, size] = [to, size / 2];
  }
  return bytes;
}

const toByte = (part: number): number => Math.min(255, Math.max(0, Math.floor(part + 0.5)));

function halve(bytes: Uint8Array, from: number, to: number, size: number): void {
  const half = size / 2;
  for (let row = 0; row < half; row++) {
    for (let column = 0; column < half; column++) {
      const sum = [0, 0, 0, 0];
      for (const [dy, dx] of [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ] as const) {
        const at = from + ((2 * row + dy) * size + 2 * column + dx) * 4;
        const weight = bytes[at + 3]! > 0 ? 1 : 0;
        for (let part = 0; part < 3; part++) sum[part]! += bytes[at + part]! * weight;
        sum[3]! += weight;
      }
      const count = Math.max(1, sum[3]!);
      const mean = sum.slice(0, 3).map((total) => Math.floor(total / count + 0.5));
      bytes.set([...mean, sum[3]! >= 2 ? 255 : 0], to + (row * half + column) * 4);
    }
  }
}
