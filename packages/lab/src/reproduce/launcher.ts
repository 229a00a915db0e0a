// Launchers of missing cells: processes of this machine, a cluster, or a test's stand-in.
import type { Cell } from "../sweep/cell.js";

export interface LaunchRequest {
  /** The reproduction and its preset as a file name: `flossing-fig4-laptop`. */
  readonly name: string;
  /** Those without a finished run. */
  readonly cells: readonly Cell[];
  /** The folder of all runs. */
  readonly root: string;
  /** Number of cells at once; left out: the launcher's own choice. */
  readonly jobs?: number;
}

/** Outcome of a cell; its run's directory knows more, if it got that far. */
export interface LaunchResult {
  /** The cell's. */
  readonly id: string;
  /** `finished`, `failed`, `interrupted`, … */
  readonly status: string;
  readonly error?: string | null;
}

/** Runs cells, and comes back when each has ended in some way; a cell that fails does not stop the others. */
export type Launch = (request: LaunchRequest) => Promise<readonly LaunchResult[]>;
