// Goal Maze: rooms joined by corridors, a gem in one of them, the agent in another place of a room.
import type { Random } from "@throughline/lab/random";
import type { Layout, Place } from "../layout.js";
import { type TextureName, textureNumber } from "../pictures/atlas.js";
import { GridBuilder } from "./grid-builder.js";
import { cellBetween, cellOf, mapSize, type Node, neighbours } from "./lattice.js";
import { latticeSize, type Maze, roomsAndCorridors } from "./rooms-and-corridors.js";
import { drawSky, gemAt } from "./scenery.js";

/** Dials of the Goal Maze. */
export interface GoalMazeDials {
  /** Number of rooms, exactly. The map grows with it. */
  readonly rooms: number;
  /** True if corridors have doors, some of them closed for the whole episode. A way to the goal always exists. */
  readonly doors: boolean;
}

const WALL = 16;
const roomWalls: readonly TextureName[] = [
  "redBricks",
  "ochreBricks",
  "tealBricks",
  "violetBlocks",
  "timber",
  "sandstone",
];
const roomFloors: readonly TextureName[] = [
  "checker",
  "blueTiles",
  "rustTiles",
  "plankFloor",
  "violetTiles",
  "sand",
];

/** Cells a side of the map for so many rooms. */
export function goalMazeSize(rooms: number): number {
  return mapSize(latticeSize(rooms));
}

/** The world of one episode. */
export function goalMaze({ rooms, doors }: GoalMazeDials, random: Random): Layout {
  const maze = roomsAndCorridors(rooms, random);
  const size = goalMazeSize(rooms);
  const texture = textureNumber;
  const corridorWall = texture("greyBlocks");
  const builder = new GridBuilder(size, size, { height: WALL, side: corridorWall, top: corridorWall });
  const themes = maze.rooms.map((_, room) => ({
    wall: texture(roomWalls[(room + random.below(2)) % roomWalls.length]!),
    floor: texture(roomFloors[(room * 5 + random.below(2)) % roomFloors.length]!),
  }));
  const corridor = { height: 0, side: corridorWall, top: texture("cobble") };
  drawWays(maze, builder, (node) => {
    const room = maze.roomOf[node]!;
    return room < 0 ? corridor : { height: 0, side: themes[room]!.wall, top: themes[room]!.floor };
  });
  for (const [room, nodes] of maze.rooms.entries()) colourWalls(maze, nodes, builder, themes[room]!.wall);
  const [goal, start] = twoPlaces(maze, random);
  if (doors) placeDoors(maze, builder, nodeAt(maze, start), nodeAt(maze, goal), random);
  return {
    grid: builder.build(),
    ...{
      arena: null,
      panels: [],
      plain: null,
      fog: 0.035,
      sky: drawSky(random),
      eye: 0.5,
    },
    ...gemAt(goal, 0),
    start: { ...start, heading: 45 * random.below(8) },
  };
}

type Kind = { readonly height: number; readonly side: number; readonly top: number };

/** Opens the cells of nodes that lead somewhere, of edges, and the middles of rooms. */
function drawWays(
  { size, open, roomOf, rooms }: Maze,
  builder: GridBuilder,
  kindOf: (node: Node) => Kind,
): void {
  open.forEach((others, node) => {
    if (others.size === 0) return;
    const { x, y } = cellOf(node, size);
    builder.set(x, y, kindOf(node));
    for (const other of others) {
      // The cell between belongs to the room if both ends do, otherwise to the corridor.
      const isInside = roomOf[node] === roomOf[other];
      const owner = isInside || roomOf[node]! < 0 ? node : roomOf[other]! < 0 ? other : node;
      const between = cellBetween(node, other, size);
      builder.set(between.x, between.y, kindOf(owner));
    }
  });
  for (const nodes of rooms) {
    const { x, y } = cellOf(Math.min(...nodes), size);
    builder.set(x + 1, y + 1, kindOf(nodes[0]!));
  }
}

/** Gives the walls around a room its own colour. */
function colourWalls(
  { size, doorways }: Maze,
  nodes: readonly Node[],
  builder: GridBuilder,
  wall: number,
): void {
  const { x: left, y: top } = cellOf(Math.min(...nodes), size);
  const isDoorway = (x: number, y: number): boolean =>
    doorways.some(([a, b]) => {
      const between = cellBetween(a, b, size);
      return between.x === x && between.y === y;
    });
  for (let step = -1; step <= 3; step++) {
    for (const [x, y] of [
      [left + step, top - 1],
      [left + step, top + 3],
      [left - 1, top + step],
      [left + 3, top + step],
    ] as const) {
      if (!isDoorway(x, y)) builder.set(x, y, { height: WALL, side: wall, top: wall });
    }
  }
}

/** Two cells of rooms, in different rooms if there are several, at least two cells apart otherwise. */
function twoPlaces({ rooms, size }: Maze, random: Random): [Place, Place] {
  const placeIn = (room: number): Place => {
    const { x, y } = cellOf(Math.min(...rooms[room]!), size);
    return { x: x + random.below(3) + 0.5, y: y + random.below(3) + 0.5 };
  };
  for (;;) {
    const goal = placeIn(random.below(rooms.length));
    const start = placeIn(random.below(rooms.length));
    if (Math.abs(goal.x - start.x) + Math.abs(goal.y - start.y) >= 2) return [goal, start];
  }
}

const nodeAt = ({ size }: Maze, { x, y }: Place): Node => {
  const [column, row] = [x, y].map((at) => Math.min(size - 1, Math.floor((at - 0.5) / 2)));
  return row! * size + column!;
};

/** A door in every doorway: open on the way to the goal, elsewhere closed with probability one half. */
function placeDoors(maze: Maze, builder: GridBuilder, start: Node, goal: Node, random: Random): void {
  const way = wayBetween(maze, start, goal);
  const isOnWay = (a: Node, b: Node): boolean => {
    const at = way.indexOf(a);
    return at >= 0 && (way[at - 1] === b || way[at + 1] === b);
  };
  const [closed, step] = [textureNumber("closedDoor"), textureNumber("doorstep")];
  for (const [a, b] of maze.doorways) {
    const { x, y } = cellBetween(a, b, maze.size);
    const isClosed = !isOnWay(a, b) && random.below(2) === 0;
    const kind = isClosed
      ? { height: WALL, side: closed, top: closed }
      : { height: 0, side: closed, top: step };
    builder.set(x, y, kind);
  }
}

/** The nodes of a shortest way. */
function wayBetween({ open, size }: Maze, start: Node, goal: Node): Node[] {
  const from = new Map<Node, Node>([[start, start]]);
  const queue = [start];
  for (let at = 0; at < queue.length && !from.has(goal); at++) {
    const here = queue[at]!;
    for (const there of neighbours(here, size)) {
      if (!open[here]!.has(there) || from.has(there)) continue;
      from.set(there, here);
      queue.push(there);
    }
  }
  const way = [goal];
  while (way.at(-1) !== start) way.push(from.get(way.at(-1)!)!);
  return way.reverse();
}
