// A table of text as sequences: which column is what, and everything that is wrong with its cells.
import { fromTypedArray, scope, type Tensor } from "@throughline/torch";
import type { TextTable } from "@throughline/torch/files";
import type { Problems } from "./problems.js";

/** Columns with a meaning of their own; all others are features. */
const SPECIAL = ["sequence", "time", "split"] as const;
const TARGET = /^target(_.+)?$/;

/** Rows of a table, grouped. */
export interface Grouped {
  /** Numbers of their columns. */
  readonly features: readonly number[];
  readonly targets: readonly string[];
  readonly sequences: readonly Group[];
}

/** One sequence of a table. */
export interface Group {
  readonly id: string;
  readonly split: string;
  /** Numbers of its rows, in the order of time. */
  readonly rows: readonly number[];
}

/** Groups rows by sequence, in the order of their first rows, and sorts each by time. */
export function group(table: TextTable, problems: Problems): Grouped {
  const { titles, rows, lines } = table;
  const seen = new Set<string>();
  const twice = titles.filter((title) => seen.size === seen.add(title).size);
  if (twice.length > 0) problems.add(`the column ${[...new Set(twice)].join(", ")} is there more than once`);
  const uneven = rows.flatMap((row, i) => (row.length === titles.length ? [] : [lines[i]!]));
  problems.addAt(uneven, (shown) => `line ${shown} has not ${titles.length} fields as the first line has`);
  const column = titles.indexOf("sequence");
  const targets = titles.filter((title) => TARGET.test(title));
  const isFeature = (title: string): boolean =>
    !TARGET.test(title) && !(SPECIAL as readonly string[]).includes(title);
  const features = titles.flatMap((title, i) => (isFeature(title) ? [i] : []));
  if (features.length === 0) {
    problems.add(`there is no column of features beside ${titles.join(", ")}`);
  }
  const groups = new Map<string, number[]>();
  for (const [i, row] of rows.entries()) {
    const id = column < 0 ? "" : (row[column] ?? "");
    const own = groups.get(id);
    if (own === undefined) groups.set(id, [i]);
    else own.push(i);
  }
  if (rows.length === 0) problems.add("there are no rows below the titles");
  const time = titles.indexOf("time");
  const times = time < 0 ? undefined : numbersOf(table, time, problems);
  const sequences = [...groups].map(([id, own]) => ({
    id,
    split: splitOf(table, id, own, problems),
    rows: times === undefined ? own : own.sort((a, b) => times[a]! - times[b]!),
  }));
  if (times !== undefined) problems.addAt(repeated(table, sequences, times), (shown) => shown);
  return { features, targets, sequences };
}

/** Rows that have the time of the row before them: nothing says which of the two comes first. */
function repeated(table: TextTable, sequences: readonly Group[], times: Float64Array): string[] {
  return sequences.flatMap(({ id, rows }) =>
    rows.flatMap((row, i) => {
      const before = rows[i - 1];
      if (before === undefined || times[before] !== times[row]) return [];
      const of = table.titles.includes("sequence") ? ` of sequence ${id}` : "";
      return [`lines ${table.lines[before]} and ${table.lines[row]}${of} have the same time ${times[row]}`];
    }),
  );
}

function splitOf(table: TextTable, id: string, rows: readonly number[], problems: Problems): string {
  const column = table.titles.indexOf("split");
  if (column < 0) return "";
  const values = new Set(rows.map((row) => table.rows[row]![column] ?? ""));
  const [value = ""] = values;
  if (values.size > 1) problems.add(`sequence ${id} is in several parts: split is ${[...values].join(", ")}`);
  else if (value !== "train" && value !== "test") {
    problems.add(`split of sequence ${id} is "${value}"; give train or test`);
  }
  return value;
}

/** A column as numbers, row by row. */
export function numbersOf(table: TextTable, column: number, problems: Problems): Float64Array {
  const title = table.titles[column]!;
  const values = Float64Array.from(table.rows, (row) => numberOf(row[column]));
  const bad = [...values].flatMap((value, i) => (Number.isFinite(value) ? [] : [i]));
  problems.addAt(
    bad.map((i) => `${table.lines[i]!} ("${table.rows[i]![column] ?? ""}")`),
    (shown) => `the column ${title} has no number in line ${shown}`,
  );
  return values;
}

/** Text as a number; NaN unless all of it is one. */
export function numberOf(text: string | undefined): number {
  return text === undefined || text === "" ? Number.NaN : Number(text);
}

/** A value for each step of each sequence, 0 after their ends: [sequences, time]. */
export function padded(
  sequences: readonly Group[],
  value: (row: number) => number,
  dtype: "float64" | "int64" | "bool",
): Tensor {
  const time = sequences.reduce((most, { rows }) => Math.max(most, rows.length), 0);
  const values = new Float64Array(sequences.length * time);
  sequences.forEach(({ rows }, i) => {
    rows.forEach((row, t) => {
      values[i * time + t] = value(row);
    });
  });
  return scope(() => fromTypedArray(values, [sequences.length, time]).to(dtype));
}
