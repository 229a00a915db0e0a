// metrics.jsonl: whole lines only, written in pieces large enough that logging costs next to nothing.
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { guard } from "./files.js";

const largestBuffer = 64 * 1024;
const longestWait = 1000;

/** The file that rows are appended to. */
export class MetricsFile {
  readonly #path: string;
  readonly #file: number;
  #lines: string[] = [];
  #waiting = 0;
  #written: number;
  #lastFlush: number = performance.now();

  /** Opens the file and drops what lies beyond `keep` bytes: what was logged after the checkpoint. @throws LabError lab/disk */
  constructor(path: string, keep: number) {
    this.#path = path;
    this.#written = keep;
    this.#file = guard(path, () => openSync(path, "a"));
    guard(path, () => {
      if (fstatSync(this.#file).size !== keep) ftruncateSync(this.#file, keep);
    });
  }

  /** Bytes logged, including those that still wait to be written. */
  get bytes(): number {
    return this.#written + this.#waiting;
  }

  /** Adds a line. It is written when there is enough, or with the next line after a second. */
  append(line: string, now: number): void {
    const whole = `${line}\n`;
    this.#lines.push(whole);
    this.#waiting += Buffer.byteLength(whole);
    if (this.#waiting >= largestBuffer || now - this.#lastFlush >= longestWait) this.flush();
  }

  /** Writes what waits. If that fails, the file ends with the last whole line before. @throws LabError lab/disk */
  flush(): void {
    this.#lastFlush = performance.now();
    if (this.#waiting === 0) return;
    const bytes = Buffer.from(this.#lines.join(""));
    guard(this.#path, () => {
      try {
        for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done);
      } catch (error) {
        ftruncateSync(this.#file, this.#written);
        throw error;
      }
    });
    this.#written += bytes.length;
    this.#lines = [];
    this.#waiting = 0;
  }

  /** Writes what waits and makes sure that it is on the disk. */
  sync(): void {
    this.flush();
    guard(this.#path, () => fsyncSync(this.#file));
  }

  /** Closes the file; what waits is lost, so flush before. */
  close(): void {
    closeSync(this.#file);
  }
}
