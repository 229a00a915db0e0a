// log.txt: what a run said, with the time. Nothing here may end a run: a full disk is noticed where results are written.
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { Reporter } from "../progress/event.js";
import { files } from "./layout.js";

/** Writes messages to `log.txt` and to the reporter. */
export class RunLog {
  readonly #path: string;
  readonly #reporter: Reporter | undefined;

  constructor(run: string, reporter: Reporter | undefined) {
    this.#path = join(run, files.log);
    this.#reporter = reporter;
  }

  /** Both in the file and on the terminal. */
  say(message: string): void {
    this.note(message);
    this.#reporter?.message(message);
  }

  /** Writes to the file only. */
  note(message: string): void {
    try {
      appendFileSync(this.#path, `${new Date().toISOString()} ${message}\n`);
    } catch {}
  }
}
