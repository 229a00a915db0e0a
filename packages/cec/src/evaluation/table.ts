// Summaries as a table, for a terminal and in Markdown.
import type { EvaluationSummary, Measure } from "./summary.js";
import type { Spread } from "./window.js";

/** A row: what was evaluated, and its numbers. */
export interface EvaluationRow {
  readonly name: string;
  readonly summary: EvaluationSummary;
  /** The paper's value in percent, or words. */
  readonly paper?: number | string;
}

const percent = (value: number): string => (Number.isNaN(value) ? "–" : (100 * value).toFixed(1));
const measureText = ({ value, low, high }: Measure): string =>
  `${percent(value)} [${percent(low)}, ${percent(high)}]`;
const spreadText = ({ mean, deviation }: Spread): string => `${percent(mean)} ± ${percent(deviation)}`;

const HEADINGS = [
  "policy",
  "success, % (95 % interval)",
  "window maximum, % (± sd of runs)",
  "the same of a constant policy",
  "first → last quarter",
  "rise, points (95 % interval)",
  "steps to the goal",
  "seeds × runs",
];

/** Cells of the table. A column `paper` is there if a row has it. */
function cellsOf(rows: readonly EvaluationRow[]): string[][] {
  const hasPaper = rows.some(({ paper }) => paper !== undefined);
  const body = rows.map(({ name, summary, paper = "–" }) => {
    const { success, windowMaximum, first, last, rise, steps, seeds, runs } = summary;
    const cells = [
      ...[name, measureText(success), spreadText(windowMaximum), spreadText(windowMaximum.constant)],
      ...[`${percent(first.value)} → ${percent(last.value)}`, measureText(rise)],
      ...[Number.isNaN(steps) ? "–" : steps.toFixed(1), `${seeds} × ${runs / seeds}`],
    ];
    return hasPaper ? [...cells, typeof paper === "number" ? paper.toFixed(1) : paper] : cells;
  });
  return [hasPaper ? [...HEADINGS, "paper"] : HEADINGS, ...body];
}

/** The table as lines of text, columns aligned. */
export function evaluationText(rows: readonly EvaluationRow[]): string {
  const cells = cellsOf(rows);
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** The table in Markdown. */
export function evaluationMarkdown(rows: readonly EvaluationRow[]): string {
  const [head, ...body] = cellsOf(rows) as [string[], ...string[][]];
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...body.map(line)].join("\n");
}
