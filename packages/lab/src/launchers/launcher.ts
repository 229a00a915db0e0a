// Launchers start cells: processes on this machine, or the queue of a cluster. All that must outlive a driver is in the sweep's
// folder and in the runs' directories, so that any launcher can continue any sweep.

import type { Inputs } from "../run/inputs.js";

/** Everything a launcher needs to start a cell, as plain data: it can be written into a file for another machine. */
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

/** Where a job stands. */
export type JobState =
  /** In a queue, for the first time or again; `reason` is the queue's, such as `Resources`. */
  | { readonly phase: "waiting"; readonly reason?: string }
  | { readonly phase: "running"; readonly progress?: CellProgress }
  | { readonly phase: "ended"; readonly progress?: CellProgress; readonly end: CellEnd };

/**
 * A launcher. What it must do, whatever happens to a cell or to the sweep's process, is the contract in
 * `@throughline/testing/contracts/launchers`. `folder` is the sweep's, absolute: what a launcher has to remember beyond a driver it
 * keeps there, and what a cell prints is in the file `log` of its job.
 */
export interface Launcher {
  /** Its name, as `--launcher` takes it. */
  readonly name: string;
  /** Number of cores that its cells may use together; infinite where a queue decides. */
  readonly capacity: number;
  /** Milliseconds between two polls. */
  readonly pollEvery: number;
  /** True if jobs go on without the driver that submitted them. */
  readonly outlives: boolean;
  /**
   * Hands jobs over, those of one call together.
   * @returns their ids, in the same order
   * @throws LabError lab/launcher if they are refused; then none was submitted
   */
  submit(folder: string, jobs: readonly CellJob[]): Promise<readonly string[]>;
  /** The state of each job. @throws LabError lab/launcher if it cannot be found out now */
  poll(folder: string, ids: readonly string[]): Promise<readonly JobState[]>;
  /**
   * `stop` asks jobs to write a checkpoint and stop; one that does not stop in time is ended, and counts as interrupted. `kill` ends
   * them at once. Jobs that have ended are left alone. @throws LabError lab/launcher
   */
  cancel(folder: string, ids: readonly string[], how: "stop" | "kill"): Promise<void>;
  /** What the launcher itself has to say of a job, besides what is in the cell's log. @throws LabError lab/launcher */
  logs(folder: string, id: string): Promise<string>;
  /** Jobs of earlier drivers that have not ended: ids by the ids of their cells. @throws LabError lab/launcher */
  live(folder: string): Promise<ReadonlyMap<string, string>>;
}
