// Launchers start cells. Processes on this machine are one launcher; a cluster's queue can be another. All that must
// outlive a launcher is in the sweep's manifest and in the runs' directories, so that any launcher can continue any
// sweep.

import type { Inputs } from "../run/inputs.js";

/** Everything a launcher needs to start a cell, as plain data: it can be written into a job script. */
export interface CellJob {
  readonly id: string;
  readonly experiment: string;
  readonly preset: string;
  /** Complete, `threads` included. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly sources: Readonly<Record<string, string>>;
  /** Inputs with the SHA-256 that they must have when the run is created. */
  readonly inputs?: Inputs;
  /** The folder of all runs, absolute. */
  readonly root: string;
  /** Name of the run's directory. If it exists, the run is resumed from its last checkpoint. */
  readonly name: string;
  readonly threads: number;
  /** File for the output of the cell, absolute; it is appended to. */
  readonly log: string;
}

/** Progress of a running cell. */
export interface CellProgress {
  readonly loop: string;
  readonly step: number;
  readonly steps: number;
  readonly unit: string;
  readonly rate: number | undefined;
  /** Seconds left in this loop. */
  readonly eta: number | undefined;
  readonly metrics: Readonly<Record<string, number | string>>;
}

/** Outcome of a cell; `busy` if another process is using its run. */
export interface CellEnd {
  readonly status: "finished" | "interrupted" | "failed" | "busy";
  /** Error of a failed cell; of an interrupted one, the reason why it had to be ended. */
  readonly error?: string;
}

/** A cell that was started. */
export interface RunningCell {
  /** Never rejects. */
  readonly ended: Promise<CellEnd>;
  /** Asks it to write a checkpoint and stop. A cell that does not stop in time is ended, and counts as interrupted. */
  stop(): void;
  /** Ends it at once. */
  kill(): void;
}

/**
 * A launcher. What it must do, whatever happens to a cell or to the sweep's process, is the contract in
 * `@throughline/testing/contracts/launchers`. It submits by `start`, polls for `ended`, and cancels by `stop` and `kill`; what a
 * cell prints is in the file `log` of its job. It keeps nothing that the runs' directories do not say.
 */
export interface Launcher {
  /** Number of cores that its cells may use together. */
  readonly capacity: number;
  start(job: CellJob, report: (progress: CellProgress) => void): RunningCell;
}
