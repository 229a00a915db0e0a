// Time since a cell's last progress.
import { statSync } from "node:fs";
import { join } from "node:path";
import { files } from "../run/layout.js";

/** Time since the last progress. A warning is due when it gets long, and again whenever it has doubled. */
export class Silence {
  readonly #long: number;
  #since: number = Date.now();
  #news: number;

  /** @param long seconds before the first warning */
  constructor(long: number) {
    this.#long = long;
    this.#news = long;
  }

  get seconds(): number {
    return Math.max(0, (Date.now() - this.#since) / 1000);
  }

  get isLong(): boolean {
    return this.seconds >= this.#long;
  }

  /** Records progress at a time, in milliseconds since 1970. */
  end(at: number = Date.now()): void {
    if (at <= this.#since) return;
    this.#since = at;
    this.#news = this.#long;
  }

  /** True if a warning is due. */
  isNews(): boolean {
    const { seconds } = this;
    if (seconds < this.#news) return false;
    this.#news = 2 * seconds;
    return true;
  }
}

/** Time of a cell's last metric, message or checkpoint, in milliseconds since 1970; 0 if there is none. */
export function lastSign(run: string, log: string): number {
  const signs = [log, ...[files.metrics, files.log, files.checkpoints].map((name) => join(run, name))];
  return Math.max(...signs.map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0));
}
