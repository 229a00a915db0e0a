// Maps from above against the layouts that they show.
import { MAZES, type MazeEnv, MazeMap, makeEnv } from "@throughline/envs";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { expect, test } from "vitest";

checkLeaks();

type Rgb = [number, number, number];
type Pixels = ReturnType<MazeMap["draw"]>;

/** Mean colour of a square around a place in cells. */
function colourAt({ width, pixels }: Pixels, cells: number, x: number, y: number, half = 1): Rgb {
  const scale = width / cells;
  const [column, row] = [Math.round(x * scale), Math.round(y * scale)];
  const sum: Rgb = [0, 0, 0];
  let count = 0;
  for (let dy = -half; dy <= half; dy++) {
    for (let dx = -half; dx <= half; dx++, count++) {
      const at = ((row + dy) * width + column + dx) * 3;
      for (const part of [0, 1, 2] as const) sum[part] += pixels[at + part]!;
    }
  }
  return sum.map((part) => part / count) as Rgb;
}

const light = ([red, green, blue]: Rgb): number => (red + green + blue) / 3;
const apart = (a: Rgb, b: Rgb): number => Math.max(...a.map((part, at) => Math.abs(part - b[at]!)));

function begun(id: string, options: object, seed: number): MazeEnv {
  const env = own(makeEnv(id, options));
  env.reset({ seed });
  return env;
}

test.each(Object.values(MAZES).flatMap(({ id, levels }) => levels.map((level) => [id, level] as const)))(
  "%s %j has a map of the size that was asked for, the same each time",
  (id, level) => {
    const { layout, way } = begun(id, { ...level, height: 8, width: 8 }, 3);
    const map = new MazeMap(layout, { side: 150, way });
    const { width, height, pixels } = map.draw();
    expect([width, height, pixels.length]).toEqual([150, 150, 150 * 150 * 3]);
    expect(new Set(pixels).size).toBeGreaterThan(50);
    map.draw({ pose: { ...layout.start } });
    expect(Buffer.compare(map.draw().pixels, pixels)).toBe(0);
  },
);

test("the ground of a room is what can be walked on, and stone is dark", () => {
  const { layout } = begun("GoalMaze-v0", { rooms: 10 }, 1);
  const { grid } = layout;
  const picture = new MazeMap(layout, { side: grid.columns * 20 }).draw();
  const at = (x: number, y: number): number => grid.cells[(y * grid.columns + x) * 4]!;
  const near = (x: number, y: number): number[] =>
    [-1, 0, 1].flatMap((dy) =>
      [-1, 0, 1].flatMap((dx) =>
        x + dx < 0 || y + dy < 0 || x + dx >= grid.columns || y + dy >= grid.rows ? [] : [at(x + dx, y + dy)],
      ),
    );
  let [floors, stones] = [0, 0];
  for (let y = 0; y < grid.rows; y++) {
    for (let x = 0; x < grid.columns; x++) {
      const middle = colourAt(picture, grid.columns, x + 0.5, y + 0.5, 3);
      if (at(x, y) === 0) {
        expect(light(middle)).toBeGreaterThan(60);
        floors++;
      } else if (near(x, y).every((height) => height > 0)) {
        expect(middle.map(Math.round)).toEqual([0x2a, 0x2d, 0x35]);
        stones++;
      }
    }
  }
  expect(floors).toBeGreaterThan(90);
  expect(stones).toBeGreaterThan(10);
});

test("closed doors are red, and open ones show their step", () => {
  const { layout } = begun("ObstructedGoalMaze-v0", { rooms: 15 }, 2);
  const { grid } = layout;
  const picture = new MazeMap(layout, { side: grid.columns * 20 }).draw();
  const closed: Rgb[] = [];
  const open: Rgb[] = [];
  // A wall and a doorstep that no other cell has: found by the side that only doors have.
  const sides = Array.from({ length: grid.rows * grid.columns }, (_, cell) => grid.cells[cell * 4 + 1]!);
  const doorSide = sides.find(
    (side, cell) => grid.cells[cell * 4] === 0 && sides.filter((s) => s === side).length < 40,
  );
  for (const [cell, side] of sides.entries()) {
    if (side !== doorSide) continue;
    const [x, y] = [(cell % grid.columns) + 0.5, Math.floor(cell / grid.columns) + 0.5];
    (grid.cells[cell * 4]! > 0 ? closed : open).push(colourAt(picture, grid.columns, x, y, 1));
  }
  expect(closed.length).toBeGreaterThan(0);
  expect(open.length).toBeGreaterThan(0);
  for (const [red, green, blue] of closed) expect(red).toBeGreaterThan(2 * Math.max(green, blue));
  for (const colour of open) expect(light(colour)).toBeGreaterThan(120);
});

test("higher platforms are lighter than lower ones, and both than the sea", () => {
  const { layout } = begun("IrreversiblePath-v0", { difficulty: 0.7 }, 4);
  const { grid, start } = layout;
  const picture = new MazeMap(layout, { side: grid.columns * 24 }).draw();
  const tower = grid.cells[(Math.floor(start.y) * grid.columns + Math.floor(start.x)) * 4]!;
  const byHeight = new Map<number, number[]>();
  for (let y = 1; y < grid.rows; y += 2) {
    for (let x = 1; x < grid.columns; x += 2) {
      const [height, , , blocked] = grid.cells.subarray((y * grid.columns + x) * 4);
      if (blocked === 1 || height === tower) continue;
      const list = byHeight.get(height!) ?? [];
      list.push(light(colourAt(picture, grid.columns, x + 0.75, y + 0.75, 2)));
      byHeight.set(height!, list);
    }
  }
  const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const rising = [...byHeight].sort(([a], [b]) => a - b).map(([, values]) => mean(values));
  expect(rising.length).toBeGreaterThan(3);
  expect(rising.at(-1)!).toBeGreaterThan(rising[0]! + 60);
  expect(rising[0]!).toBeGreaterThan(light(colourAt(picture, grid.columns, 0.5, 0.5)) + 20);
});

test("landmarks stand around the pool where the agent sees them, and the platform where it is", () => {
  const env = begun("Watermaze-v0", { radius: 300, fieldOfView: 60 }, 5);
  const { layout } = env;
  const cells = layout.grid.columns;
  const { x, y, radius } = layout.arena!;
  const picture = new MazeMap(layout, { side: cells * 30 }).draw();
  const margin = colourAt(picture, cells, 0.3, 0.3, 4);
  for (const { place, low, high } of layout.panels) {
    // A pseudo-angle of 0 is east, 1 south, 2 west, 3 north.
    const dx = place < 2 ? 1 - place : place - 3;
    const dy = place < 1 ? place : place < 3 ? 2 - place : place - 4;
    const far = (radius + 0.42) / Math.hypot(dx, dy);
    const drawn = colourAt(picture, cells, x + dx * far, y + dy * far, 2);
    env.place({ x, y, ground: 0, heading: (Math.atan2(dy, dx) * 180) / Math.PI, pitch: 0 });
    const seen = env.picture(201, 201);
    const up = (((low + high) / 2 - layout.eye) / radius) * (100.5 / Math.tan(Math.PI / 6));
    const atMiddle = colourAt(seen, 201, 100.5, 100.5 - up, 1);
    // The picture of it is hazy, and the map is not.
    expect(apart(drawn, atMiddle)).toBeLessThan(50);
    expect(apart(drawn, margin)).toBeGreaterThan(8);
  }
  const water = colourAt(picture, cells, x + (layout.goal.x > x ? -4 : 4), y, 10);
  const platform = colourAt(picture, cells, layout.goal.x, layout.goal.y, 4);
  expect(platform[0] - water[0]).toBeGreaterThan(40);
});

test("the way walked, the agent and the planner's way are drawn at their places", () => {
  const env = begun("SmallGoalMaze-v0", { rooms: 5 }, 1);
  const { layout, way } = env;
  const cells = layout.grid.columns;
  const map = new MazeMap(layout, { side: cells * 40 });
  const bare = map.draw();
  const places = way.places.slice(0, 4);
  const last = places.at(-1)!;
  const marked = map.draw({ path: places, pose: { ...last, heading: 0 } });
  expect(colourAt(marked, cells, last.x, last.y, 2).map(Math.round)).toEqual([0xe4, 0x00, 0x2b]);
  const [a, b] = [places[1]!, places[2]!];
  expect(colourAt(marked, cells, (a.x + b.x) / 2, (a.y + b.y) / 2, 0)).toEqual([0xff, 0x7a, 0x1a]);
  const far = way.places.at(-2)!;
  expect(colourAt(marked, cells, far.x, far.y)).toEqual(colourAt(bare, cells, far.x, far.y));
  const planned = new MazeMap(layout, { side: cells * 40, way }).draw();
  let changed = 0;
  for (let at = 0; at < bare.pixels.length; at += 3) if (bare.pixels[at] !== planned.pixels[at]) changed++;
  expect(changed).toBeGreaterThan(20 * way.length);
  expect(changed).toBeLessThan(800 * way.length);
});
