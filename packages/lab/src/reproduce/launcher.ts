// Interface of launchers of missing cells, such as processes of this machine or a cluster.
import type { Cell } from "../sweep/cell.js";

export interface LaunchRequest {
  /** The reproduction and its preset as a file name: `flossing-fig4-laptop`. */
  readonly name: string;
  /** Those without a finished run. */
  readonly cells: readonly Cell[];
  /** The folder of all runs. */
  readonly root: string;
  /** Number of cells at once. Default: the launcher's choice. */
  readonly jobs?: number;
}

/** Outcome of a cell; its run's directory has the details, if it was created. */
export interface LaunchResult {
  /** The cell's. */
  readonly id: string;
  /** `finished`, `failed`, `interrupted`, … */
  readonly status: string;
  readonly error?: string | null;
}

/** Runs cells; resolves when each has ended. A cell that fails does not stop the others. */
export type Launch = (request: LaunchRequest) => Promise<readonly LaunchResult[]>;
