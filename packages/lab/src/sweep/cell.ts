// One cell of a sweep: an experiment with a complete configuration, and an id that follows from both.
import { join } from "node:path";
import { show } from "../config/accepted.js";
import { isAsked } from "../config/asked.js";
import { canonicalHash, canonicalJson } from "../config/canonical.js";
import { flatten } from "../config/plain.js";
import type { ResolvedConfig } from "../config/resolve.js";
import { fingerprints, type Inputs } from "../run/inputs.js";

/** Specification of a cell. The sweep decides the number of threads, so it is no part of a cell's identity. */
export interface Cell {
  /** Hash of experiment, preset and complete configuration: the same cell has the same id in every sweep. */
  readonly id: string;
  readonly experiment: string;
  readonly preset: string;
  /** Complete, `threads` left out. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly sources: Readonly<Record<string, string>>;
  /** Number of threads that suits its work, unless it was set explicitly. */
  readonly worth?: number;
  /** Inputs of the cell; left out where they were not looked at. */
  readonly inputs?: Inputs;
}

/** The cell of a resolved configuration. */
export function cellOf(experiment: string, resolved: ResolvedConfig): Cell {
  const { threads, ...config } = resolved.config;
  const sources = Object.fromEntries(
    Object.entries(resolved.sources).map(([name, source]) => [name, source === "flag" ? "sweep" : source]),
  );
  const { preset } = resolved;
  const worth = sources.threads === "default" ? Number(threads) : undefined;
  return { id: cellId(experiment, preset, config), experiment, preset, config, sources, worth };
}

/** 48 bits of SHA-256 as hexadecimal digits. What is read counts by its content alone, wherever it is. */
export function cellId(
  experiment: string,
  preset: string,
  config: Readonly<Record<string, unknown>>,
  inputs?: Inputs,
): string {
  const whole = { experiment, preset, config, inputs: fingerprints(inputs) };
  return canonicalHash(whole).slice(0, 12);
}

/** The name of the directory of a cell's run. */
export function runName(cell: Pick<Cell, "id">): string {
  return `cell-${cell.id}`;
}

/** Path of a cell's run: every sweep and reproduction under `root` shares it. */
export function runPath(root: string, cell: Pick<Cell, "id" | "experiment">): string {
  return join(root, cell.experiment, runName(cell));
}

/** Label that tells each cell from the others by its asked options: `learningRate=0.1 seed=3`; by id. */
export function labels(cells: readonly Cell[]): Map<string, string> {
  const flat = new Map(cells.map((cell) => [cell, new Map(flatten(cell.config))]));
  const several = (key: "experiment" | "preset") => new Set(cells.map((cell) => cell[key])).size > 1;
  const [experiments, presets] = [several("experiment"), several("preset")];
  // Options are compared among the cells of one experiment: what another does not have tells nothing apart.
  const varied = new Map<string, string[]>();
  for (const experiment of new Set(cells.map((cell) => cell.experiment))) {
    const own = cells.filter((cell) => cell.experiment === experiment).map((cell) => flat.get(cell)!);
    const names = [...new Set(own.flatMap((config) => [...config.keys()]))];
    varied.set(
      experiment,
      names.filter((name) => new Set(own.map((config) => canonicalJson(config.get(name)))).size > 1),
    );
  }
  return new Map(
    cells.map((cell) => {
      const config = flat.get(cell)!;
      const parts = [
        ...(experiments ? [cell.experiment] : []),
        ...(presets ? [cell.preset] : []),
        ...varied
          .get(cell.experiment)!
          .filter((name) => config.has(name) && isAsked(cell.sources[name] ?? "sweep"))
          .map((name) => `${name}=${show(config.get(name))}`),
      ];
      return [cell.id, parts.length > 0 ? parts.join(" ") : cell.experiment];
    }),
  );
}
