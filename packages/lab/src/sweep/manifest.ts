// A sweep as its directory tells it: which cells there are and how far each has come.
import { join } from "node:path";
import { LabError } from "../errors.js";
import { readJson, writeJson } from "../run/files.js";
import type { Cell } from "./cell.js";

/** `pending`: not begun. `interrupted`: goes on from its checkpoint. `failed`: its last error is kept; see `retry`. */
export type CellStatus = "pending" | "running" | "interrupted" | "failed" | "finished";

/** A cell and how far it has come. */
export interface CellState extends Cell {
  readonly status: CellStatus;
  /** How often a process was started for it by this sweep. */
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
  /** Threads of a cell when the sweep was begun: they stay the same, so that its cells can be compared. */
  readonly threads?: number;
  readonly cells: readonly CellState[];
}

const FILE = "manifest.json";

/** The manifest of a sweep's directory; undefined if it has none. @throws LabError lab/damaged */
export function readManifest(directory: string): Manifest | undefined {
  const manifest = readJson(join(directory, FILE)) as Manifest | undefined;
  if (manifest !== undefined && (manifest.version !== 1 || !Array.isArray(manifest.cells)))
    throw new LabError("lab/damaged", `${join(directory, FILE)} is not of this version`);
  return manifest;
}

/** Replaces the manifest, whole or not at all. */
export function writeManifest(directory: string, manifest: Manifest): void {
  writeJson(join(directory, FILE), manifest);
}
