// Checks of a sweep's cells before any of them starts.

import { existsSync } from "node:fs";
import { knownOptions, type OptionNames } from "@throughline/torch/checks";
import { ThroughlineError } from "@throughline/torch/errors";
import type { Experiment } from "../experiment.js";
import { findInputs, type Inputs } from "../run/inputs.js";
import { checkRun } from "../run/prepare.js";
import { readRun } from "../run/read.js";
import { type Cell, cellId, runPath } from "./cell.js";
import { ProblemCount } from "./problem-count.js";

/** Options of preparing cells. */
export interface PrepareOptions {
  /** The experiment of a name. */
  readonly find: (name: string) => Promise<Experiment>;
  /** The folder of all runs. */
  readonly root: string;
  /** True for a cell that need not be run, and is not checked. Default: its run under `root` has finished. */
  readonly isDone?: (cell: Cell) => boolean;
}

/**
 * The cells with the SHA-256 of their inputs, which are part of their ids; those that are still to be run are checked
 * as `prepareRun` does, one seed of each configuration.
 * @throws LabError lab/sweep listing every different problem; bugs of the code are thrown unchanged
 */
export async function prepareCells(cells: readonly Cell[], options: PrepareOptions): Promise<Cell[]> {
  const names: OptionNames<PrepareOptions> = { find: true, root: true, isDone: true };
  const {
    find,
    root,
    isDone = (cell: Cell) => isFinished(cell, root),
  } = knownOptions("prepareCells", names, options);
  const problems = new ProblemCount();
  const checked = new Map<string, Error | undefined>();
  const prepared: Cell[] = [];
  for (const cell of cells) {
    const experiment = await find(cell.experiment);
    const found = await attempt(() => findInputs(experiment, cell.config, root));
    const own = found instanceof Error ? cell : withInputs(cell, found);
    prepared.push(own);
    if (isDone(own)) continue;
    const { seed: _, ...config } = cell.config;
    const key = cellId(cell.experiment, "", config);
    if (!checked.has(key)) {
      const error = await attempt(() => checkRun(experiment, cell, root));
      checked.set(key, error instanceof Error ? error : undefined);
    }
    const problem = checked.get(key) ?? (found instanceof Error ? found : undefined);
    if (problem !== undefined) problems.add(problem);
  }
  problems.check(cells.length);
  return prepared;
}

/** The same cell with these inputs. */
export function withInputs(cell: Cell, inputs: Inputs): Cell {
  const { experiment, preset, config } = cell;
  return { ...cell, id: cellId(experiment, preset, config, inputs), inputs };
}

function isFinished(cell: Cell, root: string): boolean {
  const path = runPath(root, cell);
  try {
    return existsSync(path) && readRun(path).status === "finished";
  } catch {
    return false;
  }
}

/** Result of `work`, or its error unless that is an internal one. */
async function attempt<T>(work: () => Promise<T>): Promise<T | ThroughlineError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ThroughlineError && error.fault !== "internal") return error;
    throw error;
  }
}
