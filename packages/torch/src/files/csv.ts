// Comma-separated values (RFC 4180) of bounded width: lines to fields, nothing more.

import { fileRefuser } from "./open.js";
import { type ReadOptions, readText } from "./read.js";
import { refuser } from "./refuse.js";

/** A table of text. */
export interface TextTable {
  readonly titles: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Line of the file that each row begins on, counted from 1. */
  readonly lines: readonly number[];
}

/** Limits on a table. */
export interface TableLimits extends ReadOptions {
  /** Fields of a row. Default 10,000. */
  readonly maxColumns?: number;
  /** Characters of a field. Default 2²⁰. */
  readonly maxField?: number;
  /** Characters of a row. Default 2²⁴. */
  readonly maxRow?: number;
}

/**
 * The table in a file: commas, line ends of any kind, fields in double quotes with `""` for a quote; spaces around
 * fields are dropped, empty lines ignored.
 * @throws TorchError `io/format` naming file, line and column where the text is no such table; `io/limit` beyond
 * the limits; as `readText`
 */
export function readTable(path: string, limits: TableLimits = {}): TextTable {
  return parseTable(readText(path, limits), fileRefuser(path, "readTable"), limits);
}

/** Makes the error for one problem with a table. */
export type RefuseTable = (code: "format" | "limit", problem: string) => Error;

/** Same as `readTable`, for text. @param refuse makes the errors. Default: `TorchError`s about "the table" */
export function parseTable(
  text: string,
  refuse: RefuseTable = refuser("parseTable", "the table"),
  limits: TableLimits = {},
): TextTable {
  checkSeparator(text, refuse);
  const { maxColumns = 10_000, maxField = 2 ** 20, maxRow = 2 ** 24 } = limits;
  const reader = new Reader(text, refuse, { maxColumns, maxField, maxRow });
  const rows: string[][] = [];
  const lines: number[] = [];
  while (!reader.isDone) {
    const { line } = reader;
    const fields = reader.row();
    if (fields.length === 1 && fields[0] === "") continue;
    rows.push(fields);
    lines.push(line);
  }
  const [titles, ...body] = rows;
  if (titles === undefined) throw refuse("format", "the file is empty");
  return { titles, rows: body, lines: lines.slice(1) };
}

/** Refuses semicolons as separators, which many countries' spreadsheets write as CSV. */
function checkSeparator(text: string, refuse: RefuseTable): void {
  const first = /^\s*([^\r\n]{0,4096})/.exec(text)?.[1]?.replaceAll(/"[^"]*("|$)/g, "") ?? "";
  if (first.includes(",")) return;
  const found = first.includes(";") ? "semicolons" : first.includes("\t") ? "tabs" : undefined;
  if (found === undefined) return;
  throw refuse(
    "format",
    `line 1 is separated by ${found}; save the table with commas (and a point in decimals)`,
  );
}

const [TAB, LF, CR, SPACE, QUOTE, COMMA] = [9, 10, 13, 32, 34, 44];

/** Reads a text row by row, in time linear in its length. */
class Reader {
  readonly #text: string;
  readonly #refuse: RefuseTable;
  readonly #limits: Required<Omit<TableLimits, "maxBytes">>;
  #at = 0;
  /** The next line, counted from 1. */
  line = 1;

  constructor(text: string, refuse: RefuseTable, limits: Required<Omit<TableLimits, "maxBytes">>) {
    this.#text = text;
    this.#refuse = refuse;
    this.#limits = limits;
  }

  get isDone(): boolean {
    return this.#at >= this.#text.length;
  }

  /** The fields up to the end of a line that is not within quotes. */
  row(): string[] {
    const { maxColumns, maxRow } = this.#limits;
    const [start, line] = [this.#at, this.line];
    const fields: string[] = [];
    for (;;) {
      fields.push(this.#field(line, fields.length + 1));
      if (this.#at - start > maxRow) {
        throw this.#refuse("limit", `line ${line} has more than ${maxRow} characters`);
      }
      if (this.#code() !== COMMA) break;
      if (fields.length === maxColumns) {
        throw this.#refuse("limit", `line ${line} has more than ${maxColumns} columns`);
      }
      this.#at += 1;
    }
    if (!this.isDone) this.#at += this.#text.startsWith("\r\n", this.#at) ? 2 : 1;
    this.line += 1;
    return fields;
  }

  #code(): number {
    return this.#text.charCodeAt(this.#at);
  }

  #skipBlanks(): void {
    for (let code = this.#code(); code === SPACE || code === TAB; code = this.#code()) this.#at += 1;
  }

  #field(line: number, column: number): string {
    this.#skipBlanks();
    return this.#code() === QUOTE ? this.#quoted(line, column) : this.#plain(line, column);
  }

  #plain(line: number, column: number): string {
    const start = this.#at;
    while (this.#at < this.#text.length) {
      const code = this.#code();
      if (code === COMMA || code === LF || code === CR) break;
      this.#at += 1;
    }
    this.#checkField(start, line, column);
    return this.#text.slice(start, this.#at).trim();
  }

  #quoted(line: number, column: number): string {
    const start = ++this.#at;
    for (;;) {
      const end = this.#text.indexOf('"', this.#at);
      if (end < 0) {
        throw this.#refuse("format", `the quote in line ${line}, column ${column} is never closed`);
      }
      this.#at = end + 1;
      this.#checkField(start, line, column);
      if (this.#code() !== QUOTE) break;
      this.#at += 1;
    }
    const value = this.#text.slice(start, this.#at - 1).replaceAll('""', '"');
    this.line += (value.match(/\r\n|[\r\n]/g) ?? []).length;
    this.#skipBlanks();
    const code = this.#code();
    if (this.isDone || code === COMMA || code === LF || code === CR) return value;
    throw this.#refuse("format", `line ${this.line}, column ${column} has text after a closing quote`);
  }

  #checkField(start: number, line: number, column: number): void {
    const { maxField } = this.#limits;
    if (this.#at - start <= maxField) return;
    throw this.#refuse("limit", `line ${line}, column ${column} has more than ${maxField} characters`);
  }
}
