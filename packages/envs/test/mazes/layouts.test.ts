// Layouts against their definitions: rooms, trees, solvability, discs, traps. Looked at through the grid alone where possible.
import { type Layout, MAZES, makeEnv, shortestWay } from "@throughline/envs";
import { Random } from "@throughline/lab/random";
import { expect, test } from "vitest";
import { layoutOf } from "../../dist/mazes/episode.js";
import { roomsAndCorridors } from "../../dist/mazes/layouts/rooms-and-corridors.js";

const height = ({ grid }: Layout, x: number, y: number): number => grid.cells[(y * grid.columns + x) * 4]!;
const isFree = ({ grid }: Layout, x: number, y: number): boolean =>
  grid.cells[(y * grid.columns + x) * 4 + 3] === 0;

/** All cells that can be reached from one, without going up. */
function reachable(layout: Layout, x: number, y: number): Set<string> {
  const seen = new Set([`${x},${y}`]);
  const queue: [number, number][] = [[x, y]];
  for (const [cx, cy] of queue) {
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      const [nx, ny] = [cx + dx, cy + dy];
      const { rows, columns } = layout.grid;
      if (nx < 0 || ny < 0 || nx >= columns || ny >= rows || seen.has(`${nx},${ny}`)) continue;
      if (!isFree(layout, nx, ny) || height(layout, nx, ny) > height(layout, cx, cy)) continue;
      seen.add(`${nx},${ny}`);
      queue.push([nx, ny]);
    }
  }
  return seen;
}

test.each([1, 2, 3, 5, 10, 15, 20, 40])(
  "a maze of %i rooms has so many, and is a tree without dead ends",
  (rooms) => {
    for (let seed = 0; seed < 10; seed++) {
      const maze = roomsAndCorridors(rooms, new Random("rooms", rooms, seed));
      expect(maze.rooms.length).toBe(rooms);
      expect(new Set(maze.rooms.flat()).size).toBe(4 * rooms);
      const live = maze.open.map((_, node) => node).filter((node) => maze.open[node]!.size > 0);
      for (const node of live) {
        for (const other of maze.open[node]!) expect(maze.open[other]!.has(node)).toBe(true);
        if (maze.roomOf[node]! < 0) expect(maze.open[node]!.size).toBeGreaterThanOrEqual(2);
      }
      // With each room as one vertex: a connected graph with one edge less than vertices.
      const vertex = (node: number): string =>
        maze.roomOf[node]! < 0 ? `c${node}` : `r${maze.roomOf[node]}`;
      const vertices = new Set(live.map(vertex));
      const edges = live.flatMap((node) =>
        [...maze.open[node]!].filter((other) => node < other && vertex(node) !== vertex(other)),
      );
      expect(edges.length).toBe(vertices.size - 1);
      const first = live[0]!;
      const joined = new Set([first]);
      for (const node of joined) for (const other of maze.open[node]!) joined.add(other);
      expect(joined.size).toBe(live.length);
    }
  },
);

test("doorways are the edges between a room and what lies outside it", () => {
  const maze = roomsAndCorridors(8, new Random("doors", 1));
  const expected = maze.open
    .flatMap((others, node) => [...others].map((other) => [node, other] as const))
    .filter(([a, b]) => maze.roomOf[a]! >= 0 && maze.roomOf[b] !== maze.roomOf[a])
    .filter(([a, b]) => maze.roomOf[b]! < 0 || a < b);
  expect(new Set(maze.doorways.map(String))).toEqual(new Set(expected.map(String)));
});

const kinds = Object.values(MAZES).flatMap((kind) => kind.levels.map((level) => [kind.id, level] as const));

test.each(kinds)("%s %o: every layout has a way to its goal", (id, level) => {
  const env = makeEnv(id, level);
  try {
    for (let episode = 0; episode < 40; episode++) {
      env.reset({ seed: 7, options: { episode } });
      const { layout, way } = env;
      expect(way.length).toBeGreaterThan(0);
      expect(way.places.at(-1)).toEqual({ x: layout.goal.x, y: layout.goal.y });
      if (layout.arena !== null) continue;
      const reached = reachable(layout, Math.floor(layout.start.x), Math.floor(layout.start.y));
      expect(reached.has(`${Math.floor(layout.goal.x)},${Math.floor(layout.goal.y)}`)).toBe(true);
    }
  } finally {
    env.close();
  }
});

test("a layout is a function of seed and episode", () => {
  const make = (seed: number, episode: number) => {
    const kind = MAZES.goalMaze;
    return layoutOf(kind, kind.complete({ rooms: 5 }), seed, episode);
  };
  expect(make(3, 4)).toEqual(make(3, 4));
  expect(make(3, 5)).not.toEqual(make(3, 4));
  expect(make(4, 4)).not.toEqual(make(3, 4));
});

test("doors: about half of those off the way are closed, none on it", () => {
  const kind = MAZES.obstructedGoalMaze;
  const options = kind.complete({ rooms: 10 });
  let closed = 0;
  let open = 0;
  for (let seed = 0; seed < 60; seed++) {
    const layout = layoutOf(kind, options, seed, 0);
    const maze = roomsAndCorridors(10, new Random("envs", kind.id, seed, 0));
    const way = shortestWay(layout)!.places.map(({ x, y }) => `${Math.floor(x)},${Math.floor(y)}`);
    for (const [a, b] of maze.doorways) {
      const at = (node: number) =>
        [2 * (node % maze.size) + 1, 2 * Math.floor(node / maze.size) + 1] as const;
      const [x, y] = [0, 1].map((axis) => (at(a)[axis]! + at(b)[axis]!) / 2) as [number, number];
      const isClosed = height(layout, x, y) > 0;
      if (way.includes(`${x},${y}`)) expect(isClosed).toBe(false);
      else if (isClosed) closed++;
      else open++;
    }
  }
  // Six standard errors of a fair coin.
  expect(Math.abs(closed - open)).toBeLessThan(6 * Math.sqrt(closed + open));
  expect(closed).toBeGreaterThan(200);
});

test("the hidden platform is uniform in its disc, and the start faces the middle", () => {
  const kind = MAZES.watermaze;
  const options = kind.complete({ radius: 450 });
  const squares: number[] = [];
  for (let seed = 0; seed < 600; seed++) {
    const { goal, start, arena } = layoutOf(kind, options, seed, 0);
    const [x, y] = [goal.x - arena!.x, goal.y - arena!.y];
    squares.push((x * x + y * y) / 4.5 ** 2);
    const turn = (start.heading * Math.PI) / 180;
    const [sx, sy] = [arena!.x - start.x, arena!.y - start.y];
    const away = Math.hypot(sx, sy);
    expect(Math.cos(turn)).toBeCloseTo(sx / away, 9);
    expect(Math.sin(turn)).toBeCloseTo(sy / away, 9);
    expect(away).toBeLessThan(arena!.radius - 0.2);
  }
  // r² / R² is uniform on [0, 1]: mean 1/2, standard error 0.289 / √600 = 0.0118.
  expect(Math.max(...squares)).toBeLessThanOrEqual(1);
  expect(Math.abs(squares.reduce((a, b) => a + b) / 600 - 0.5)).toBeLessThan(0.07);
});

test.each([0.1, 0.5, 0.9, 1])(
  "irreversible path, difficulty %f: start on its tower, traps without return",
  (difficulty) => {
    const kind = MAZES.irreversiblePath;
    const options = kind.complete({ difficulty });
    for (let seed = 0; seed < 20; seed++) {
      const layout = layoutOf(kind, options, seed, 0);
      const { rows, columns } = layout.grid;
      const side = 4 + Math.round(6 * difficulty);
      expect([rows, columns]).toEqual([2 * side + 1, 2 * side + 1]);
      const [sx, sy] = [Math.floor(layout.start.x), Math.floor(layout.start.y)];
      const [gx, gy] = [Math.floor(layout.goal.x), Math.floor(layout.goal.y)];
      // Lattice rows of the start and the goal lie in the first and the last third; they are n − 3 or n − 2 steps apart.
      const third = Math.ceil(side / 3);
      expect((sy - 1) / 2).toBeLessThan(third);
      expect((gy - 1) / 2).toBeGreaterThanOrEqual(side - third);
      expect([side - 3, side - 2]).toContain((Math.abs(sx - gx) + Math.abs(sy - gy)) / 2);
      let tallest = 0;
      let lost = 0;
      const from = reachable(layout, sx, sy);
      for (const cell of from) {
        const [x, y] = cell.split(",").map(Number) as [number, number];
        if (cell !== `${sx},${sy}`) tallest = Math.max(tallest, height(layout, x, y));
        if (!reachable(layout, x, y).has(`${gx},${gy}`)) lost++;
      }
      // Five levels of a quarter of a cell above the rest.
      expect(height(layout, sx, sy) - tallest).toBeGreaterThanOrEqual(5 * 4 - 4);
      expect(lost).toBeGreaterThanOrEqual(Math.round(7 * difficulty));
    }
  },
);
