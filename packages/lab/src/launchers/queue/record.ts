// What a job of a queue leaves in its sweep's folder: where it stands, for drivers that come later or run elsewhere.
import { join } from "node:path";
import { makeFolder, writeAtomic } from "../../files/disk.js";
import { readJson } from "../../files/read-json.js";
import { anything, nullable, objectOf, oneOf, optional, type Shape, text, whole } from "../../files/shape.js";
import type { CellEnd, CellProgress } from "../launcher.js";

/** `jobs/<id>.json`, written by the job's own process and by nothing else. */
export interface JobRecord {
  /** The cell's. */
  readonly cell: string;
  /** Number of times that the queue has started the job again. */
  readonly restarts: number;
  /** The newest checkpoint when it was started last; null if there was none. */
  readonly from: string | null;
  /** Number of starts in a row that began with the same checkpoint as the one before. */
  readonly fruitless: number;
  readonly progress?: CellProgress | undefined;
  /** Outcome of the last start; undefined while it runs, and if it was ended without a word. */
  readonly end?: CellEnd | undefined;
}

const shape: Shape<JobRecord> = objectOf<JobRecord>({
  cell: text,
  restarts: whole,
  from: nullable(text),
  fruitless: whole,
  progress: anything as Shape<CellProgress | undefined>,
  end: optional(
    objectOf<CellEnd>({
      status: oneOf(["finished", "interrupted", "failed", "busy"]),
      error: optional(text) as Shape<string>,
    }),
  ),
});

/** The record of a job; undefined if it has not begun. @throws LabError lab/damaged, lab/disk */
export function readRecord(folder: string, id: string): JobRecord | undefined {
  return readJson(pathOf(folder, id), shape);
}

/** Replaces the record of a job, whole or not at all. @throws LabError lab/disk */
export function writeRecord(folder: string, id: string, record: JobRecord): void {
  makeFolder(join(folder, "jobs"));
  writeAtomic(pathOf(folder, id), `${JSON.stringify(record)}\n`);
}

function pathOf(folder: string, id: string): string {
  return join(folder, "jobs", `${id}.json`);
}
