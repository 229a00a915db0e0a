// The same generators with 8 objects are those of CLEVR-ART: compared with the problem tables that its authors published.
import { Random } from "@throughline/lab/random";
import { identityProblems, rmtsProblems } from "@throughline/ocra";
import { describeWith } from "@throughline/testing/reference";
import { io, scope } from "@throughline/torch";
import { expect, test } from "vitest";
import { clevrTable } from "../datasets/support.js";
import { solve, type View } from "./solver.js";

interface Row {
  readonly objects: readonly number[];
  readonly target: number;
}

/** A published table, each combination of colour, shape, size and material with a number of its own. */
function published(path: string): Row[] {
  return scope(() => {
    const { x, y } = io.loadNpz(path) as Record<"x" | "y", ReturnType<typeof io.loadNpy>>;
    const [rows, cells] = x.shape as [number, number];
    const values = Array.from(x.toTypedArray(), Number);
    const numbers = new Map<string, number>();
    const targets = Array.from(y.toTypedArray(), Number);
    return Array.from({ length: rows }, (_, row) => ({
      target: targets[row]!,
      objects: Array.from({ length: cells }, (_, cell) => {
        const key = values.slice(4 * (row * cells + cell), 4 * (row * cells + cell + 1)).join();
        if (!numbers.has(key)) numbers.set(key, numbers.size);
        return numbers.get(key)!;
      }),
    }));
  });
}

const rmtsViews = ({ objects }: Row): View[] =>
  [2, 4].map((at) => [
    ...objects.slice(0, 2).map((object) => ({ object, role: "source" })),
    ...objects.slice(at, at + 2).map((object) => ({ object, role: "choice" })),
  ]);

const matrixViews = ({ objects }: Row): View[] =>
  [5, 6, 7, 8].map((at) => [
    ...objects.slice(0, 3).map((object) => ({ object, role: "row 1" })),
    ...objects.slice(3, 5).map((object) => ({ object, role: "row 2" })),
    { object: objects[at]!, role: "choice" },
  ]);

/** How many of each rule, how many different problems, how many objects. */
function statistics(task: string, rows: readonly Row[], views: (row: Row) => View[]): Record<string, number> {
  const found: Record<string, number> = { problems: rows.length };
  for (const row of rows) {
    const { rule, target } = solve(task, views(row));
    expect(target).toBe(row.target);
    found[rule] = (found[rule] ?? 0) + 1;
  }
  found.different = new Set(rows.map(({ objects }) => objects.join())).size;
  found.objects = new Set(rows.flatMap(({ objects }) => objects)).size;
  return found;
}

const tasks = [
  {
    table: "RMTS",
    task: "art/rmts",
    views: rmtsViews,
    ours: () => rmtsProblems(8, 10_000, "full_space", new Random("test", 1)),
  },
  {
    table: "identity_rules",
    task: "art/identity-rules",
    views: matrixViews,
    ours: () => identityProblems(8, 10_000, "full_space", new Random("test", 2)),
  },
] as const;

for (const { table, task, views, ours } of tasks) {
  describeWith(`CLEVR-ART ${table}`, [clevrTable(table, "train"), clevrTable(table, "test")], () => {
    test("our problems are of the same kinds, as often, and repeat as seldom", () => {
      const made = statistics(task, ours(), views);
      for (const split of ["train", "test"] as const) {
        const theirs = statistics(task, published(clevrTable(table, split)), views);
        expect(Object.keys(made).sort()).toEqual(Object.keys(theirs).sort());
        for (const [what, number] of Object.entries(theirs)) {
          // Counts of 10 000 draws: five standard deviations of the difference of two are at most 354.
          expect(Math.abs(made[what]! - number), `${split} ${what}`).toBeLessThan(354);
        }
        expect([made.problems, made.objects]).toEqual([theirs.problems, theirs.objects]);
        // Repetitions are rare events, a problem that comes k times being k − 1 of them: Poisson, up to the few that come often.
        const [ofOurs, ofTheirs] = [made, theirs].map(
          ({ problems, different }) => problems! - different!,
        ) as [number, number];
        expect(Math.abs(ofOurs - ofTheirs), `${split} repetitions`).toBeLessThan(
          4 * Math.sqrt(ofOurs + ofTheirs),
        );
      }
    });
  });
}
