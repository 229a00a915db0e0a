// The answer key of a folder of puzzles: answers.json or answers.csv.
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { readJsonFile, readTable, type TextTable } from "@throughline/torch/files";
import { z } from "zod";
import { OcraDataError } from "../datasets/errors.js";
import { layoutSchema, type SheetLayout } from "./layout.js";

/** A puzzle as the key has it. */
export interface KeyEntry {
  /** One file, or one for each choice. */
  readonly files: readonly string[];
  readonly answer: string;
  readonly split: "train" | "test" | undefined;
  readonly rule: string;
}

/** Content of an answer key. */
export interface AnswerKey {
  /** The key's own file, for messages. */
  readonly path: string;
  readonly layout: SheetLayout | undefined;
  /** Names of the answers 0 and 1 of yes/no puzzles. */
  readonly labels: readonly [string, string] | undefined;
  readonly entries: readonly KeyEntry[];
}

const split = z.enum(["train", "test"]).optional();
const answer = z
  .union([z.string(), z.number(), z.boolean()], {
    error: "each puzzle needs an answer: a number, a word, true or false",
  })
  .transform(String);
const name = z.string().min(1);

const jsonEntry = z
  .strictObject({
    file: name.optional(),
    files: z.array(name).min(1).optional(),
    answer,
    split,
    rule: z.string().default(""),
  })
  .refine(({ file, files }) => (file === undefined) !== (files === undefined), {
    error: "give either file, or files with one for each choice",
  })
  .transform(({ file, files, ...rest }) => ({ files: files ?? [file!], ...rest }));

const jsonKey = z.strictObject({
  layout: layoutSchema.optional(),
  labels: z.tuple([z.string(), z.string()]).optional(),
  puzzles: z.array(jsonEntry),
});

/**
 * Reads `answers.json` or `answers.csv` of a folder.
 * @throws OcraDataError ocra/puzzles, a line for each problem
 */
export function readAnswerKey(folder: string): AnswerKey {
  const [json, csv] = [join(folder, "answers.json"), join(folder, "answers.csv")];
  if (existsSync(json)) return readJsonKey(json);
  if (existsSync(csv)) return readCsvKey(csv);
  refuse(`${folder} has no answers.json or answers.csv; see docs/ocra-data.md for what they hold`);
}

function readJsonKey(path: string): AnswerKey {
  let value: unknown;
  try {
    value = readJsonFile(path);
  } catch (cause) {
    refuse(`${folderOf(path)}${(cause as Error).message}`);
  }
  const checked = jsonKey.safeParse(value);
  if (!checked.success) refuse(`${path}: ${z.prettifyError(checked.error)}`);
  const { layout, labels, puzzles } = checked.data;
  return { path, layout, labels, entries: puzzles.map((entry) => ({ ...entry, split: entry.split })) };
}

const columns = ["file", "files", "answer", "split", "rule"];

function readCsvKey(path: string): AnswerKey {
  let table: TextTable;
  try {
    table = readTable(path);
  } catch (cause) {
    refuse(`${folderOf(path)}${(cause as Error).message}`);
  }
  const header = table.titles.map((name) => name.toLowerCase());
  const rows = table.rows.flatMap((row, i) =>
    row.some((field) => field !== "") ? [{ row, line: table.lines[i]! }] : [],
  );
  const unknown = header.filter((name) => !columns.includes(name));
  const hasFiles = header.includes("file") !== header.includes("files");
  if (unknown.length > 0 || !hasFiles || !header.includes("answer")) {
    refuse(
      `${path}: its first line is "${header.join(",")}"; it names the columns: file (or files), answer, and if you like ` +
        "split and rule",
    );
  }
  const problems: string[] = [];
  const entries = rows.map(({ row, line }): KeyEntry => {
    const cell = (name: string): string => row[header.indexOf(name)] ?? "";
    if (row.length > header.length)
      problems.push(`${path}: line ${line} has more fields than the first line`);
    const chosen = cell("split").toLowerCase();
    if (!["", "train", "test"].includes(chosen))
      problems.push(`${path}: line ${line} has split "${chosen}"; accepted: train, test`);
    const named = header.includes("files") ? cell("files").split(/\s*;\s*/) : [cell("file")];
    return {
      files: named.filter((name) => name !== ""),
      answer: cell("answer"),
      split: chosen === "" ? undefined : (chosen as "train" | "test"),
      rule: cell("rule"),
    };
  });
  if (problems.length > 0) refuse(problems.join("\n"));
  return { path, layout: undefined, labels: undefined, entries };
}

/** Path before the file's name: errors of files begin with the name. */
function folderOf(path: string): string {
  return path.slice(0, path.length - basename(path).length);
}

function refuse(reason: string): never {
  throw new OcraDataError("puzzles", reason);
}
