// Comma-separated values: lines to fields, nothing more.

/** A table of text. */
export interface TextTable {
  readonly titles: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Line of the file that each row begins on, counted from 1. */
  readonly lines: readonly number[];
}

/**
 * Reads RFC 4180: commas, line ends of any kind, fields in double quotes with `""` for a quote; spaces around fields are
 * dropped, empty lines ignored.
 * @returns the table, or what is wrong with the text
 */
export function parseCsv(text: string): TextTable | string {
  const records: { fields: string[]; line: number }[] = [];
  let line = 1;
  let at = text.startsWith("\ufeff") ? 1 : 0;
  while (at < text.length) {
    const start = line;
    const fields: string[] = [];
    for (;;) {
      const field = readField(text, at);
      if (field === undefined) return `the quote in line ${start} is never closed`;
      fields.push(field.value);
      line += field.breaks;
      at = field.end;
      if (text[at] !== ",") break;
      at += 1;
    }
    if (at < text.length && !/[\r\n]/.test(text[at]!)) return `line ${line} has text after a closing quote`;
    at += text.startsWith("\r\n", at) ? 2 : 1;
    line += 1;
    if (fields.length > 1 || fields[0] !== "") records.push({ fields, line: start });
  }
  const [head, ...body] = records;
  if (head === undefined) return "the file is empty";
  return {
    titles: head.fields,
    rows: body.map(({ fields }) => fields),
    lines: body.map((record) => record.line),
  };
}

/** The field that starts at `at`, where it ends, and how many line breaks it holds. */
function readField(text: string, at: number): { value: string; end: number; breaks: number } | undefined {
  const quoted = /[^\S\r\n]*"((?:[^"]|"")*)"[^\S\r\n]*/y;
  quoted.lastIndex = at;
  const found = quoted.exec(text);
  if (found !== null) {
    const value = found[1]!.replaceAll('""', '"');
    return { value, end: quoted.lastIndex, breaks: (value.match(/\r\n|[\r\n]/g) ?? []).length };
  }
  const plain = /[^,\r\n]*/y;
  plain.lastIndex = at;
  const value = plain.exec(text)![0].trim();
  if (value.startsWith('"')) return undefined;
  return { value, end: plain.lastIndex, breaks: 0 };
}
