// One episode's world before anybody moves in it: what a generator makes, and the simulation loads.

/** Heights are multiples of this part of a cell. */
export const HEIGHT_UNIT = 1 / 16;

/** The grid's columns, row by row from north to south, each row from west to east. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
  /** rows × columns × 4: height in sixteenths of a cell, texture of the sides, texture of the top, 1 if nothing may enter. */
  readonly cells: Int16Array;
}

/** A place in cells; x to the east, y to the south. The middle of the first cell is (0.5, 0.5). */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** A flat picture that faces the agent. */
export interface Sprite extends Place {
  /** Height of its foot. */
  readonly z: number;
  readonly width: number;
  readonly height: number;
  readonly texture: number;
}

/** A picture on the round wall. */
export interface Panel {
  /** Its middle, as a pseudo-angle: 0 east, 1 south, 2 west, 3 north, monotone between. */
  readonly place: number;
  /** Half its width, in the same measure. */
  readonly half: number;
  readonly low: number;
  readonly high: number;
  readonly texture: number;
}

/** A round wall around a place. */
export interface Arena extends Place {
  readonly radius: number;
  readonly height: number;
  readonly texture: number;
}

/** A world at the start of an episode. */
export interface Layout {
  readonly grid: Grid;
  readonly arena: Arena | null;
  readonly panels: readonly Panel[];
  readonly sprites: readonly Sprite[];
  /** Part of the light lost per cell of distance. */
  readonly fog: number;
  /** Texture of the sky. */
  readonly sky: number;
  /** Height of the eye above the ground. */
  readonly eye: number;
  /** Texture of the endless plain at height 0 around the grid; null for none. */
  readonly plain: number | null;
  readonly start: Place & { readonly heading: number };
  /** The disc at height z that ends the episode. */
  readonly goal: Place & { readonly z: number; readonly radius: number };
}

/** Height of a cell's top, in cells. */
export function heightAt(grid: Grid, x: number, y: number): number {
  return grid.cells[(y * grid.columns + x) * 4]! * HEIGHT_UNIT;
}

/** True if nothing may enter a cell, or it lies outside. */
export function isBlocked(grid: Grid, x: number, y: number): boolean {
  if (x < 0 || y < 0 || x >= grid.columns || y >= grid.rows) return true;
  return grid.cells[(y * grid.columns + x) * 4 + 3] !== 0;
}
