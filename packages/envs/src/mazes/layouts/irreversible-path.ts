// Irreversible Path: platforms that only lead downwards. One path ends at the gem, the others branch off it and end too low.
import type { Random } from "@throughline/lab/random";
import { HEIGHT_UNIT, type Layout, type Place } from "../layout.js";
import { textureNumber } from "../pictures/atlas.js";
import { GridBuilder } from "./grid-builder.js";
import { cellBetween, cellOf, mapSize, type Node, neighbours } from "./lattice.js";
import { drawSky, gemAt } from "./scenery.js";

/** Dials of the Irreversible Path. */
export interface IrreversiblePathDials {
  /** Size of the map, number of paths and their detours, from 0 to 1. */
  readonly difficulty: number;
}

/** Sixteenths of a cell that one level is high. */
const LEVEL = 4;
/** Levels that the start lies above the rest, for an overview. */
const TOWER = 5;

/** Nodes a side: 4 + round(6 d). */
const lattice = (difficulty: number): number => 4 + Math.round(6 * difficulty);

/** Cells a side of the map. */
export function irreversiblePathSize(difficulty: number): number {
  return mapSize(lattice(difficulty));
}

/** The world of one episode. */
export function irreversiblePath({ difficulty }: IrreversiblePathDials, random: Random): Layout {
  const size = lattice(difficulty);
  const traps = Math.round(7 * difficulty);
  for (;;) {
    const platforms = new Platforms(size);
    const way = mainPath(size, difficulty, random);
    if (way === undefined) continue;
    platforms.descend(way, random);
    let left = traps;
    for (let tries = 0; tries < 60 * traps && left > 0; tries++) if (platforms.branch(way, random)) left--;
    if (left > 0) continue;
    return platforms.layout(way, random);
  }
}

/**
 * A path from the first third of the rows to the last, whose ends are n − 3 or n − 2 steps apart, with detours.
 * Undefined if the draw of this attempt leads nowhere.
 */
function mainPath(size: number, difficulty: number, random: Random): Node[] | undefined {
  const third = Math.ceil(size / 3);
  const from = { row: random.below(third), column: random.below(size) };
  const to = { row: size - 1 - random.below(third), column: random.below(size) };
  const apart = Math.abs(from.row - to.row) + Math.abs(from.column - to.column);
  if (apart < size - 3 || apart > size - 2 || apart < 2) return undefined;
  const detour = Math.floor(size * (0.3 + difficulty));
  const longest = apart + (detour === 1 ? 2 : detour);
  const goal = to.row * size + to.column;
  const path = [from.row * size + from.column];
  const used = new Set(path);
  while (path.at(-1) !== goal) {
    const here = path.at(-1)!;
    const free = neighbours(here, size).filter(
      (node) => !used.has(node) && path.length + distance(node, goal, size) <= longest,
    );
    if (free.length === 0) return undefined;
    const next = free[random.below(free.length)]!;
    path.push(next);
    used.add(next);
  }
  return path;
}

function distance(a: Node, b: Node, size: number): number {
  return Math.abs((a % size) - (b % size)) + Math.abs(Math.floor(a / size) - Math.floor(b / size));
}

/** Platforms with their levels; the goal's path is at index 0 and upwards, traps below. */
class Platforms {
  readonly size: number;
  /** The level of each node that is a platform, relative to the first path's end. */
  readonly levels = new Map<Node, number>();
  /** Bridges as [higher, lower]: they lie at the lower level. */
  readonly bridges: [Node, Node][] = [];

  constructor(size: number) {
    this.size = size;
  }

  /** Levels of the first path: each step 1 or 2 down with probability 0.3; the start stands on its tower. */
  descend(way: readonly Node[], random: Random): void {
    let level = 0;
    way.forEach((node, at) => {
      if (at > 0 && random.unit() < 0.3) level -= 1 + random.below(2);
      this.levels.set(node, at === 0 ? TOWER : level);
      if (at > 0) this.bridges.push([way[at - 1]!, node]);
    });
  }

  /** Adds a trap: from a platform of the goal's path to beside a later one, below which it ends. @return whether it found a way */
  branch(way: readonly Node[], random: Random): boolean {
    const at = random.below(way.length - 1);
    const path: Node[] = [];
    let here = way[at]!;
    const longest = 2 + random.below(this.size);
    while (path.length < longest) {
      const free = neighbours(here, this.size).filter(
        (node) => !this.levels.has(node) && !path.includes(node),
      );
      if (free.length === 0) break;
      here = free[random.below(free.length)]!;
      path.push(here);
    }
    if (path.length === 0) return false;
    const later = neighbours(here, this.size).filter((node) => way.indexOf(node) > at);
    const rejoined = later.length === 0 ? undefined : later[random.below(later.length)]!;
    // Below everything of the goal's path that the trap comes near, so that there is no way back up.
    const beside = path.flatMap((node) =>
      neighbours(node, this.size).filter((other) => way.indexOf(other) > at),
    );
    const top = this.levels.get(way[at]!)!;
    const least = Math.min(top, ...beside.map((node) => this.levels.get(node)!)) - 1;
    let level = Math.min(top, 0);
    let before = way[at]!;
    path.forEach((node, index) => {
      if (random.unit() < 0.3) level -= 1 + random.below(2);
      if (index === path.length - 1) level = Math.min(level, least);
      this.levels.set(node, level);
      this.bridges.push([before, node]);
      before = node;
    });
    if (rejoined !== undefined) this.bridges.push([rejoined, here]);
    return true;
  }

  layout(way: readonly Node[], random: Random): Layout {
    const cells = mapSize(this.size);
    const texture = textureNumber;
    const abyss = { height: 0, side: texture("abyss"), top: texture("abyss"), blocked: true };
    const builder = new GridBuilder(cells, cells, abyss);
    const lowest = Math.min(...this.levels.values());
    const heightOf = (node: Node): number => (this.levels.get(node)! - lowest + 2) * LEVEL;
    const [start, goal] = [way[0]!, way.at(-1)!];
    const side = texture("platformSide");
    for (const node of this.levels.keys()) {
      const { x, y } = cellOf(node, this.size);
      const top = node === start ? texture("startPlatform") : texture("platform");
      builder.set(x, y, { height: heightOf(node), side, top });
    }
    for (const [from, to] of this.bridges) {
      const { x, y } = cellBetween(from, to, this.size);
      builder.set(x, y, { height: heightOf(to), side, top: texture("plankFloor") });
    }
    const middle = (node: Node): Place => {
      const { x, y } = cellOf(node, this.size);
      return { x: x + 0.5, y: y + 0.5 };
    };
    // It looks to the south, over everything that follows.
    return {
      grid: builder.build(),
      ...{
        arena: null,
        panels: [],
        plain: texture("abyss"),
        fog: 0.025,
        sky: drawSky(random),
        eye: 0.5,
      },
      ...gemAt(middle(goal), heightOf(goal) * HEIGHT_UNIT),
      start: { ...middle(start), heading: 90 },
    };
  }
}
