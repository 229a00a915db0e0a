// Comma-separated values (RFC 4180): quoted fields may hold commas, quotes doubled, and line breaks.

/** The rows of a CSV text; blank lines are left out, blanks around plain fields too. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = /[^\S\r\n]*(?:"((?:[^"]|"")*)"|([^",\r\n]*))[^\S\r\n]*(,|\r\n|\n|\r|$)/y;
  const source = text.replace(/^\uFEFF/, "").trim();
  while (field.lastIndex < source.length || row.length > 0) {
    const found = field.exec(source);
    if (found === null) throw new SyntaxError(`line ${rows.length + 1} has a quote in the wrong place`);
    const [, quoted, plain, end] = found;
    row.push(quoted === undefined ? plain!.trim() : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    if (row.some((value) => value !== "")) rows.push(row);
    row = [];
    if (end === "") break;
  }
  return rows;
}
