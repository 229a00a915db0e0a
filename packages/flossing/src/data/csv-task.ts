// A file of comma-separated values as a task.
import { scope, stack } from "@throughline/torch";
import type { TextTable } from "@throughline/torch/files";
import type { Meaning } from "./check-arrays.js";
import type { DataTask } from "./data-task.js";
import type { FileOptions } from "./file.js";
import { Problems } from "./problems.js";
import { checkPart, finish, split } from "./sequence-task.js";
import { seriesTask } from "./series-task.js";
import { type Group, type Grouped, group, numbersOf, padded } from "./table.js";
import { answersOf, type TableAnswers } from "./table-answers.js";

/** The task of a table; see `taskFromFile` for what the columns mean. */
export function csvTask(table: TextTable, title: string, options: FileOptions): DataTask {
  const problems = new Problems(title);
  const standardise = options.standardise ?? true;
  return scope(() => {
    checkPart(options.testPart, problems);
    const grouped = group(table, problems);
    const features = grouped.features.map((column) => numbersOf(table, column, problems));
    const isSeries = !table.titles.includes("sequence") && grouped.targets.length === 0;
    if (isSeries) {
      problems.check();
      const series = stack(
        features.map((values) => padded(grouped.sequences, (row) => values[row]!, "float64").squeeze(0)),
        -1,
      );
      const { length, testPart } = options;
      return seriesTask({ title, standardise, series, length, testPart });
    }
    const answers = answersTo(table, grouped, options, problems);
    problems.check();
    const meaning = (groups: readonly Group[]): Meaning => meaningOf(groups, features, answers!);
    const parts = groupsOf(grouped.sequences);
    const { train, test } = parts
      ? { train: meaning(parts.train), test: meaning(parts.test) }
      : split(meaning(grouped.sequences), options);
    return finish(train, test, { ...options, title, standardise, classes: answers!.classes });
  });
}

function answersTo(
  table: TextTable,
  grouped: Grouped,
  options: FileOptions,
  problems: Problems,
): TableAnswers | undefined {
  const { titles } = table;
  const { targets, sequences } = grouped;
  if (targets.length === 0) {
    problems.add(
      "there is a column sequence but none called target; without both, a file is one series to predict",
    );
    return undefined;
  }
  if (!titles.includes("sequence")) {
    problems.add("there is a target but no column sequence, with the sequence of each row");
    return undefined;
  }
  if (sequences.length < 2) problems.add(`there is ${sequences.length} sequence; give 2 or more`);
  if (titles.includes("split")) {
    for (const part of ["train", "test"]) {
      if (!sequences.some(({ split }) => split === part)) problems.add(`no sequence has the split ${part}`);
    }
  }
  return answersOf(table, grouped, options, problems);
}

/** As the column split says, if there is one. */
function groupsOf(
  sequences: readonly Group[],
): { readonly train: readonly Group[]; readonly test: readonly Group[] } | undefined {
  if (sequences[0]?.split === "") return undefined;
  const part = (name: string): Group[] => sequences.filter(({ split }) => split === name);
  return { train: part("train"), test: part("test") };
}

function meaningOf(
  groups: readonly Group[],
  features: readonly Float64Array[],
  answers: TableAnswers,
): Meaning {
  const { kind, answer, classes } = answers;
  const inputs = stack(
    features.map((values) => padded(groups, (row) => values[row]!, "float64")),
    -1,
  );
  const { targets, counts } = answers.of(groups);
  const values = targets.ndim === (answer === "last" ? 2 : 3) ? targets.size(-1) : 1;
  const sequences = {
    inputs,
    targets,
    lengths: groups.map(({ rows }) => rows.length),
    ...(counts && { counts }),
  };
  return { sequences, kind, answer, outputs: kind === "classification" ? classes.length : values };
}
