// Positions of the objects of the ART tasks on the 160 × 160 canvas. Source: the authors' code; all confirmed by
// fixtures.
import { objectSize } from "../glyphs/fit.js";
import type { Area } from "../nn/patchify.js";
import { canvasSize } from "./canvas.js";
import type { ArtTaskName } from "./regime.js";

/** Jitter of an object down and across: `width` whole numbers from `low`, −5 to 4. Source: the authors' code. */
export const jitter = { low: -5, width: 10 } as const;

/** A place on the canvas, and what the object there is for. */
export interface Cell {
  readonly role: string;
  /** Its centre: a 32 × 32 object covers rows row − 16 … row + 15, columns likewise. */
  readonly row: number;
  readonly column: number;
}

/** Rule that turns a row of object numbers into views. */
export interface Layout {
  readonly form: "binary" | "choice";
  /** Objects that every view shows, drawn first. */
  readonly context: readonly Cell[];
  /** Objects that each view shows of its own. */
  readonly candidate: readonly Cell[];
  readonly views: number;
}

const matrix = [
  { role: "row 1", row: 40, column: 40 },
  { role: "row 1", row: 40, column: 88 },
  { role: "row 1", row: 40, column: 136 },
  { role: "row 2", row: 120, column: 40 },
  { role: "row 2", row: 120, column: 88 },
];
const missing: readonly Cell[] = [{ role: "choice", row: 120, column: 136 }];
const matrixLayout: Layout = { form: "choice", context: matrix, candidate: missing, views: 4 };

export const layouts: Readonly<Record<ArtTaskName, Layout>> = {
  "same-different": {
    form: "binary",
    context: [
      { role: "first", row: 80, column: 40 },
      { role: "second", row: 80, column: 120 },
    ],
    candidate: [],
    views: 1,
  },
  rmts: {
    form: "choice",
    context: [
      { role: "source", row: 40, column: 40 },
      { role: "source", row: 40, column: 120 },
    ],
    candidate: [
      { role: "choice", row: 120, column: 40 },
      { role: "choice", row: 120, column: 120 },
    ],
    views: 2,
  },
  "distribution-of-3": matrixLayout,
  "identity-rules": matrixLayout,
};

/** Where the candidate of the matrix tasks (distribution of 3, identity rules) may have ink, whatever its jitter. */
export const answerArea: Area = areaOf(missing[0]!);

function areaOf({ row, column }: Cell): Area {
  const first = (centre: number): number => (centre - objectSize / 2 + jitter.low) / canvasSize;
  const end = (centre: number): number =>
    (centre + objectSize / 2 + jitter.low + jitter.width - 1) / canvasSize;
  return { top: first(row), left: first(column), bottom: end(row), right: end(column) };
}

/** The cells of view `view` and the places of their objects in the problem's row. */
export function viewCells(layout: Layout, view: number): { readonly cell: Cell; readonly place: number }[] {
  const { context, candidate } = layout;
  const own = context.length + view * candidate.length;
  return [
    ...context.map((cell, place) => ({ cell, place })),
    ...candidate.map((cell, at) => ({ cell, place: own + at })),
  ];
}
