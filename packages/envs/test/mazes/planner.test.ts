// Shortest ways against all pairs by Floyd and Warshall, and rules of steps by hand.
import { type Grid, type Layout, shortestWay } from "@throughline/envs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { heightAt, isBlocked } from "../../dist/mazes/layout.js";

/** A grid from heights in sixteenths; null where nothing may enter. */
function gridOf(rows: readonly (readonly (number | null)[])[]): Grid {
  const cells = rows.flatMap((row) => row.flatMap((z) => [z ?? 0, 0, 0, z === null ? 1 : 0]));
  return { rows: rows.length, columns: rows[0]!.length, cells: Int16Array.from(cells) };
}

const middle = (x: number, y: number) => ({ x: x + 0.5, y: y + 0.5 });

function layoutWith(grid: Grid, from: readonly [number, number], to: readonly [number, number]): Layout {
  return {
    ...{ grid, arena: null, panels: [], sprites: [], fog: 0, sky: 0, eye: 0.5, plain: null },
    start: { ...middle(...from), heading: 0 },
    goal: { ...middle(...to), z: 0, radius: 0.5 },
  };
}

const lengthOf = (
  rows: readonly (readonly (number | null)[])[],
  from: readonly [number, number],
  to: readonly [number, number],
): number | undefined => shortestWay(layoutWith(gridOf(rows), from, to))?.length;

/** Whether one step leads from a cell to a neighbour, from the rules in words. */
function mayStep(grid: Grid, x: number, y: number, dx: number, dy: number): boolean {
  const z = (i: number, j: number): number =>
    isBlocked(grid, i, j) ? Number.POSITIVE_INFINITY : heightAt(grid, i, j);
  if (dx === 0 || dy === 0) return z(x + dx, y + dy) <= z(x, y);
  return [z(x + dx, y), z(x, y + dy), z(x + dx, y + dy)].every((other) => other === z(x, y));
}

/** Lengths between all cells (Floyd 1962). */
function allLengths(grid: Grid): number[][] {
  const count = grid.rows * grid.columns;
  const lengths = Array.from({ length: count }, (_, a) =>
    Array.from({ length: count }, (__, b) => {
      const [x, y] = [a % grid.columns, Math.floor(a / grid.columns)];
      const [dx, dy] = [(b % grid.columns) - x, Math.floor(b / grid.columns) - y];
      if (a === b) return 0;
      const isNear = Math.abs(dx) <= 1 && Math.abs(dy) <= 1 && !isBlocked(grid, x, y);
      return isNear && mayStep(grid, x, y, dx, dy) ? Math.hypot(dx, dy) : Number.POSITIVE_INFINITY;
    }),
  );
  for (let via = 0; via < count; via++)
    for (let a = 0; a < count; a++)
      for (let b = 0; b < count; b++)
        lengths[a]![b] = Math.min(lengths[a]![b]!, lengths[a]![via]! + lengths[via]![b]!);
  return lengths;
}

const cell = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<(number | null)[]>(0, 0, 0, 16) },
  { weight: 2, arbitrary: fc.constant(null) },
);
const grids = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
  .chain(([rows, columns]) =>
    fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), {
      minLength: rows,
      maxLength: rows,
    }),
  );

test("on random grids every length is that of all pairs (1e-9)", () => {
  let [found, none] = [0, 0];
  fc.assert(
    fc.property(grids, fc.nat(), fc.nat(), (rows, one, other) => {
      const grid = gridOf(rows);
      const count = grid.rows * grid.columns;
      const [a, b] = [one % count, other % count];
      const [from, to] = [a, b].map((at) => [at % grid.columns, Math.floor(at / grid.columns)] as const);
      fc.pre(!isBlocked(grid, ...from!));
      const way = shortestWay(layoutWith(grid, from!, to!));
      const expected = allLengths(grid)[a]![b]!;
      if (way === null) {
        none++;
        expect(expected).toBe(Number.POSITIVE_INFINITY);
        return;
      }
      found++;
      expect(Math.abs(way.length - expected)).toBeLessThan(1e-9);
      // The places are a way of that length, each step of it allowed.
      expect(way.places[0]).toEqual(middle(...from!));
      expect(way.places.at(-1)).toEqual(middle(...to!));
      let walked = 0;
      for (const [at, place] of way.places.slice(1).entries()) {
        const before = way.places[at]!;
        const [dx, dy] = [place.x - before.x, place.y - before.y];
        expect(mayStep(grid, Math.floor(before.x), Math.floor(before.y), dx, dy)).toBe(true);
        walked += Math.hypot(dx, dy);
      }
      expect(Math.abs(walked - way.length)).toBeLessThan(1e-9);
    }),
    { numRuns: 300 },
  );
  expect(found).toBeGreaterThan(50);
  expect(none).toBeGreaterThan(20);
});

test("a way leads down and never up", () => {
  expect(lengthOf([[32, 16, 0]], [0, 0], [2, 0])).toBe(2);
  expect(lengthOf([[0, 16, 32]], [0, 0], [2, 0])).toBeUndefined();
  expect(lengthOf([[0, 1]], [0, 0], [1, 0])).toBeUndefined();
  // Around a wall that can be seen over, but not climbed.
  expect(
    lengthOf(
      [
        [0, 8, 0],
        [0, 0, 0],
      ],
      [0, 0],
      [2, 0],
    ),
  ).toBe(4);
});

test("diagonals need level ground that is free on both sides", () => {
  const square = (right: number | null, below: number | null, end: number | null = 0) =>
    lengthOf(
      [
        [0, right],
        [below, end],
      ],
      [0, 0],
      [1, 1],
    );
  expect(square(0, 0)).toBe(Math.SQRT2);
  expect(square(null, 0)).toBe(2);
  expect(square(0, null)).toBe(2);
  expect(square(null, null)).toBeUndefined();
  expect(square(-16, 0)).toBe(2);
  expect(square(0, 0, -16)).toBe(2);
  expect(square(-16, -16, -16)).toBe(2);
});

test("nothing leads off the grid, and the way to where one is has length 0", () => {
  expect(lengthOf([[0]], [0, 0], [0, 0])).toBe(0);
  expect(lengthOf([[0, null, 0]], [0, 0], [2, 0])).toBeUndefined();
  const way = shortestWay(layoutWith(gridOf([[0, 0]]), [1, 0], [1, 0]));
  expect(way?.places).toEqual([{ x: 1.5, y: 0.5 }]);
});

test("in a round pool the way is straight, whatever the cells are", () => {
  const grid = gridOf([
    [null, null],
    [null, null],
  ]);
  const layout: Layout = {
    ...layoutWith(grid, [0, 0], [1, 1]),
    arena: { x: 5, y: 5, radius: 5, height: 1, texture: 0 },
    start: { x: 1, y: 1, heading: 0 },
    goal: { x: 4, y: 5, z: 0, radius: 0.5 },
  };
  expect(shortestWay(layout)).toEqual({
    places: [
      { x: 1, y: 1 },
      { x: 4, y: 5 },
    ],
    length: 5,
  });
});

test("a grid's heights are in sixteenths; outside of it all is blocked", () => {
  const grid = gridOf([
    [16, -8],
    [null, 24],
  ]);
  expect([heightAt(grid, 0, 0), heightAt(grid, 1, 0), heightAt(grid, 1, 1)]).toEqual([1, -0.5, 1.5]);
  expect([isBlocked(grid, 0, 0), isBlocked(grid, 0, 1)]).toEqual([false, true]);
  for (const [x, y] of [
    [-1, 0],
    [0, -1],
    [2, 0],
    [0, 2],
  ] as const)
    expect(isBlocked(grid, x, y)).toBe(true);
});
