// Manifest of a sweep: its cells and their status.
import { join } from "node:path";
import { writeJson } from "../files/disk.js";
import { readJson } from "../files/read-json.js";
import {
  anything,
  listOf,
  nullable,
  objectOf,
  oneOf,
  optional,
  recordOf,
  type Shape,
  text,
  time,
  whole,
} from "../files/shape.js";
import { inputsShape } from "../run/read-inputs.js";
import type { Cell } from "./cell.js";

/** `pending`: not started. `interrupted`: continues from its checkpoint. `failed`: its last error is kept; see `retry`. */
export type CellStatus = "pending" | "running" | "interrupted" | "failed" | "finished";

/** A cell with its status. */
export interface CellState extends Cell {
  readonly status: CellStatus;
  /** Number of processes that this sweep started for it. */
  readonly attempts: number;
  /** The last error, of a failed cell. */
  readonly error: string | null;
  /** The run's directory, relative to the folder of all runs. */
  readonly run: string;
}

/** `manifest.json` */
export interface Manifest {
  readonly version: 1;
  readonly name: string;
  /** ISO time, UTC. */
  readonly created: string;
  /** The folder of all runs, relative to the sweep's directory. */
  readonly root: string;
  /** Processes at once, if a number was asked for. */
  readonly jobs?: number;
  /** Threads of each cell, fixed when the sweep starts, so that its cells can be compared. */
  readonly threads?: number;
  /** Name of the launcher that was used last; none in earlier versions. */
  readonly launcher?: string;
  readonly cells: readonly CellState[];
}

const FILE = "manifest.json";
const cell: Shape<CellState> = objectOf<CellState>({
  id: text,
  experiment: text,
  preset: text,
  config: recordOf(anything),
  sources: recordOf(text),
  inputs: optional(inputsShape),
  worth: optional(whole),
  status: oneOf(["pending", "running", "interrupted", "failed", "finished"]),
  attempts: whole,
  error: nullable(text),
  run: text,
});
const shape: Shape<Manifest> = objectOf<Manifest>({
  version: oneOf([1]),
  name: text,
  created: time,
  root: text,
  jobs: optional(whole),
  threads: optional(whole),
  launcher: optional(text) as Shape<string>,
  cells: listOf(cell),
});

/** The manifest of a sweep's directory; undefined if it has none. @throws LabError lab/damaged */
export function readManifest(directory: string): Manifest | undefined {
  return readJson(join(directory, FILE), shape);
}

/** Replaces the manifest, whole or not at all. */
export function writeManifest(directory: string, manifest: Manifest): void {
  writeJson(join(directory, FILE), manifest);
}
