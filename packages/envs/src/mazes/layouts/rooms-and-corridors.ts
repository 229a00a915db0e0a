// A maze of square rooms: a lattice of nodes, some merged into rooms, the rest a maze, joined into one tree, with dead ends and
// detours taken away.
import type { Random } from "@throughline/lab/random";
import { type Node, neighbours } from "./lattice.js";

/** A maze on a lattice. */
export interface Maze {
  /** Nodes a side. */
  readonly size: number;
  /** The four nodes of each room. */
  readonly rooms: readonly (readonly Node[])[];
  /** Room of each node; −1 for a corridor or nothing. */
  readonly roomOf: Int16Array;
  /** Neighbours of each node that it is open to. */
  readonly open: readonly Set<Node>[];
  /** The edges that lead out of a room, each once, as [node of the room, other node]. */
  readonly doorways: readonly (readonly [Node, Node])[];
}

/** Nodes a side for so many rooms: they fill about half of the lattice, so that there is always room for all. */
export function latticeSize(rooms: number): number {
  return Math.max(3, Math.ceil(Math.sqrt(6.5 * rooms)));
}

/** A maze with exactly `rooms` rooms of 2 × 2 nodes (3 × 3 cells). */
export function roomsAndCorridors(rooms: number, random: Random): Maze {
  const size = latticeSize(rooms);
  const roomOf = placeRooms(size, rooms, random);
  const open = Array.from({ length: size * size }, () => new Set<Node>());
  const members: Node[][] = Array.from({ length: rooms }, () => []);
  roomOf.forEach((room, node) => {
    if (room >= 0) members[room]!.push(node);
  });
  for (const room of members)
    for (const a of room) for (const b of neighbours(a, size)) if (room.includes(b)) link(open, a, b);
  const regions = carveCorridors(size, roomOf, open, random);
  joinRegions(size, regions, open, random);
  removeDeadEnds(roomOf, open);
  while (shortenHorseshoe(size, roomOf, open)) removeDeadEnds(roomOf, open);
  const doorways = members.flatMap((room) =>
    room.flatMap((a) =>
      [...open[a]!]
        .filter((b) => roomOf[b] !== roomOf[a] && (roomOf[b]! < 0 || a < b))
        .map((b) => [a, b] as const),
    ),
  );
  return { size, rooms: members, roomOf, open, doorways };
}

function link(open: readonly Set<Node>[], a: Node, b: Node): void {
  open[a]!.add(b);
  open[b]!.add(a);
}

function unlink(open: readonly Set<Node>[], a: Node, b: Node): void {
  open[a]!.delete(b);
  open[b]!.delete(a);
}

/** Places rooms at random until all have found a place, beginning anew when one has not. */
function placeRooms(size: number, rooms: number, random: Random): Int16Array {
  const corners = Array.from({ length: (size - 1) ** 2 }, (_, at) => {
    const [row, column] = [Math.floor(at / (size - 1)), at % (size - 1)];
    return row * size + column;
  });
  for (;;) {
    const roomOf = new Int16Array(size * size).fill(-1);
    let placed = 0;
    for (const corner of random.shuffle([...corners])) {
      if (placed === rooms) break;
      const square = [corner, corner + 1, corner + size, corner + size + 1];
      if (square.some((node) => roomOf[node]! >= 0)) continue;
      for (const node of square) roomOf[node] = placed;
      placed++;
    }
    if (placed === rooms) return roomOf;
  }
}

/** A maze by recursive backtracking in what the rooms leave free. @return for each node the number of its region */
function carveCorridors(
  size: number,
  roomOf: Int16Array,
  open: readonly Set<Node>[],
  random: Random,
): Int16Array {
  const regions = Int16Array.from(roomOf);
  let next = Math.max(...roomOf) + 1;
  for (let first = 0; first < regions.length; first++) {
    if (regions[first]! >= 0) continue;
    const path = [first];
    regions[first] = next;
    while (path.length > 0) {
      const here = path.at(-1)!;
      const free = neighbours(here, size).filter((node) => regions[node]! < 0);
      if (free.length === 0) {
        path.pop();
        continue;
      }
      const there = free[random.below(free.length)]!;
      regions[there] = next;
      link(open, here, there);
      path.push(there);
    }
    next++;
  }
  return regions;
}

/** Opens walls between regions, in random order, where that joins two that were apart. */
function joinRegions(size: number, regions: Int16Array, open: readonly Set<Node>[], random: Random): void {
  const walls = Array.from(regions, (_, node) =>
    neighbours(node, size)
      .filter((other) => other > node && regions[other] !== regions[node])
      .map((other) => [node, other] as const),
  ).flat();
  const group = Array.from({ length: Math.max(...regions) + 1 }, (_, region) => region);
  const find = (region: number): number => (group[region] === region ? region : find(group[region]!));
  for (const [a, b] of random.shuffle(walls)) {
    const [left, right] = [find(regions[a]!), find(regions[b]!)];
    if (left === right) continue;
    group[left] = right;
    link(open, a, b);
  }
}

function removeDeadEnds(roomOf: Int16Array, open: readonly Set<Node>[]): void {
  const isEnd = (node: Node): boolean => roomOf[node]! < 0 && open[node]!.size === 1;
  const ends = open.map((_, node) => node).filter(isEnd);
  for (let end = ends.pop(); end !== undefined; end = ends.pop()) {
    const [other] = [...open[end]!];
    if (other === undefined) continue;
    unlink(open, end, other);
    if (isEnd(other)) ends.push(other);
  }
}

/** Replaces one corridor that leaves a line and comes back beside it by the straight way. @return whether there was one */
function shortenHorseshoe(size: number, roomOf: Int16Array, open: readonly Set<Node>[]): boolean {
  const isBend = (node: Node): boolean => roomOf[node]! < 0 && open[node]!.size === 2;
  for (let a = 0; a < open.length; a++) {
    if (!isBend(a)) continue;
    for (const b of open[a]!) {
      if (!isBend(b)) continue;
      const [before] = [...open[a]!].filter((node) => node !== b);
      const [after] = [...open[b]!].filter((node) => node !== a);
      const isBeside =
        before !== undefined && after !== undefined && neighbours(before, size).includes(after);
      if (!isBeside || open[before]!.has(after)) continue;
      unlink(open, a, b);
      unlink(open, before, a);
      unlink(open, b, after);
      link(open, before, after);
      return true;
    }
  }
  return false;
}
