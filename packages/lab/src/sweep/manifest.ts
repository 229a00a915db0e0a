// A sweep as its directory tells it: which cells there are and how far each has come.
import { join } from "node:path";
import { z } from "zod";
import { writeJson } from "../run/files.js";
import { readJson } from "../run/read-json.js";
import { time } from "../run/shapes.js";
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
  readonly cells: readonly CellState[];
}

const FILE = "manifest.json";
const STATUSES = ["pending", "running", "interrupted", "failed", "finished"] as const;
const text = z.string("text");
const cell: z.ZodType<CellState> = z.object(
  {
    id: text,
    experiment: text,
    preset: text,
    config: z.record(z.string(), z.unknown(), "an object"),
    sources: z.record(z.string(), text, "an object"),
    status: z.enum(STATUSES, `one of ${STATUSES.join(", ")}`),
    attempts: z.int("a whole number"),
    error: text.nullable(),
    run: text,
  },
  "an object",
);
const shape: z.ZodType<Manifest> = z.object(
  {
    version: z.literal(1, "1, the version that is understood here,"),
    name: text,
    created: time,
    root: text,
    cells: z.array(cell, "a list"),
  },
  "an object",
);

/** The manifest of a sweep's directory; undefined if it has none. @throws LabError lab/damaged */
export function readManifest(directory: string): Manifest | undefined {
  return readJson(join(directory, FILE), shape);
}

/** Replaces the manifest, whole or not at all. */
export function writeManifest(directory: string, manifest: Manifest): void {
  writeJson(join(directory, FILE), manifest);
}
