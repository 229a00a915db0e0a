// A square lattice of nodes on the grid of cells: a node is a cell at odd coordinates, an edge the cell between two.

/** Number of a node: row × size + column. */
export type Node = number;

/** Cells a side of the map of a lattice with `size` nodes a side. */
export const mapSize = (size: number): number => 2 * size + 1;

/** The cell of a node. */
export function cellOf(node: Node, size: number): { readonly x: number; readonly y: number } {
  return { x: 2 * (node % size) + 1, y: 2 * Math.floor(node / size) + 1 };
}

/** The cell between two neighbours. */
export function cellBetween(a: Node, b: Node, size: number): { readonly x: number; readonly y: number } {
  const [from, to] = [cellOf(a, size), cellOf(b, size)];
  return { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
}

/** The nodes beside a node: north, east, south, west. */
export function neighbours(node: Node, size: number): Node[] {
  const [row, column] = [Math.floor(node / size), node % size];
  const found: Node[] = [];
  if (row > 0) found.push(node - size);
  if (column + 1 < size) found.push(node + 1);
  if (row + 1 < size) found.push(node + size);
  if (column > 0) found.push(node - 1);
  return found;
}
