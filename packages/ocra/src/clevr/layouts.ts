// Positions of the objects of CLEVR-ART's problems. Source: paper fig. S4 and the authors' rendering scripts.

export const clevrTaskNames = ["rmts", "identity-rules"] as const;
export type ClevrTaskName = (typeof clevrTaskNames)[number];

/** A place on the ground before the scene is turned, and what the object there is for. */
export interface ClevrCell {
  readonly role: string;
  readonly x: number;
  readonly y: number;
}

/** Rule that turns a row of objects into views: first the context's objects, then those of each view. */
export interface ClevrLayout {
  readonly context: readonly ClevrCell[];
  readonly candidate: readonly ClevrCell[];
  readonly views: number;
}

export const clevrLayouts: Readonly<Record<ClevrTaskName, ClevrLayout>> = {
  rmts: {
    context: [
      { role: "source", x: 2.8, y: 1.4 },
      { role: "source", x: 2.8, y: -1.4 },
    ],
    candidate: [
      { role: "choice", x: -2.8, y: 1.4 },
      { role: "choice", x: -2.8, y: -1.4 },
    ],
    views: 2,
  },
  "identity-rules": {
    context: [
      { role: "row 1", x: 2.8, y: 2.8 },
      { role: "row 1", x: 2.8, y: 0 },
      { role: "row 1", x: 2.8, y: -2.8 },
      { role: "row 2", x: -2.8, y: 2.8 },
      { role: "row 2", x: -2.8, y: 0 },
    ],
    candidate: [{ role: "choice", x: -2.8, y: -2.8 }],
    views: 4,
  },
};

/** Objects in a row of this task's table: 6 or 9. */
export function rowLength(task: ClevrTaskName): number {
  const { context, candidate, views } = clevrLayouts[task];
  return context.length + views * candidate.length;
}

/** The cells of a view, each with its object. */
export function viewObjects(
  task: ClevrTaskName,
  row: readonly number[],
  view: number,
): { readonly cell: ClevrCell; readonly object: number }[] {
  const { context, candidate } = clevrLayouts[task];
  const own = context.length + view * candidate.length;
  return [
    ...context.map((cell, i) => ({ cell, object: row[i]! })),
    ...candidate.map((cell, i) => ({ cell, object: row[own + i]! })),
  ];
}
