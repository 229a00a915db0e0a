// A grid that generators draw into, cell by cell.
import type { Grid } from "../layout.js";

/** Height, textures and state of a cell. */
export interface CellKind {
  /** Height of its top in sixteenths of a cell. */
  readonly height: number;
  readonly side: number;
  readonly top: number;
  readonly blocked?: boolean;
}

/** A grid of equal cells, which can be changed until it is built. */
export class GridBuilder {
  readonly rows: number;
  readonly columns: number;
  readonly #cells: Int16Array;

  constructor(rows: number, columns: number, fill: CellKind) {
    this.rows = rows;
    this.columns = columns;
    this.#cells = new Int16Array(rows * columns * 4);
    for (let y = 0; y < rows; y++) for (let x = 0; x < columns; x++) this.set(x, y, fill);
  }

  set(x: number, y: number, { height, side, top, blocked = false }: CellKind): void {
    this.#cells.set([height, side, top, Number(blocked)], (y * this.columns + x) * 4);
  }

  build(): Grid {
    return { rows: this.rows, columns: this.columns, cells: this.#cells };
  }
}
