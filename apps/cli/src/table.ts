// Tables of text: aligned columns, cut to the terminal where there is one.
import { visibleLine } from "@throughline/lab/text";

export interface Column {
  readonly title: string;
  /** Numbers go right. */
  readonly right?: boolean;
  /** Columns that may be cut on a narrow terminal, the widest first. */
  readonly shrinks?: boolean;
  /** Columns that are cut at their beginning, since their ends tell more. */
  readonly keepsEnd?: boolean;
  /** Columns that are left out where cutting is not enough, the last first. */
  readonly drops?: boolean;
}

export interface TableOptions {
  /** Columns of the terminal; infinite for a pipe. */
  readonly width: number;
  /** Paints a cell after it was padded. */
  readonly paint?: (text: string, row: number, column: number) => string;
  readonly paintTitle?: (text: string) => string;
  readonly indent?: string;
}

const GAP = "  ";
/** No column that may be cut gets narrower than this. */
const NARROWEST = 8;

/** Cuts text to a width, with an ellipsis where something is missing. */
export function cut(text: string, width: number, keepsEnd: boolean | undefined = false): string {
  if (text.length <= width) return text;
  if (width <= 1) return "…".slice(0, width);
  return keepsEnd ? `…${text.slice(1 - width)}` : `${text.slice(0, width - 1)}…`;
}

/** Widths that fit: columns that may shrink give way, the widest first. */
function fit(widths: number[], columns: readonly Column[], available: number): number[] {
  const fitted = [...widths];
  const total = () =>
    fitted.reduce((sum, width) => sum + (width > 0 ? width + GAP.length : 0), 0) - GAP.length;
  while (total() > available) {
    let widest = -1;
    for (const [i, column] of columns.entries()) {
      const width = fitted[i] ?? 0;
      if (column.shrinks && width > NARROWEST && width > (fitted[widest] ?? 0)) widest = i;
    }
    const droppable = columns.findLastIndex(({ drops }, i) => drops && (fitted[i] ?? 0) > 0);
    if (widest >= 0) fitted[widest] = (fitted[widest] ?? 0) - 1;
    else if (droppable >= 0) fitted[droppable] = 0;
    else break;
  }
  return fitted;
}

/** Lines of a table, titles first, each row on one; a table without rows is its titles. */
export function table(
  titled: readonly Column[],
  given: readonly (readonly string[])[],
  options: TableOptions,
): string[] {
  const columns = titled.map((column) => ({ ...column, title: visibleLine(column.title) }));
  const rows = given.map((row) => row.map(visibleLine));
  const indent = options.indent ?? "";
  const natural = columns.map(({ title }, i) =>
    Math.max(title.length, ...rows.map((row) => (row[i] ?? "").length)),
  );
  const widths = fit(natural, columns, options.width - indent.length);
  const line = (cells: readonly string[], decorate: (text: string, column: number) => string) => {
    const parts = columns.flatMap(({ right, keepsEnd }, i) => {
      const width = widths[i] ?? 0;
      if (width === 0) return [];
      const text = cut(cells[i] ?? "", width, keepsEnd);
      const last = i === columns.length - 1;
      return decorate(right ? text.padStart(width) : last ? text : text.padEnd(width), i);
    });
    return `${indent}${parts.join(GAP)}`.trimEnd();
  };
  const titles = line(
    columns.map(({ title }) => title),
    (text) => options.paintTitle?.(text) ?? text,
  );
  return [
    titles,
    ...rows.map((row, index) => line(row, (text, column) => options.paint?.(text, index, column) ?? text)),
  ];
}

/** Breaks words into lines of at most `width` characters. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines;
}
