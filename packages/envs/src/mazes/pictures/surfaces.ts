// Walls, floors and skies.
import { cloud, speck } from "./noise.js";
import { blend, type Colour, lighten, type Paint } from "./paint.js";

/** Bricks in rows, each of its own shade, with mortar between. */
export function bricks(colour: Colour, mortar: Colour, seed: number, rows = 8, columns = 4): Paint {
  return (x, y) => {
    const row = Math.floor(y * rows);
    const shifted = x * columns + (row % 2) / 2;
    const column = Math.floor(shifted) % columns;
    const [u, v] = [shifted - Math.floor(shifted), y * rows - row];
    if (u < 0.06 || v < 0.12)
      return lighten(mortar, 0.9 + 0.2 * speck(seed, Math.floor(x * 64), Math.floor(y * 64)));
    const grain = cloud(seed + 1, x * 16, y * 16, 16);
    const edge = v > 0.86 || u > 0.95 ? 0.85 : 1;
    return lighten(colour, edge * (0.8 + 0.3 * speck(seed, column, row) + 0.15 * grain));
  };
}

/** Square stones, bevelled. */
export function blocks(colour: Colour, seed: number, count = 4): Paint {
  return (x, y) => {
    const [column, row] = [Math.floor(x * count), Math.floor(y * count)];
    const [u, v] = [x * count - column, y * count - row];
    const bevel = u < 0.08 || v < 0.08 ? 1.18 : u > 0.92 || v > 0.92 ? 0.68 : 1;
    return lighten(
      colour,
      bevel * (0.85 + 0.2 * speck(seed, column, row) + 0.12 * cloud(seed, x * 8, y * 8, 8)),
    );
  };
}

/** Upright boards. */
export function boards(colour: Colour, seed: number, count = 6): Paint {
  return (x, y) => {
    const column = Math.floor(x * count);
    const u = x * count - column;
    if (u < 0.07) return lighten(colour, 0.45);
    const grain = cloud(seed + column, x * 32, y * 4, 32);
    return lighten(colour, 0.75 + 0.2 * speck(seed, column, 0) + 0.25 * grain);
  };
}

/** Leaves, grass, sand: blotches of one colour. */
export function blotches(dark: Colour, light: Colour, seed: number, fineness = 16): Paint {
  return (x, y) => {
    const coarse = cloud(seed, x * (fineness / 4), y * (fineness / 4), fineness / 4);
    const fine = cloud(seed + 1, x * fineness, y * fineness, fineness);
    const grain = speck(seed + 2, Math.floor(x * 64), Math.floor(y * 64));
    return blend(dark, light, 0.4 * coarse + 0.4 * fine + 0.2 * grain);
  };
}

/** Tiles of two colours. */
export function tiles(one: Colour, other: Colour, seed: number, count = 4): Paint {
  return (x, y) => {
    const [column, row] = [Math.floor(x * count), Math.floor(y * count)];
    const [u, v] = [x * count - column, y * count - row];
    if (u < 0.05 || v < 0.05) return [70, 68, 66];
    const colour = (column + row) % 2 === 0 ? one : other;
    return lighten(colour, 0.92 + 0.12 * cloud(seed, x * 8, y * 8, 8));
  };
}

/** A sky from the zenith (top) to the horizon (bottom). */
export function sky(zenith: Colour, horizon: Colour): Paint {
  return (_, y) => blend(zenith, horizon, y * y);
}
