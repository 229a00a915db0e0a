// A sweep: a table of cells, each run in its own process, so that one cell's failure does not affect the others.
import { resolve } from "node:path";
import { checkOptions, knownOptions, type OptionNames, optional, whole } from "@throughline/torch/checks";
import { LabError } from "../errors.js";
import { makeFolder } from "../files/disk.js";
import type { Launcher } from "../launchers/launcher.js";
import { acquireLock } from "../run/lock.js";
import { checkName } from "../text/name.js";
import type { Cell } from "./cell.js";
import { changedInputs } from "./changed-inputs.js";
import { readManifest } from "./manifest.js";
import { queueOf, Schedule, type SweepObserver } from "./schedule.js";
import { divide, queueShare, threadsOf } from "./share.js";
import { type LiveCell, SweepState, sweepDirectory } from "./state.js";

/** Seconds without progress of a cell after which a warning is given. */
export const QUIET = 300;

/** Options of a sweep. */
export interface SweepOptions {
  /** The folder of all runs. Default `runs`. */
  readonly root?: string;
  /** The sweep's directory is `<root>/sweeps/<name>`. */
  readonly name: string;
  /** Cells to run; cells that are finished, in any sweep under this root, are not run again. */
  readonly cells: readonly Cell[];
  readonly launcher: Launcher;
  /**
   * Processes at once. Default: as when the sweep was started, else as many as there are cores for them. Where a queue decides, all
   * cells are submitted at once.
   */
  readonly jobs?: number;
  /**
   * Threads of each. Default: as when the sweep was started, else the number that suits the work, at most the cores divided among
   * the jobs.
   */
  readonly threads?: number;
  /** Cores to be used. Default: all that the launcher has. */
  readonly cores?: number;
  /** Runs failed cells again, from their last good checkpoint. */
  readonly retry?: boolean;
  /**
   * If true, returns as soon as every cell is submitted; for launchers whose jobs outlive their driver. A later call follows the
   * jobs that are left. Default false.
   */
  readonly detach?: boolean;
  /** Seconds without a step, a metric or a message of a cell after which the observer gets a warning. Default 300. */
  readonly quiet?: number;
  /** Time limit in seconds of a cell, or of waiting for another process that holds its run; then it has failed. Default: no limit. */
  readonly timeout?: number;
  /** Aborting it asks every cell to checkpoint and stop; where jobs outlive their driver, they are left to go on. */
  readonly stop?: AbortSignal;
  /** Aborting it ends every cell at once. */
  readonly kill?: AbortSignal;
  /** Creates the observer from the sweep's initial state. */
  readonly observe?: (sweep: OpenSweep) => SweepObserver;
}

/** Events for an observer. */
export interface OpenSweep {
  readonly name: string;
  readonly directory: string;
  readonly cells: readonly LiveCell[];
  readonly jobs: number;
  readonly threads: number;
}

/** Outcome of the sweep. */
export interface SweepResult {
  readonly directory: string;
  readonly cells: readonly LiveCell[];
  /** 0 every cell finished, or was left to go on by `detach`; 1 some did not; 130 asked to stop before all was done. */
  readonly exitCode: 0 | 1 | 130;
}

const names: OptionNames<SweepOptions> = {
  ...{ root: true, name: true, cells: true, launcher: true, jobs: true, threads: true, cores: true },
  ...{ detach: true, retry: true, quiet: true, timeout: true, stop: true, kill: true, observe: true },
};

/**
 * Runs the unfinished cells. It may be killed at any moment; a second call continues from the cells'
 * checkpoints.
 * @throws LabError lab/locked if another process is running this sweep, lab/launcher if jobs are refused, lab/disk, lab/name
 */
export async function runSweep(options: SweepOptions): Promise<SweepResult> {
  const { name, cells, launcher, retry = false } = knownOptions("runSweep", names, options);
  const counts = { jobs: options.jobs, threads: options.threads, cores: options.cores };
  const one = optional(whole(1, 1));
  checkOptions("runSweep", { jobs: one, threads: one, cores: one }, counts);
  const root = resolve(options.root ?? "runs");
  checkName("a sweep", name);
  const directory = sweepDirectory(root, name);
  makeFolder(directory);
  const lock = acquireLock(directory);
  try {
    const state = SweepState.look(directory, name, root, cells);
    const asked = { jobs: options.jobs ?? state.share.jobs, threads: options.threads ?? state.share.threads };
    if (options.threads !== undefined) for (const cell of state.cells) cell.worth = undefined;
    const queue = queueOf(state.cells, retry);
    const cores = options.cores ?? launcher.capacity;
    const count = Math.max(1, queue.length);
    const share = Number.isFinite(cores)
      ? divide({ ...asked, cores, cells: count, onCpu: cells.every(({ config }) => config.device === "cpu") })
      : queueShare(count, asked.threads);
    const { jobs } = share;
    if (queue.length > 0)
      state.share = {
        jobs: asked.jobs,
        threads: asked.threads ?? share.threads,
        launcher: launcher.name,
      };
    state.save();
    const threads = Math.max(1, ...queue.map((cell) => threadsOf(cell, share)));
    const observer = options.observe?.({ name, directory, cells: state.cells, jobs, threads }) ?? silent;
    for (const remark of [...share.remarks, ...changedInputs(state.cells, root)]) observer.message(remark);
    const stop = options.stop ?? new AbortController().signal;
    const kill = options.kill ?? new AbortController().signal;
    const limits = { quiet: options.quiet ?? QUIET, timeout: options.timeout ?? Number.POSITIVE_INFINITY };
    const { detach = false } = options;
    const schedule = {
      root,
      folder: directory,
      launcher,
      share,
      retry,
      detach,
      ...limits,
      stop,
      kill,
      observer,
    };
    await new Schedule(state, schedule).run();
    state.close();
    const done = state.cells.every((cell) => cell.status === "finished");
    const isLeft = detach && state.cells.every(({ status }) => status === "finished" || status === "running");
    return { directory, cells: state.cells, exitCode: done || isLeft ? 0 : stop.aborted ? 130 : 1 };
  } finally {
    lock.release();
  }
}

const silent: SweepObserver = { message: () => {}, changed: () => {}, progress: () => {} };

/**
 * Reads the cells of an existing sweep from its directory.
 * @throws LabError lab/no-sweep if the directory has no manifest, lab/damaged
 */
export function readSweep(directory: string): {
  readonly name: string;
  readonly root: string;
  readonly cells: readonly LiveCell[];
} {
  const manifest = readManifest(directory);
  if (manifest === undefined)
    throw new LabError("lab/no-sweep", `${directory} is not a sweep: it has no manifest.json`);
  const root = resolve(directory, manifest.root);
  const { cells } = SweepState.look(directory, manifest.name, root, manifest.cells);
  return { name: manifest.name, root, cells };
}
