// What holds for every layout of every maze and level, over many seeds: found by looking at the grid alone.
import { type Layout, MAZES, type MazeKind, mazeKind, shortestWay } from "@throughline/envs";
import { describe, expect, test } from "vitest";
import { layoutOf } from "../../dist/mazes/episode.js";
import { heightAt, isBlocked } from "../../dist/mazes/layout.js";
import { LANDMARKS, landmarkTexture } from "../../dist/mazes/pictures/atlas.js";

const SEEDS = 25;
/** Half the width of an agent's body, in cells. */
const BODY = 0.2;

const levels = Object.values(MAZES).flatMap(({ id }) => {
  const kind = mazeKind(id);
  return kind.levels.map((level) => [id, JSON.stringify(level), kind, level] as const);
});

const layoutsOf = (kind: MazeKind, level: MazeKind["levels"][number], seeds = SEEDS): Layout[] =>
  Array.from({ length: seeds }, (_, seed) => layoutOf(kind, kind.complete(level), seed, seed % 3));

/** True if nobody who stands at a height can enter a cell. */
const isWall = ({ grid }: Layout, x: number, y: number, z: number): boolean =>
  isBlocked(grid, x, y) || heightAt(grid, x, y) > z;

describe.each(levels)("%s %s", (_, __, kind, level) => {
  const layouts = layoutsOf(kind, level);

  test("start and goal are where a body has room, apart from each other", () => {
    for (const layout of layouts) {
      const { grid, start, goal, arena } = layout;
      expect(Math.hypot(start.x - goal.x, start.y - goal.y)).toBeGreaterThan(goal.radius);
      for (const { x, y } of [start, goal]) {
        if (arena !== null) {
          expect(Math.hypot(x - arena.x, y - arena.y)).toBeLessThan(arena.radius - BODY);
          continue;
        }
        const z = heightAt(grid, Math.floor(x), Math.floor(y));
        for (const [dx, dy] of [
          [0, 0],
          [BODY, 0],
          [-BODY, 0],
          [0, BODY],
          [0, -BODY],
        ] as const)
          expect(isWall(layout, Math.floor(x + dx), Math.floor(y + dy), z)).toBe(false);
      }
    }
  });

  test("the goal stands on its ground, and the planner's way is at least the distance", () => {
    for (const layout of layouts) {
      const { grid, goal, start } = layout;
      expect(goal.z).toBe(heightAt(grid, Math.floor(goal.x), Math.floor(goal.y)));
      const way = shortestWay(layout)!;
      const least = Math.hypot(start.x - goal.x, start.y - goal.y) - goal.radius;
      expect(way.length).toBeGreaterThanOrEqual(least - 1e-9);
      expect(way.length).toBeLessThan(grid.rows * grid.columns);
    }
  });

  test.skipIf(kind.id.includes("Path"))("nobody can leave: there are walls around, or a round one", () => {
    for (const layout of layouts) {
      const { grid, arena, start } = layout;
      const { rows, columns } = grid;
      if (arena !== null) {
        const least = Math.min(arena.x, columns - arena.x, arena.y, rows - arena.y);
        expect(least).toBeGreaterThanOrEqual(arena.radius);
        continue;
      }
      const ground = heightAt(grid, Math.floor(start.x), Math.floor(start.y));
      const edges = [
        ...Array.from({ length: columns }, (_, x) => [x, 0, x, rows - 1] as const),
        ...Array.from({ length: rows }, (_, y) => [0, y, columns - 1, y] as const),
      ];
      const open = edges.filter(
        ([x, y, a, b]) => !isWall(layout, x, y, ground) || !isWall(layout, a, b, ground),
      );
      expect(open).toEqual([]);
    }
  });

  test("layouts differ from seed to seed and from episode to episode, and are the same when made again", () => {
    const texts = layouts.map((layout) =>
      JSON.stringify(layout, (_key, value) =>
        ArrayBuffer.isView(value) ? [...(value as Int16Array)] : value,
      ),
    );
    expect(new Set(texts).size).toBe(SEEDS);
    const [again] = layoutsOf(kind, level, 1);
    expect(again).toEqual(layouts[0]);
    const next = layoutOf(kind, kind.complete(level), 0, 1);
    expect(next).not.toEqual(layouts[0]);
  });
});

test("a pool shows each landmark once, evenly spaced, and none at the height of the floor", () => {
  const kind = mazeKind("Watermaze-v0");
  for (const { panels } of layoutsOf(kind, kind.levels[0]!)) {
    expect(new Set(panels.map(({ texture }) => texture)).size).toBe(LANDMARKS);
    for (const { texture, low, high, half } of panels) {
      expect(texture).toBeGreaterThanOrEqual(landmarkTexture(0));
      expect(texture).toBeLessThan(landmarkTexture(LANDMARKS));
      expect([low > 0, high > low, half > 0]).toEqual([true, true, true]);
    }
    const places = panels.map(({ place }) => place).sort((a, b) => a - b);
    const gaps = places.map(
      (place, at) => (at + 1 < places.length ? places[at + 1]! : places[0]! + 4) - place,
    );
    // They do not cover each other.
    for (const gap of gaps) expect(gap).toBeGreaterThan(2 * panels[0]!.half);
  }
});

test("harder levels are larger or their ways longer", () => {
  const mean = (numbers: number[]): number => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  for (const { id } of Object.values(MAZES)) {
    const kind = mazeKind(id);
    const ways = kind.levels.map((level) =>
      mean(layoutsOf(kind, level, 60).map((one) => shortestWay(one)!.length)),
    );
    // Easiest and hardest: neighbours may be within the spread of sixty mazes.
    expect(ways.at(-1)!, `${id}: ${ways.map((way) => way.toFixed(1))}`).toBeGreaterThan(ways[0]!);
  }
});
