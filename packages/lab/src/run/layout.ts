// Layout of a run's directory.
import { join } from "node:path";
import type { BestStep } from "./cut.js";

/** Names inside a run's directory. */
export const files = {
  config: "config.json",
  environment: "environment.json",
  inputs: "inputs.json",
  state: "state.json",
  metrics: "metrics.jsonl",
  summary: "summary.json",
  units: "units.json",
  log: "log.txt",
  lock: "lock",
  checkpoints: "checkpoints",
  pointers: "pointers.json",
  figures: "figures",
  artifacts: "artifacts",
  tensorboard: "tensorboard",
} as const;

/** Paths within the run at `path`. */
export function inRun(path: string, ...names: readonly string[]): string {
  return join(path, ...names);
}

/** `config.json` */
export interface ConfigFile {
  readonly version: 1;
  readonly id: string;
  readonly experiment: string;
  readonly preset: string;
  /** ISO time, UTC. */
  readonly created: string;
  /** Options by name, dotted for parts of objects; without a value if the option was left out. */
  readonly options: Readonly<Record<string, { readonly value?: unknown; readonly source: string }>>;
}

/** One process that worked on the run. */
export interface Session {
  readonly started: string;
  readonly ended: string | null;
  readonly pid: number;
  readonly host: string;
  /** The checkpoint it went on from; null if it started at the beginning. */
  readonly from: string | null;
  /** Outcome; null while it runs, and for ever if it was killed. */
  readonly outcome: string | null;
}

/** `state.json` */
export interface StateFile {
  readonly status: "created" | "running" | "interrupted" | "failed" | "finished";
  /** Process that runs it; null if there is none. */
  readonly pid: number | null;
  readonly host: string | null;
  readonly sessions: readonly Session[];
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Checksum of `config.json`; none in runs of earlier versions. */
  readonly config?: string | undefined;
}

/** `checkpoints/pointers.json`, for people and tools; the lab itself looks at the checkpoints. */
export interface Pointers {
  readonly latest: string;
  /** Values by loop name. */
  readonly best: Readonly<Record<string, BestStep>>;
  /** Values by loop name; only while the run is unfinished. */
  readonly ends: Readonly<Record<string, string>>;
}
