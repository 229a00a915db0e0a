// Problems as rows of object numbers, before anything is drawn.

/** One problem: its objects in the order of the paper's `seq`, the right answer, and the rule that makes it right. */
export interface ProblemRow {
  readonly objects: readonly number[];
  readonly target: number;
  readonly rule: string;
}

/** Method of sampling a space of problems; see `ArtTaskOptions.method`. */
export type GeneratorMethod = "subsample" | "full_space";

/** Problems are the same if they look the same but for jitter. */
export function rowKey({ objects }: ProblemRow): string {
  return objects.join();
}

/** Collects `rows` new problems from `draw`, none of which was seen before; `seen` grows. */
export function drawNew(draw: () => ProblemRow, seen: Set<string>): ProblemRow {
  for (;;) {
    const row = draw();
    const key = rowKey(row);
    if (seen.has(key)) continue;
    seen.add(key);
    return row;
  }
}

/** The rows with others in place of the object numbers: row object i becomes `objects[i]`. */
export function withObjects(rows: readonly ProblemRow[], objects: readonly number[]): ProblemRow[] {
  return rows.map((row) => ({ ...row, objects: row.objects.map((object) => objects[object]!) }));
}
