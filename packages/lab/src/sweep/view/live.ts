// A sweep as a table that is drawn again and again at the bottom of a terminal.
import { clock } from "../../progress/words.js";
import { duration } from "../../text/duration.js";
import { visibleLine } from "../../text/visible.js";
import type { SweepObserver } from "../schedule.js";
import type { LiveCell } from "../state.js";
import type { OpenSweep } from "../sweep.js";
import { brief, mainMetric, merits, remaining, tally } from "./words.js";

/** The part of a terminal that is used. */
export interface TerminalLike {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** Milliseconds between two drawings. */
const DRAW_EVERY = 120;
const BAR = 12;
/** Columns from which on a terminal has room for bars. */
const WIDE = 80;
const GAP = "  ";
const colours = { running: 36, finished: 32, failed: 31, interrupted: 33, pending: 2 } as const;
const order = ["running", "failed", "interrupted", "pending", "finished"] as const;

/** Cells that fit, those that matter most first, in the table's order; and how many are left out. */
function chosen(cells: readonly LiveCell[], room: number): { shown: LiveCell[]; hidden: number } {
  if (cells.length <= room) return { shown: [...cells], hidden: 0 };
  const ranked = order.flatMap((status) => {
    const some = cells.filter((cell) => cell.status === status);
    // Of the finished ones the last are news.
    return status === "finished" ? some.reverse() : some;
  });
  const kept = new Set(ranked.slice(0, Math.max(1, room - 1)));
  return { shown: cells.filter((cell) => kept.has(cell)), hidden: cells.length - kept.size };
}

function bar(done: number): string {
  const full = Math.round(Math.min(1, Math.max(0, done)) * BAR);
  return `${"━".repeat(full)}${"╌".repeat(BAR - full)}`;
}

/** Status, progress, loss and time left of one cell; without a bar where there is little room. */
function fields(cell: LiveCell, wide: boolean): [string, string, string, string] {
  const { progress, quiet } = cell;
  const silent = quiet === undefined ? "" : `nothing for ${duration(quiet)}`;
  if (cell.queue !== undefined) return ["queued", "", cell.queue, ""];
  if (cell.status === "running" && progress) {
    const metric = mainMetric(progress.metrics);
    const done = progress.step / Math.max(1, progress.steps);
    const percent = `${Math.floor(100 * done)} %`;
    return [
      "running",
      wide ? `${bar(done)} ${percent.padStart(5)} ${progress.loop}` : percent,
      silent || (metric ? `${metric[0]} ${brief(metric[1])}` : ""),
      progress.eta === undefined ? "" : clock(progress.eta),
    ];
  }
  if (cell.status === "finished")
    return ["finished", "", merits(cell.summary), cell.seconds ? `took ${duration(cell.seconds)}` : ""];
  if (cell.status === "failed") return ["failed", "", (cell.error ?? "").split("\n")[0] ?? "", ""];
  if (cell.status === "running")
    return ["running", cell.holder === undefined ? "starting" : "in another process", silent, ""];
  return [cell.status, "", "", ""];
}

/** The lines of the table, none wider than `columns`. */
export function drawing(sweep: OpenSweep, columns: number, rows: number, colour: boolean): string[] {
  const { shown, hidden } = chosen(sweep.cells, Math.max(3, rows - 4));
  const left = remaining(sweep.cells, sweep.jobs);
  const title = `${sweep.name}: ${tally(sweep.cells)}${left ? `, about ${duration(left)} left` : ""}`;
  const table = shown.map((cell) => [cell.label, ...fields(cell, columns >= WIDE)].map(visibleLine));
  const titles = ["cell", "status", "progress", "", "time left"];
  const widths = titles.map((text, i) => Math.max(text.length, ...table.map((row) => row[i]?.length ?? 0)));
  const total = () =>
    widths.reduce((sum, width) => sum + (width > 0 ? width + GAP.length : 0), 0) - GAP.length;
  // The words of a cell give way first, then its label; a column without room is left out with its gap.
  const giveWay: [column: number, least: number][] = [
    [3, 12],
    [0, 24],
    [3, 0],
    [0, 12],
    [4, 0],
    [2, 0],
    [0, 1],
  ];
  for (const [column, least] of giveWay) {
    const width = widths[column] ?? 0;
    const fitting = Math.max(Math.min(least, width), width - Math.max(0, total() - columns));
    widths[column] = least === 0 && fitting < width ? 0 : fitting;
  }
  const cut = (text: string, width: number) =>
    text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}${width > 0 ? "…" : ""}`;
  const line = (row: readonly string[], code?: number) =>
    row
      .flatMap((text, i) => {
        if (widths[i] === 0) return [];
        const field = cut(text, widths[i] ?? 0).padEnd(widths[i] ?? 0);
        return colour && code !== undefined && i === 1 ? `\u001b[${code}m${field}\u001b[0m` : field;
      })
      .join(GAP)
      .trimEnd();
  return [
    cut(title, columns),
    cut(line(titles), columns),
    ...shown.map((cell, i) => line(table[i] ?? [], colours[cell.status])),
    ...(hidden > 0 ? [cut(`… and ${hidden} more`, columns)] : []),
    cut("Ctrl-C checkpoints and stops; the same command goes on", columns),
  ];
}

export function liveView(
  sweep: OpenSweep,
  terminal: TerminalLike,
  colour: boolean,
): SweepObserver & { end(): void } {
  let drawn = 0;
  let timer: NodeJS.Timeout | undefined;
  // Line by line: clearing the screen at once would leave every drawing in what can be scrolled back to.
  const back = () => (drawn === 0 ? "" : `\r\u001b[${drawn}A`);
  const erase = () => `${back()}${"\u001b[K\n".repeat(drawn)}${back()}`;
  const draw = () => {
    timer = undefined;
    const lines = drawing(sweep, (terminal.columns ?? 80) - 1, terminal.rows ?? 24, colour);
    const rest = Math.max(0, drawn - lines.length);
    const below = rest > 0 ? `${"\u001b[K\n".repeat(rest)}\u001b[${rest}A` : "";
    terminal.write(`${back()}${lines.map((line) => `${line}\u001b[K\n`).join("")}${below}`);
    drawn = lines.length;
  };
  const soon = () => {
    timer ??= setTimeout(draw, DRAW_EVERY);
  };
  draw();
  return {
    message: (text) => {
      terminal.write(`${erase()}${visibleLine(text)}\n`);
      drawn = 0;
      draw();
    },
    changed: soon,
    progress: soon,
    end: () => {
      clearTimeout(timer);
      terminal.write(erase());
      drawn = 0;
    },
  };
}
