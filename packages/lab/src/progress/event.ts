// Progress events of a running experiment.

/** Progress of a loop. */
export interface ProgressEvent {
  /** The run's directory. */
  readonly path: string;
  readonly loop: string;
  /** Steps done. */
  readonly step: number;
  /** Steps in all. */
  readonly steps: number;
  /** Name of one step. */
  readonly unit: string;
  /** Recent rate in steps per second; undefined until it is known. */
  readonly rate: number | undefined;
  /** Seconds left in this loop at that rate. */
  readonly eta: number | undefined;
  /** The metrics of the last step that logged any. */
  readonly metrics: Readonly<Record<string, number | string>>;
  /** Seconds of work since the run began, over all its sessions. */
  readonly time: number;
  /** True if the loop has just ended or stopped. */
  readonly isLast: boolean;
}

/** Receiver of progress and messages. */
export interface Reporter {
  progress(event: ProgressEvent): void;
  /** A message of the run or the lab, on its own line. */
  message(text: string): void;
  /** Ends the output and restores the terminal. */
  end(): void;
}
