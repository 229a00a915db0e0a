// Shortest ways on the grid of a layout: the proof that a level can be solved, and the measure of how straight an agent walks.
import { type Grid, heightAt, isBlocked, type Layout, type Place } from "./layout.js";

/** A way from the start to the goal. */
export interface Way {
  /** Middles of the cells on it, from the start to the goal. */
  readonly places: readonly Place[];
  /** Its length in cells. */
  readonly length: number;
}

const steps = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
  [1, 1],
  [-1, 1],
  [-1, -1],
  [1, -1],
] as const;

/**
 * A shortest way by cells: to the eight neighbours, never upwards, diagonally only over level ground that is free on both sides
 * (Dijkstra 1959). In a round pool the straight way. Null if there is none.
 */
export function shortestWay({ grid, start, goal, arena }: Layout): Way | null {
  if (arena !== null) {
    const length = Math.max(0, Math.hypot(goal.x - start.x, goal.y - start.y));
    const places = [start, goal].map(({ x, y }) => ({ x, y }));
    return { places, length };
  }
  const cellOf = (place: Place): number => Math.floor(place.y) * grid.columns + Math.floor(place.x);
  const [first, last] = [cellOf(start), cellOf(goal)];
  const before = new Map<number, number>();
  const far = new Map<number, number>([[first, 0]]);
  const open = new Set([first]);
  while (open.size > 0) {
    const here = nearest(open, far);
    open.delete(here);
    if (here === last) return wayTo(last, before, far.get(last)!, grid);
    for (const [there, length] of waysFrom(grid, here)) {
      const total = far.get(here)! + length;
      if (total >= (far.get(there) ?? Number.POSITIVE_INFINITY)) continue;
      far.set(there, total);
      before.set(there, here);
      open.add(there);
    }
  }
  return null;
}

function nearest(open: ReadonlySet<number>, far: ReadonlyMap<number, number>): number {
  let best = -1;
  for (const cell of open) if (best < 0 || far.get(cell)! < far.get(best)!) best = cell;
  return best;
}

function waysFrom(grid: Grid, cell: number): [cell: number, length: number][] {
  const [x, y] = [cell % grid.columns, Math.floor(cell / grid.columns)];
  const height = heightAt(grid, x, y);
  const isFree = (column: number, row: number): boolean =>
    !isBlocked(grid, column, row) && heightAt(grid, column, row) <= height;
  const isLevel = (column: number, row: number): boolean =>
    isFree(column, row) && heightAt(grid, column, row) === height;
  return steps.flatMap(([dx, dy]): [number, number][] => {
    const isDiagonal = dx !== 0 && dy !== 0;
    const isOpen = isDiagonal
      ? isLevel(x + dx, y + dy) && isLevel(x + dx, y) && isLevel(x, y + dy)
      : isFree(x + dx, y + dy);
    return isOpen ? [[(y + dy) * grid.columns + x + dx, isDiagonal ? Math.SQRT2 : 1]] : [];
  });
}

function wayTo(last: number, before: ReadonlyMap<number, number>, length: number, grid: Grid): Way {
  const cells = [last];
  for (let cell = before.get(last); cell !== undefined; cell = before.get(cell)) cells.push(cell);
  const places = cells
    .reverse()
    .map((cell) => ({ x: (cell % grid.columns) + 0.5, y: Math.floor(cell / grid.columns) + 0.5 }));
  return { places, length };
}
