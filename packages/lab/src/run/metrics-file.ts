// metrics.jsonl: whole lines only, written in pieces large enough that logging costs next to nothing.
import type { Hash } from "node:crypto";
import { closeSync, fsyncSync } from "node:fs";
import { LabError } from "../errors.js";
import { append, guard } from "../files/disk.js";
import type { Lock } from "./lock.js";
import { copyPrefix } from "./metrics-prefix.js";

const largestBuffer = 64 * 1024;
const longestWait = 1000;

/** Whatever shows the rows elsewhere. */
export interface Follower {
  /** Lines that were written. */
  take(lines: readonly string[]): void;
  close(): void;
}

/** The file that rows are appended to. */
export class MetricsFile {
  readonly #path: string;
  readonly #file: number;
  readonly #lock: Lock;
  // Of what is written.
  readonly #hash: Hash;
  #lines: string[] = [];
  #waiting = 0;
  #written: number;
  #lastFlush: number = performance.now();
  #isClosed = false;
  #follower: Follower | undefined;

  /**
   * Replaces the file by a copy of its first `keep` bytes, those that belong to the checkpoint. Whoever had the run before
   * and does not know yet that it was taken over writes into the file that is no longer there.
   * @throws LabError lab/disk, lab/lock-lost
   */
  constructor(path: string, keep: number, lock: Lock) {
    lock.check();
    this.#path = path;
    this.#lock = lock;
    this.#written = keep;
    const { file, hash } = guard(path, () => copyPrefix(path, keep));
    this.#file = file;
    this.#hash = hash;
  }

  /** Bytes logged, including those that still wait to be written. */
  get bytes(): number {
    return this.#written + this.#waiting;
  }

  /** SHA-256 of all that was logged. */
  get sha256(): string {
    return this.#hash.copy().update(this.#lines.join("")).digest("hex");
  }

  /** Gives every line that is written from now on to `follower` too, after it was written. It is closed with the file. */
  follow(follower: Follower): void {
    this.#follower = follower;
  }

  /** Adds a line. It is written when there is enough, or with the next line after a second. */
  append(line: string, now: number): void {
    const whole = `${line}\n`;
    this.#lines.push(whole);
    this.#waiting += Buffer.byteLength(whole);
    if (this.#waiting >= largestBuffer || now - this.#lastFlush >= longestWait) this.flush();
  }

  /**
   * Writes what waits. If that fails, the file ends with the last whole line before.
   * @throws LabError lab/disk, lab/lock-lost, and lab/ended after `close`
   */
  flush(): void {
    if (this.#isClosed) throw new LabError("lab/ended", `${this.#path} is closed: the run has ended`);
    this.#lastFlush = performance.now();
    if (this.#waiting === 0) return;
    this.#lock.check();
    const bytes = Buffer.from(this.#lines.join(""));
    append(this.#path, this.#file, this.#written, bytes);
    this.#hash.update(bytes);
    this.#written += bytes.length;
    const lines = this.#lines;
    this.#lines = [];
    this.#waiting = 0;
    this.#follower?.take(lines);
  }

  /** Writes what waits and makes sure that it is on the disk. */
  sync(): void {
    this.flush();
    guard(this.#path, () => fsyncSync(this.#file));
  }

  /** Closes the file; what waits is lost, so flush before. */
  close(): void {
    this.#isClosed = true;
    closeSync(this.#file);
    this.#follower?.close();
  }
}
