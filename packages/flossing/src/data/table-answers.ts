// Answers from the target columns of a table: classes or values, once in a sequence or at many steps.
import { scope, stack, type Tensor } from "@throughline/torch";
import type { TextTable } from "@throughline/torch/files";
import { MOST_CLASSES } from "./check-arrays.js";
import type { Problems } from "./problems.js";
import type { DataOptions } from "./sequence-task.js";
import { type Group, type Grouped, numberOf, padded } from "./table.js";

/** Answers of the sequences of a table. */
export interface TableAnswers {
  readonly kind: "classification" | "regression";
  readonly answer: "last" | "every";
  readonly classes: readonly string[];
  /** Answers for some of the sequences, in the form of `Sequences`. */
  of(groups: readonly Group[]): { readonly targets: Tensor; readonly counts?: Tensor };
}

/** Understands the targets. @returns undefined if there were problems */
export function answersOf(
  table: TextTable,
  { targets, sequences }: Grouped,
  options: Pick<DataOptions, "kind" | "answer">,
  problems: Problems,
): TableAnswers | undefined {
  const columns = targets.map((title) => table.titles.indexOf(title));
  const cell = (row: number, column: number): string => table.rows[row]![column] ?? "";
  const isAnswered = (row: number): boolean => columns.every((column) => cell(row, column) !== "");
  const halves = table.rows.flatMap((_, row) =>
    !isAnswered(row) && columns.some((column) => cell(row, column) !== "") ? [table.lines[row]!] : [],
  );
  problems.addAt(
    halves,
    (shown) => `line ${shown} has some of the targets ${targets.join(", ")}, and not all`,
  );
  const answered = table.rows.flatMap((_, row) => (isAnswered(row) ? [row] : []));
  const silent = sequences.filter(({ rows }) => !rows.some(isAnswered)).map(({ id }) => id);
  problems.addAt(silent, (shown) => `sequence ${shown} has no target`);
  const texts = answered.flatMap((row) => columns.map((column) => cell(row, column)));
  const kind = options.kind ?? kindOf(texts, columns.length);
  if (kind === "classification" && columns.length > 1) {
    problems.add(`classes need one column target; there are ${targets.join(", ")}`);
  }
  if (kind === "regression") {
    const words = answered.filter((row) =>
      columns.some((column) => !Number.isFinite(numberOf(cell(row, column)))),
    );
    problems.addAt(
      words.map((row) => table.lines[row]!),
      (shown) => `line ${shown} has a target that is not a number`,
    );
  }
  const key = (row: number): string => columns.map((column) => cell(row, column)).join("\n");
  const isOne = sequences.every(({ rows }) => new Set(rows.filter(isAnswered).map(key)).size === 1);
  const answer = options.answer ?? (isOne ? "last" : "every");
  const classes = kind === "classification" ? sortedClasses(texts) : [];
  if (classes.length > MOST_CLASSES) {
    problems.add(`there are ${classes.length} different targets; classes are ${MOST_CLASSES} at most`);
  }
  if (classes.length === 1 && !problems.any) problems.add(`all targets are ${classes[0]}`);
  if (problems.any) return undefined;
  const codes = new Map(classes.map((name, code) => [name, code]));
  const codeOf = (row: number, column: number): number =>
    kind === "classification" ? codes.get(cell(row, column))! : numberOf(cell(row, column));
  const values = (groups: readonly Group[], column: number): Tensor => {
    const value = (row: number): number => (isAnswered(row) ? codeOf(row, column) : 0);
    if (answer === "every") return padded(groups, value, kind === "classification" ? "int64" : "float64");
    const ends = groups.map((one) => ({ ...one, rows: [one.rows.findLast(isAnswered)!] }));
    return padded(ends, value, kind === "classification" ? "int64" : "float64").squeeze(1);
  };
  return {
    kind,
    answer,
    classes,
    of: (groups) =>
      scope(() => {
        const all = columns.map((column) => values(groups, column));
        const joined = all.length === 1 ? all[0]! : stack(all, -1);
        return answer === "last"
          ? { targets: joined }
          : { targets: joined, counts: padded(groups, (row) => Number(isAnswered(row)), "bool") };
      }),
  };
}

/** Words, or only whole numbers from 0, are classes. */
function kindOf(texts: readonly string[], columns: number): "classification" | "regression" {
  const numbers = texts.map(numberOf);
  if (numbers.some((value) => !Number.isFinite(value))) return "classification";
  const isWhole = columns === 1 && numbers.every((value) => Number.isInteger(value) && value >= 0);
  return isWhole ? "classification" : "regression";
}

/** Numbers in their order, else words in theirs. */
function sortedClasses(texts: readonly string[]): string[] {
  const distinct = [...new Set(texts)];
  const isNumeric = distinct.every((text) => Number.isFinite(numberOf(text)));
  return isNumeric ? distinct.sort((a, b) => Number(a) - Number(b)) : distinct.sort();
}
