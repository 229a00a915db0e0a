// One line that says how far a run is: rewritten in place on a terminal, now and then a plain line elsewhere.

/** Time between two lines, in milliseconds: on a terminal, and elsewhere. */
const interval = { terminal: 100, plain: 2000 };

export class Progress {
  readonly #total: number;
  readonly #unit: string;
  readonly #out: NodeJS.WriteStream;
  readonly #start = performance.now();
  #done = 0;
  #shown = this.#start;

  /** @param total how many `unit`s there are in all. */
  constructor(total: number, unit: string, out: NodeJS.WriteStream = process.stderr) {
    this.#total = total;
    this.#unit = unit;
    this.#out = out;
  }

  /** `count` more are done; `loss` is the latest. */
  advance(count: number, loss: number): void {
    this.#done += count;
    const now = performance.now();
    const finished = this.#done >= this.#total;
    if (!finished && now - this.#shown < (this.#out.isTTY ? interval.terminal : interval.plain)) return;
    this.#shown = now;
    const line = this.#line(loss, (now - this.#start) / 1000);
    if (this.#out.isTTY) this.#out.write(`\r\x1b[2K${line}${finished ? "\n" : ""}`);
    else this.#out.write(`${line}\n`);
  }

  #line(loss: number, seconds: number): string {
    const share = Math.min(1, this.#done / this.#total);
    const rate = this.#done / seconds;
    const width = 24;
    const filled = Math.round(share * width);
    const bar = this.#out.isTTY ? `${"█".repeat(filled)}${"░".repeat(width - filled)} ` : "";
    const left =
      share < 1 ? `${Math.ceil((this.#total - this.#done) / rate)} s left` : `${seconds.toFixed(1)} s`;
    const percent = `${Math.floor(share * 100)} %`.padStart(5);
    return `${bar}${percent}  ${Math.round(rate)} ${this.#unit}/s  loss ${loss.toFixed(4)}  ${left}`;
  }
}
