// Pictures against geometry worked out by hand: where edges lie, what hides what, which point of a texture is seen. The textures
// here tell their own coordinates by colour; there is no haze.

import { MAZES, type MazeKind } from "@throughline/envs";
import { doubles } from "@throughline/testing/doubles";
import { fromTypedArray, scope, zeros } from "@throughline/torch";
import { expect, test } from "vitest";
import { layoutOf } from "../../dist/mazes/episode.js";
import { mazeOperators } from "../../dist/mazes/native.js";
import { Simulation } from "../../dist/mazes/simulation.js";

const SIZE = 64;
const TEXELS = 5461;
const [FLOOR, WALL, TALL, SPRITE, SKY, PANEL] = [0, 1, 2, 3, 4, 5];

/** Blue of each texture: far enough apart that sides in the shade, 184 or 232 parts of 256, can be told apart. */
const MARKS = [255, 170, 113, 75, 0, 50];

/** Red says u, green says v, both in 64ths; blue says which texture it is. The sky is black. Column by column. */
function markedAtlas(): Uint8Array {
  const bytes = new Uint8Array(6 * TEXELS * 4);
  for (let texture = 0; texture < 6; texture++) {
    let at = texture * TEXELS * 4;
    for (let side = SIZE; side >= 1; side /= 2) {
      for (let u = 0; u < side; u++) {
        for (let v = 0; v < side; v++, at += 4) {
          const scale = SIZE / side;
          const mark = texture === SKY ? [0, 0, 0] : [u * scale, v * scale, MARKS[texture]!];
          bytes.set([...mark, 255], at);
        }
      }
    }
  }
  return bytes;
}

interface Scene {
  readonly rows: number;
  readonly columns: number;
  /** Height in sixteenths, texture of sides and top. */
  readonly cell: (x: number, y: number) => readonly [height: number, texture: number];
  readonly pose: readonly [x: number, y: number, ground: number, heading: number, pitch: number];
  readonly arena?: readonly [radius: number, x: number, y: number, height: number];
  readonly sprites?: readonly (readonly number[])[];
  readonly panels?: readonly (readonly number[])[];
}

type Pixel = readonly [u: number, v: number, texture: number];

/** Draws a scene with a field of view of 90 degrees; the texture is −1 for the sky. */
function draw(
  { rows, columns, cell, pose, arena, sprites = [], panels = [] }: Scene,
  height: number,
  width: number,
) {
  return scope(() => {
    const cells = new Int16Array(rows * columns * 4);
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++) {
        const [z, texture] = cell(x, y);
        cells.set([z, texture, texture, 0], (y * columns + x) * 4);
      }
    const [radius = 0, ax = 0, ay = 0, wall = 0] = arena ?? [];
    const numbers = [radius, ax, ay, wall, WALL, 0, SKY, 0.5, -1];
    const padded = (rows_: readonly (readonly number[])[], width_: number) =>
      doubles(rows_.length === 0 ? new Array(width_).fill(0) : rows_.flat(), [
        1,
        Math.max(1, rows_.length),
        width_,
      ]);
    const pictures = zeros([1, height, width, 3], { dtype: "uint8" });
    mazeOperators().draw(
      fromTypedArray(cells, [1, rows, columns, 4]),
      doubles(numbers, [1, 9]),
      padded(sprites, 6),
      padded(panels, 5),
      doubles(pose, [1, 5]),
      fromTypedArray(markedAtlas(), [6, TEXELS, 4]),
      90,
      null,
      pictures,
    );
    const bytes = pictures.toTypedArray() as Uint8Array;
    return (row: number, column: number): Pixel => {
      const [red, green, blue] = bytes.subarray((row * width + column) * 3) as unknown as [
        number,
        number,
        number,
      ];
      return [red, green, blue === 0 ? -1 : MARKS.findIndex((mark) => blue <= mark && blue > 0.7 * mark)];
    };
  });
}

const corridor = (x: number): readonly [number, number] => (x >= 5 ? [16, WALL] : [0, FLOOR]);

test("a wall ahead fills the rows that its height and distance say, with floor below and sky above", () => {
  // The eye is 0.5 high and 2.5 cells from a wall of height 1; 90 degrees over 200 columns make the focal length 100 pixels.
  const at = draw({ rows: 9, columns: 9, cell: corridor, pose: [2.5, 4.5, 0, 0, 0] }, 100, 200);
  const half = (0.5 * 100) / 2.5;
  for (let row = 0; row < 100; row++) {
    const middle = row + 0.5 - 50;
    const expected = middle < -half ? -1 : middle < half ? WALL : FLOOR;
    expect(at(row, 100)[2], `row ${row}`).toBe(expected);
  }
});

test("a wall's texture is hung from its top and read from left to right", () => {
  const at = draw({ rows: 9, columns: 9, cell: corridor, pose: [2.5, 4.5, 0, 0, 0] }, 100, 200);
  // Height 1 over 40 rows from row 30; cell 4 lies between columns 80 and 120, since (y − 4.5) = 2.5 (column − 100) / 100.
  for (const [row, column] of [
    [30, 81],
    [40, 90],
    [50, 100],
    [69, 119],
  ] as const) {
    const [red, green, texture] = at(row, column);
    expect(texture).toBe(WALL);
    // A side across the view from west to east has 232 parts of 256 of its light.
    const [u, v] = [(red * 256) / 232, (green * 256) / 232];
    expect(Math.abs(v - ((row + 0.5 - 30) / 40) * 64)).toBeLessThan(2.2);
    expect(Math.abs(u - ((column + 0.5 - 80) / 40) * 64)).toBeLessThan(2.2);
  }
});

test("textures of the four sides all read from left to right", () => {
  const island = (x: number, y: number): readonly [number, number] =>
    x === 4 && y === 4 ? [16, WALL] : [0, FLOOR];
  for (const [x, y, heading] of [
    [2.5, 4.5, 0],
    [4.5, 2.5, 90],
    [6.5, 4.5, 180],
    [4.5, 6.5, 270],
  ] as const) {
    const at = draw({ rows: 9, columns: 9, cell: island, pose: [x, y, 0, heading, 0] }, 100, 200);
    // The near side lies 1.5 ahead and is 66.7 columns wide.
    const [left, right] = [at(50, 70), at(50, 130)];
    expect([left[2], right[2]]).toEqual([WALL, WALL]);
    const light = 256 / (heading % 180 === 0 ? 232 : 184);
    expect(Math.abs(left[0] * light - ((70.5 - 66.67) / 66.67) * 64)).toBeLessThan(2.2);
    expect(Math.abs(right[0] * light - ((130.5 - 66.67) / 66.67) * 64)).toBeLessThan(2.2);
  }
});

test("the floor shows the point that the ray of each pixel meets", () => {
  const pose = [4.3, 4.6, 0, 30, 0] as const;
  const at = draw({ rows: 20, columns: 20, cell: () => [0, FLOOR], pose: [...pose] }, 100, 200);
  const turn = (30 * Math.PI) / 180;
  for (const [row, column] of [
    [60, 30],
    [75, 100],
    [90, 180],
    [99, 60],
  ] as const) {
    const depth = (0.5 * 100) / (row + 0.5 - 50);
    const side = ((column + 0.5 - 100) / 100) * depth;
    const x = pose[0] + depth * Math.cos(turn) - side * Math.sin(turn);
    const y = pose[1] + depth * Math.sin(turn) + side * Math.cos(turn);
    const [u, v, texture] = at(row, column);
    expect(texture).toBe(FLOOR);
    // A coarser level of the texture where pixels of the picture are larger than its own.
    const coarse = Math.max(1, 2 ** Math.ceil(Math.log2(depth / (1.5 * (100 / 64)))));
    const apart = (a: number, b: number) => Math.min(Math.abs(a - b), 64 - Math.abs(a - b));
    expect(apart(u, (x - Math.floor(x)) * 64)).toBeLessThanOrEqual(coarse);
    expect(apart(v, (y - Math.floor(y)) * 64)).toBeLessThanOrEqual(coarse);
  }
});

test("a low wall hides what lies behind it and below it, and a tall one looks over it", () => {
  // Half a cell high at 2 cells, one and a half high at 4: both tops are known rows.
  const cell = (x: number): readonly [number, number] =>
    x === 4 ? [8, WALL] : x === 7 ? [24, TALL] : [0, FLOOR];
  const at = draw({ rows: 5, columns: 9, cell, pose: [1.9, 2.5, 0, 0, 0] }, 200, 200);
  const low = 100; // 0.5 high like the eye: its top is the horizon
  const tall = 100 - (1 * 100) / 5.1;
  for (let row = 0; row < 200; row++) {
    const middle = row + 0.5;
    const foot = 100 + (0.5 * 100) / 2.1;
    const expected = middle < tall ? -1 : middle < low ? TALL : middle < foot ? WALL : FLOOR;
    expect(at(row, 100)[2], `row ${row}`).toBe(expected);
  }
});

test("from a platform one sees the tops of lower ones, and not what their edge hides", () => {
  // On a column 1 high; then ground at 0 from x = 3 on. The eye is 1.5 high.
  const cell = (x: number): readonly [number, number] => (x < 3 ? [16, TALL] : [0, FLOOR]);
  const at = draw({ rows: 5, columns: 9, cell, pose: [1.5, 2.5, 1, 0, 0] }, 200, 200);
  // Own top out to the edge 1.5 ahead: rows below 100 + 0.5 · 100 / 1.5; beyond it the floor 1.5 below the eye, to 7.5 ahead.
  const edge = 100 + 50 / 1.5;
  const end = 100 + 150 / 7.5;
  for (let row = 0; row < 200; row++) {
    const middle = row + 0.5;
    const expected = middle > edge ? TALL : middle > end ? FLOOR : -1;
    expect(at(row, 100)[2], `row ${row}`).toBe(expected);
  }
});

test("looking up moves the picture down by the tangent of the angle, and turning shows the side", () => {
  const level = draw({ rows: 9, columns: 9, cell: corridor, pose: [2.5, 4.5, 0, 0, 0] }, 100, 200);
  const up = draw(
    { rows: 9, columns: 9, cell: corridor, pose: [2.5, 4.5, 0, 0, Math.atan(0.1) * (180 / Math.PI)] },
    100,
    200,
  );
  for (let row = 0; row < 90; row++) expect(up(row + 10, 100)).toEqual(level(row, 100));
  const away = draw({ rows: 9, columns: 9, cell: corridor, pose: [2.5, 4.5, 0, 180, 0] }, 100, 200);
  expect(away(45, 100)[2]).toBe(-1);
});

test("a sprite stands where it is put, faces the agent, and is hidden by what is nearer", () => {
  const sprite = [5.5, 2.5, 0, 0.5, 0.5, SPRITE];
  const open = {
    rows: 5,
    columns: 9,
    cell: () => [0, FLOOR] as const,
    pose: [1.5, 2.5, 0, 0, 0] as const,
    sprites: [sprite],
  };
  const at = draw(open, 200, 200);
  // 4 ahead: 12.5 pixels wide and high, foot 12.5 below the horizon, top on it.
  const seen = Array.from({ length: 200 }, (_, row) => at(row, 100)[2]);
  expect(seen.indexOf(SPRITE)).toBe(100);
  expect(seen.lastIndexOf(SPRITE)).toBe(111);
  const across = Array.from({ length: 200 }, (_, column) => at(105, column)[2]);
  expect([across.indexOf(SPRITE), across.lastIndexOf(SPRITE)]).toEqual([94, 105]);
  const wall = draw({ ...open, cell: (x) => (x === 3 ? [16, WALL] : [0, FLOOR]) }, 200, 200);
  expect(Array.from({ length: 200 }, (_, row) => wall(row, 100)[2])).not.toContain(SPRITE);
  const half = draw({ ...open, cell: (x) => (x === 3 ? [6, WALL] : [0, FLOOR]) }, 200, 200);
  // The far edge of a block 0.375 high, 2.5 ahead, hides all below row 100 + 0.125 · 100 / 2.5.
  const left = Array.from({ length: 200 }, (_, row) => half(row, 100)[2]);
  expect([left.indexOf(SPRITE), left.lastIndexOf(SPRITE)]).toEqual([100, 104]);
  const turned = draw({ ...open, pose: [1.5, 2.5, 0, 180, 0] }, 200, 200);
  expect(Array.from({ length: 200 }, (_, row) => turned(row, 100)[2])).not.toContain(SPRITE);
});

test("the round wall stands at its radius in every direction, with its panel in place", () => {
  const pool = (heading: number, x = 5.5, y = 5.5) =>
    draw(
      {
        ...{ rows: 11, columns: 11, cell: () => [0, FLOOR] as const, pose: [x, y, 0, heading, 0] },
        ...{ arena: [3.9, 5.5, 5.5, 1.5], panels: [[1, 0.1, 0.5, 1, PANEL]] },
      },
      100,
      200,
    );
  for (const heading of [0, 17, 45, 133, 270]) {
    const at = pool(heading);
    // 3.9 ahead in the middle column: from 25.6 pixels above the horizon to 12.8 below it.
    const seen = Array.from({ length: 100 }, (_, row) => at(row, 100)[2]);
    expect(seen.indexOf(WALL), `heading ${heading}`).toBe(24);
    expect(seen.indexOf(FLOOR), `heading ${heading}`).toBe(63);
  }
  // Off the middle the distance is that of the chord: from (7.5, 5.5) looking east the wall is 1.9 ahead.
  const near = Array.from({ length: 100 }, (_, row) => pool(0, 7.5)(row, 100)[2]);
  expect([near.indexOf(WALL), near.indexOf(FLOOR)]).toEqual([0, 76]);
  // The panel's middle is south (1 in pseudo-angles): 0.5 to 1 high at 3.9 is row 37.2 to 50.
  const south = pool(90);
  const rows = Array.from({ length: 100 }, (_, row) => south(row, 100)[2]);
  expect([rows.indexOf(PANEL), rows.lastIndexOf(PANEL)]).toEqual([37, 49]);
  expect(Math.abs(south(44, 100)[0] - 32)).toBeLessThan(4);
  const north = pool(270);
  expect(Array.from({ length: 200 }, (_, column) => north(44, column)[2])).not.toContain(PANEL);
});

/** FNV-1a of bytes. */
function hash(bytes: Uint8Array): string {
  let h = 0x811c9dc5;
  for (const byte of bytes) h = Math.imul(h ^ byte, 0x01000193) >>> 0;
  return h.toString(16);
}

test("the same pictures, bit for bit, on every processor", () => {
  const seen = (Object.values(MAZES) as readonly MazeKind[]).map((kind) => {
    const options = kind.complete({ height: 72, width: 96 });
    const side = kind.size(options);
    const size = { worlds: 1, rows: side, columns: side, sprites: 2, panels: kind.panels };
    const simulation = new Simulation(size, []);
    try {
      return scope(() => {
        simulation.load(0, layoutOf(kind, options, 5, 2));
        simulation.place(0, { ...simulation.pose(0), heading: 67.3, pitch: -7.1 });
        const pictures = zeros([1, 72, 96, 3], { dtype: "uint8" });
        simulation.draw(pictures, 90);
        return `${kind.id} ${hash(pictures.toTypedArray() as Uint8Array)}`;
      });
    } finally {
      simulation.dispose();
    }
  });
  expect(seen).toEqual([
    "GoalMaze-v0 91fe6ee1",
    "ObstructedGoalMaze-v0 3d8323f0",
    "Watermaze-v0 a97ea03e",
    "IrreversiblePath-v0 3ccc0248",
    "SmallGoalMaze-v0 f09908a8",
    "SmallObstructedGoalMaze-v0 5ad109d0",
    "SmallWatermaze-v0 a97ea03e",
    "SmallIrreversiblePath-v0 d41ee342",
  ]);
});
