// From a grid or a list to complete cells; all problems are listed in one error.
import { knownOptions, type OptionNames } from "@throughline/torch/checks";
import { resolveConfig } from "../config/resolve.js";
import { LabError } from "../errors.js";
import type { Experiment } from "../experiment.js";
import { type Cell, cellOf } from "./cell.js";
import { combinations, MOST_CELLS } from "./grid.js";
import { ProblemCount } from "./problem-count.js";

/** One row of a table, before it is checked. */
export interface CellRequest {
  readonly experiment: string;
  readonly preset?: string;
  /** A YAML or JSON file of options. */
  readonly file?: string;
  /** `key=value`, as on a command line. */
  readonly overrides: readonly string[];
}

/** Every combination of some values, for each of some experiments. */
export interface GridRequest {
  readonly experiments: readonly string[];
  readonly preset?: string;
  readonly file?: string;
  /** Options of every cell. */
  readonly overrides?: readonly string[];
  /** Values by option, as text. */
  readonly grid?: Readonly<Record<string, readonly string[]>>;
  readonly seeds?: readonly number[];
}

/** The rows of a grid: experiments, then the options in their order, seeds fastest. */
export function gridRows(request: GridRequest): CellRequest[] {
  const names: OptionNames<GridRequest> = {
    ...{ experiments: true, preset: true, file: true, overrides: true, grid: true, seeds: true },
  };
  const {
    experiments,
    preset,
    file,
    overrides = [],
    grid = {},
    seeds,
  } = knownOptions("gridRows", names, request);
  const axes = seeds ? { ...grid, seed: seeds.map(String) } : grid;
  const points = combinations(axes);
  return experiments.flatMap((experiment) =>
    points.map((point) => ({
      experiment,
      preset,
      file,
      overrides: [...overrides, ...Object.entries(point).map(([name, value]) => `${name}=${value}`)],
    })),
  );
}

/**
 * Complete, checked cells without duplicates.
 * @param find returns the experiment of a name; its errors are thrown unchanged
 * @throws LabError lab/sweep listing every different problem; lab/preset, lab/config-file
 */
export async function resolveCells(
  rows: readonly CellRequest[],
  find: (name: string) => Promise<Experiment>,
): Promise<Cell[]> {
  if (rows.length === 0) throw new LabError("lab/sweep", "this table has no cells");
  if (rows.length > MOST_CELLS)
    throw new LabError("lab/sweep", `this table has ${rows.length} cells; a sweep has ${MOST_CELLS} at most`);
  const experiments = new Map<string, Experiment>();
  for (const name of new Set(rows.map((row) => row.experiment))) experiments.set(name, await find(name));
  const cells = new Map<string, Cell>();
  const problems = new ProblemCount();
  for (const row of rows) {
    const experiment = experiments.get(row.experiment) as Experiment;
    try {
      const { preset, file, overrides } = row;
      const cell = cellOf(experiment.name, resolveConfig(experiment, { preset, file, overrides }));
      cells.set(cell.id, cell);
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      problems.add(error);
    }
  }
  problems.check(rows.length);
  return [...cells.values()];
}
