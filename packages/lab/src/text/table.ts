// Tables in Markdown.

/** A table of texts. @param toCell what makes a text a cell. Default: on one line, with its bars escaped */
export function markdownTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  toCell: (text: string) => string = plainCell,
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map((row) => line(row.map(toCell)))].join(
    "\n",
  );
}

function plainCell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll(/\s+/g, " ");
}
