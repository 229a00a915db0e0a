// The rows of metrics.jsonl, and what is wrong with the lines that are none.
import { join } from "node:path";
import { readText } from "../files/read-json.js";
import { files } from "./layout.js";
import type { MetricRow, MetricRows } from "./record.js";

/** Damaged lines that are named one by one. */
const MOST_NAMED = 5;

/**
 * The rows of the run at `path` that can be read, and which lines cannot; an unfinished last line is left out.
 * @param path the run's directory
 * @throws LabError lab/disk, lab/damaged if it is no file
 */
export async function legibleMetrics(path: string): Promise<MetricRows> {
  const file = join(path, files.metrics);
  const text = readText(file) ?? "";
  const rows: MetricRow[] = [];
  const damaged: number[] = [];
  const lines = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  lines.pop();
  for (const [i, line] of lines.entries()) {
    const row = parse(line);
    if (row === undefined) damaged.push(i + 1);
    else rows.push(row);
  }
  return { rows, problems: damaged.length === 0 ? [] : [sentence(file, damaged)] };
}

function sentence(file: string, damaged: readonly number[]): string {
  const named = damaged.slice(0, MOST_NAMED).join(", ");
  const more = damaged.length > MOST_NAMED ? ` and ${damaged.length - MOST_NAMED} more` : "";
  return `${file} is damaged at line${damaged.length === 1 ? "" : "s"} ${named}${more}`;
}

function parse(line: string): MetricRow | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  return isRow(value) ? value : undefined;
}

function isRow(value: unknown): value is MetricRow {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { loop, step, time, ...metrics } = value as Record<string, unknown>;
  if (typeof loop !== "string" || !Number.isSafeInteger(step) || typeof time !== "number") return false;
  for (const name in metrics) {
    const kind = typeof metrics[name];
    if (kind !== "number" && kind !== "string") return false;
  }
  return true;
}
