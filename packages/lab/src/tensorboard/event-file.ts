// The event file that a run at work writes beside metrics.jsonl.
import { closeSync, openSync, readdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { append, guard, makeFolder, writeAtomic } from "../files/disk.js";
import { type EventRow, type EventSource, openingRecords, rowRecord } from "./records.js";

/** Beginning of the name by which TensorBoard knows an event file. */
const MARK = "events.out.tfevents";

/** A name that TensorBoard knows, and that sorts by when the file was begun. */
export function eventFileName(begun: Date, by: string): string {
  const seconds = String(Math.floor(begun.getTime() / 1000)).padStart(10, "0");
  return `${MARK}.${seconds}.${by.replaceAll(/[^\w-]/g, "-")}`;
}

/** The content of the file of a run whose rows are known. */
export function eventFileContent(source: EventSource, rows: readonly EventRow[]): Uint8Array {
  return Buffer.concat([openingRecords(source), ...rows.map((row) => rowRecord(source, row))]);
}

/**
 * The only event file in a folder. It is made anew from the rows that a run goes on with, so no step is in it twice; rows are
 * appended as `metrics.jsonl` gets them.
 */
export class EventFile {
  readonly #source: EventSource;
  readonly #path: string;
  readonly #file: number;
  #length: number;

  /** @param rows those that are kept. @throws LabError lab/disk */
  constructor(folder: string, source: EventSource, rows: readonly EventRow[]) {
    makeFolder(folder);
    guard(folder, () => {
      // Before the new one is there: a folder with two would show steps twice.
      for (const name of readdirSync(folder)) if (name.startsWith(MARK)) rmSync(join(folder, name));
    });
    this.#source = source;
    this.#path = join(folder, eventFileName(new Date(), `${hostname()}.${process.pid}`));
    const content = eventFileContent(source, rows);
    writeAtomic(this.#path, content);
    this.#length = content.length;
    this.#file = guard(this.#path, () => openSync(this.#path, "a"));
  }

  /** Appends lines of `metrics.jsonl`. If that fails, the file ends with the last whole record before. @throws LabError lab/disk */
  take(lines: readonly string[]): void {
    const records = lines.map((line) => rowRecord(this.#source, JSON.parse(line) as EventRow));
    const bytes = Buffer.concat(records);
    append(this.#path, this.#file, this.#length, bytes);
    this.#length += bytes.length;
  }

  close(): void {
    closeSync(this.#file);
  }
}
