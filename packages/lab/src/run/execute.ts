// Execution of a run, from its beginning or from its last checkpoint.

import type { distributed } from "@throughline/torch";
import {
  callback,
  checkOptions,
  flag,
  knownOptions,
  type OptionNames,
  optional,
  whole,
} from "@throughline/torch/checks";
import { LabError } from "../errors.js";
import type { Experiment, Summary } from "../experiment.js";
import type { ProgressEvent, Reporter } from "../progress/event.js";
import { follow } from "./follower.js";
import { acquireLock } from "./lock.js";
import { readRun } from "./read.js";
import type { RunRecord, RunStatus } from "./record.js";
import { workOn } from "./session.js";

/** Options of `executeRun`. */
export interface ExecuteOptions {
  /** Receiver of progress events, about ten a second. */
  readonly onProgress?: (event: ProgressEvent) => void;
  /** Receiver of progress and messages, such as `createReporter("auto")`. Default: only `log.txt`. */
  readonly reporter?: Reporter;
  /** Aborting it asks the run to checkpoint and stop. */
  readonly signal?: AbortSignal;
  /**
   * If true, SIGINT, SIGTERM, SIGHUP and SIGUSR1 ask the run to checkpoint and stop; a second one ends the process at
   * once with code 130. Default true.
   */
  readonly handleSignals?: boolean;
  /** Number of checkpoints that are kept, beside the best one. Default 3. */
  readonly keepCheckpoints?: number;
  /**
   * If true, the run also writes TensorBoard's event file into `tensorboard/`. Default: if it did so before. No part of its
   * configuration.
   */
  readonly tensorboard?: boolean;
  /**
   * Group of processes that work on the run together, all of which call this function. Rank 0 owns the run; the others write
   * nothing. The experiment must say `ranks: true`.
   */
  readonly group?: distributed.ProcessGroup;
  /** Threads of one operation, in place of the configuration's: those of a rank. */
  readonly threads?: number;
}

/** Outcome of a run. */
export interface Outcome {
  readonly status: Extract<RunStatus, "interrupted" | "failed" | "finished">;
  /** Exit code for the process: 0 finished, 1 failed, 130 interrupted. */
  readonly exitCode: 0 | 1 | 130;
  readonly summary: Summary;
  /** Error of a failed run. */
  readonly error: Error | undefined;
  /** The run after this session. */
  readonly record: RunRecord;
}

/** Directory of the run that this process executes. */
let current: string | undefined;

const exitCodes = { finished: 0, failed: 1, interrupted: 130 } as const;

/**
 * Executes a run: a new one from the beginning, an interrupted or failed one from its last valid checkpoint. A finished run
 * is left unchanged. A process executes one run at a time.
 * @throws TorchError torch/argument for options that are not accepted
 * @throws LabError lab/busy, lab/locked if another process is using it, lab/no-run, lab/experiment-name, lab/config-changed if its
 * options were edited, lab/inputs if its inputs have changed, lab/damaged if its files or the metrics before its checkpoint
 * have changed, and lab/disk if its directory cannot be written at all. Later errors are in the outcome instead, unhandled
 * ones included: they stop the run, which has then failed.
 */
export async function executeRun(
  target: string | RunRecord,
  experiment: Experiment,
  options: ExecuteOptions = {},
): Promise<Outcome> {
  checkExecuteOptions(options);
  const { path, experiment: name } = readRun(typeof target === "string" ? target : target.path);
  if (name !== experiment.name) {
    throw new LabError("lab/experiment-name", `${path} is a run of ${name}, not of ${experiment.name}`);
  }
  if (current !== undefined) {
    throw new LabError(
      "lab/busy",
      `this process is running ${current}, and runs share libtorch's generator; start another process for ${path}`,
    );
  }
  if (options.group !== undefined) checkRanks(experiment);
  if (options.group !== undefined && options.group.rank > 0)
    return followRun(path, experiment, options.group, options);
  const lock = acquireLock(path);
  let error: Error | undefined;
  current = path;
  try {
    error = await workOn(path, experiment, options, lock);
  } finally {
    current = undefined;
    lock.release();
  }
  const record = readRun(path);
  const status = error !== undefined ? "failed" : record.status === "finished" ? "finished" : "interrupted";
  return { status, exitCode: exitCodes[status], summary: record.summary, error, record };
}

/** @throws LabError lab/ranks unless several processes can work on a run of the experiment */
export function checkRanks({ name, ranks }: Experiment): void {
  if (ranks !== true)
    throw new LabError("lab/ranks", `${name} cannot be run by several ranks: it does not share its batches`);
}

/** The part of a rank beside the first. */
async function followRun(
  path: string,
  experiment: Experiment,
  group: distributed.ProcessGroup,
  options: ExecuteOptions,
): Promise<Outcome> {
  current = path;
  try {
    const { status, error } = await follow(path, experiment, group, options);
    return { status, exitCode: exitCodes[status], summary: {}, error, record: readRun(path) };
  } finally {
    current = undefined;
  }
}

const names: OptionNames<ExecuteOptions> = {
  ...{ onProgress: true, reporter: true, signal: true, handleSignals: true, keepCheckpoints: true },
  ...{ tensorboard: true, group: true, threads: true },
};

function checkExecuteOptions(options: ExecuteOptions): void {
  const { onProgress, handleSignals, keepCheckpoints, tensorboard, threads } = knownOptions(
    "executeRun",
    names,
    options,
  );
  const rules = {
    onProgress: callback(),
    handleSignals: flag(true),
    keepCheckpoints: whole(1, 3),
    tensorboard: flag(false),
    threads: optional(whole(1, 1)),
  };
  checkOptions("executeRun", rules, { onProgress, handleSignals, keepCheckpoints, tensorboard, threads });
}

/**
 * Same as `executeRun`, with the experiment that the run's `config.json` names.
 * @param find returns the experiment of a name, or undefined
 * @throws as `executeRun`, and LabError lab/unknown-experiment
 */
export async function resumeRun(
  target: string | RunRecord,
  find: (name: string) => Experiment | undefined | Promise<Experiment | undefined>,
  options: ExecuteOptions = {},
): Promise<Outcome> {
  const record = readRun(typeof target === "string" ? target : target.path);
  const experiment = await find(record.experiment);
  if (experiment === undefined) {
    throw new LabError(
      "lab/unknown-experiment",
      `${record.path} is a run of ${record.experiment}, which is not a registered experiment`,
    );
  }
  return executeRun(record, experiment, options);
}
