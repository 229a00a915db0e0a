// A run as read from its directory, for figures, reproductions and listings.

/** Status of a run. `interrupted` can be resumed; `failed` names its error. */
export type RunStatus = "created" | "running" | "interrupted" | "failed" | "finished";

/** One line of `metrics.jsonl`. */
export interface MetricRow {
  /** The loop that logged it, such as `train`. */
  readonly loop: string;
  /** Counts from 0 within its loop. */
  readonly step: number;
  /** Seconds of work since the run began, over all its sessions; the only field that a resumed run need not repeat. */
  readonly time: number;
  readonly [metric: string]: number | string;
}

/** The rows that can be read, and a sentence if there are lines that cannot. */
export interface MetricRows {
  readonly rows: MetricRow[];
  readonly problems: readonly string[];
}

/** A run read from its directory, finished or not. */
export interface RunRecord {
  /** The directory's name. */
  readonly id: string;
  /** Absolute path. */
  readonly path: string;
  readonly experiment: string;
  readonly status: RunStatus;
  readonly preset: string;
  /** Every option that has a value. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Source of each option's value; see `ResolvedConfig`. Includes options without a value, which `config` lacks. */
  readonly sources: Readonly<Record<string, string>>;
  /** Empty until the run has finished. */
  readonly summary: Readonly<Record<string, number | string | boolean | null>>;
  /** Versions, commit and machine; read lazily. @throws LabError lab/damaged */
  readonly environment: Readonly<Record<string, unknown>>;
  /** The last error, for a failed run. */
  readonly error: string | undefined;
  readonly created: Date;
  /** The rows of `metrics.jsonl`, an unfinished last line left out. @throws LabError lab/damaged naming the lines that are none */
  metrics(): Promise<MetricRow[]>;
}
