// One cell of a sweep: an experiment with a complete configuration, and an id that follows from both.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { show } from "../config/accepted.js";
import { isPlain } from "../config/leaves.js";
import type { ResolvedConfig } from "../config/resolve.js";

/** What is to be run. The number of threads is the sweep's to give, so it is no part of what a cell is. */
export interface Cell {
  /** From experiment, preset and complete configuration: the same cell has the same id in every sweep. */
  readonly id: string;
  readonly experiment: string;
  readonly preset: string;
  /** Complete, `threads` left out. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly sources: Readonly<Record<string, string>>;
}

/** The cell of a resolved configuration. */
export function cellOf(experiment: string, resolved: ResolvedConfig): Cell {
  const { threads: _, ...config } = resolved.config;
  const sources = Object.fromEntries(
    Object.entries(resolved.sources).map(([name, source]) => [name, source === "flag" ? "sweep" : source]),
  );
  const { preset } = resolved;
  return { id: cellId(experiment, preset, config), experiment, preset, config, sources };
}

/** 48 bits of SHA-256 as hexadecimal digits. */
export function cellId(
  experiment: string,
  preset: string,
  config: Readonly<Record<string, unknown>>,
): string {
  return createHash("sha256").update(canonical({ experiment, preset, config })).digest("hex").slice(0, 12);
}

/** The name of the directory of a cell's run. */
export function runName(cell: Pick<Cell, "id">): string {
  return `cell-${cell.id}`;
}

/** Where a cell's run is: every sweep and reproduction under `root` shares it. */
export function runPath(root: string, cell: Pick<Cell, "id" | "experiment">): string {
  return join(root, cell.experiment, runName(cell));
}

/** JSON with sorted keys, so that equal values give equal text. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isPlain(value)) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`).join(",")}}`;
}

/** A configuration as dotted names and values. */
export function flatten(config: Readonly<Record<string, unknown>>, prefix = ""): [string, unknown][] {
  return Object.entries(config).flatMap(([key, value]): [string, unknown][] =>
    isPlain(value) ? flatten(value, `${prefix}${key}.`) : [[`${prefix}${key}`, value]],
  );
}

/** What tells each cell from the others, in words: `learningRate=0.1 seed=3`; by id. */
export function labels(cells: readonly Cell[]): Map<string, string> {
  const flat = cells.map((cell) => new Map(flatten(cell.config)));
  const names = [...new Set(flat.flatMap((config) => [...config.keys()]))].filter((name) => {
    const values = flat.map((config) => canonical(config.get(name)));
    return values.some((value) => value !== values[0]);
  });
  const several = (key: "experiment" | "preset") => new Set(cells.map((cell) => cell[key])).size > 1;
  const [experiments, presets] = [several("experiment"), several("preset")];
  return new Map(
    cells.map((cell, i) => {
      const parts = [
        ...(experiments ? [cell.experiment] : []),
        ...(presets ? [cell.preset] : []),
        ...names.flatMap((name) => (flat[i]?.has(name) ? [`${name}=${show(flat[i].get(name))}`] : [])),
      ];
      return [cell.id, parts.length > 0 ? parts.join(" ") : cell.experiment];
    }),
  );
}
