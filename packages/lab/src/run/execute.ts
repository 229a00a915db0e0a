// A run, done: from its beginning or from where it stopped.
import { LabError } from "../errors.js";
import type { Experiment, Summary } from "../experiment.js";
import type { ProgressEvent, Reporter } from "../progress/event.js";
import type { RunRecord, RunStatus } from "./record.js";

/** How a run is done. */
export interface ExecuteOptions {
  /** Told where the run stands, about ten times a second. */
  readonly onProgress?: (event: ProgressEvent) => void;
  /** Where progress and messages are shown, such as `createReporter("auto")`. Default: nowhere but in `log.txt`. */
  readonly reporter?: Reporter;
  /** Aborting it asks the run to checkpoint and stop. */
  readonly signal?: AbortSignal;
  /**
   * Whether SIGINT, SIGTERM and SIGUSR1 ask the run to checkpoint and stop, a second one ending the process at once with
   * code 130. Default true.
   */
  readonly handleSignals?: boolean;
  /** How many checkpoints are kept, beside the best one. Default 3. */
  readonly keepCheckpoints?: number;
}

/** How it ended. */
export interface Outcome {
  readonly status: Extract<RunStatus, "interrupted" | "failed" | "finished">;
  /** For the process: 0 finished, 1 failed, 130 interrupted. */
  readonly exitCode: 0 | 1 | 130;
  readonly summary: Summary;
  /** Why it failed. */
  readonly error: Error | undefined;
  /** The run as it is now. */
  readonly record: RunRecord;
}

/**
 * Does a run: a new one from its beginning, an interrupted or failed one from its last good checkpoint. A finished one is
 * left as it is.
 * @throws LabError lab/locked if another process is at it, lab/no-run, lab/experiment-name; what goes wrong inside the
 * experiment is in the outcome instead
 */
export async function executeRun(
  _target: string | RunRecord,
  _experiment: Experiment,
  _options: ExecuteOptions = {},
): Promise<Outcome> {
  throw new LabError("lab/unwritten", "executeRun is being written");
}

/** `executeRun` of the experiment that the run names. @throws also LabError lab/unknown-experiment */
export async function resumeRun(
  _target: string | RunRecord,
  _find: (name: string) => Experiment | undefined,
  _options: ExecuteOptions = {},
): Promise<Outcome> {
  throw new LabError("lab/unwritten", "resumeRun is being written");
}
