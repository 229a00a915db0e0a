import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { notAccepted, pathText } from "../../checks/index.js";
import { hashOfContent, makeFolder, readBytes, replaceFile } from "../../files/index.js";
import {
  type LogPosition,
  type LogRow,
  logFiles,
  logStart,
  type RefuseLog,
  rowLine,
  scanRows,
} from "./log-form.js";
import { readCard, usualLogRefusal } from "./log-reader.js";

/** Options of a `LogWriter`. */
export interface LogWriterOptions {
  /** True to go on with a log that is there and has the same card. Default: false. */
  readonly resume?: boolean;
  /** Makes the errors about the folder. Default: TorchErrors. */
  readonly refuse?: RefuseLog;
}

/**
 * Appends rows with blocks of bytes to a log. A row is there once its line is: a process that is killed loses the row that it
 * was writing, and no other. One writer at a time.
 *
 *   const writer = new data.LogWriter("log", { kind: "numbers" });
 *   writer.append({ name: "first" }, [new Uint8Array([1, 2, 3])]);
 *   writer.close();
 */
export class LogWriter {
  readonly folder: string;
  readonly #refuse: RefuseLog;
  readonly #rows: number;
  readonly #blocks: number;
  #position: LogPosition = logStart;
  /** True if files may reach behind the position. */
  #isLong = false;

  /**
   * @param card description of the whole log, a value of JSON
   * @throws what `refuse` makes if the folder holds anything else, or a log with another card, or cannot be written
   */
  constructor(
    folder: string,
    card: unknown,
    { resume = false, refuse = usualLogRefusal }: LogWriterOptions = {},
  ) {
    this.folder = pathText("LogWriter: folder", folder);
    if (typeof refuse !== "function") throw notAccepted("LogWriter: refuse", refuse, "a function");
    this.#refuse = refuse;
    const text = cardText(card);
    const goesOn = resume && existsSync(join(folder, logFiles.card));
    if (goesOn) this.#checkCard(text);
    else this.#attempt(() => this.#begin(text));
    [this.#rows, this.#blocks] = this.#attempt(() => [this.#open("rows"), this.#open("blocks")]);
    if (goesOn) this.#position = this.#found();
  }

  /** End of what was appended. */
  get position(): LogPosition {
    return this.#position;
  }

  /**
   * Appends a row.
   * @param row a value of JSON
   * @throws what `refuse` makes if the disk refuses; the log is then as it was before
   */
  append(row: unknown, blocks: readonly Uint8Array[] = []): void {
    const { rows, rowBytes, blockBytes: at } = this.#position;
    const entry: LogRow = { row, at, blocks: blocks.map((block) => [block.length, crc32(block)]) };
    const line = rowLine(rows, entry);
    this.#attempt(() => {
      if (this.#isLong) this.#cut();
      this.#isLong = true;
      let end = at;
      for (const block of blocks) end = writeAt(this.#blocks, block, end);
      const lineEnd = writeAt(this.#rows, line, rowBytes);
      this.#position = { rows: rows + 1, rowBytes: lineEnd, blockBytes: end };
      this.#isLong = false;
    });
  }

  /**
   * Removes what was appended behind a position.
   * @throws what `refuse` makes if the log is shorter than that
   */
  cutTo(position: LogPosition): void {
    const [rows, blocks] = this.#attempt(() => [fstatSync(this.#rows).size, fstatSync(this.#blocks).size]);
    if (rows < position.rowBytes || blocks < position.blockBytes) {
      const lost = `${position.rows} rows are expected and not all of them are there`;
      throw this.#refuse("damaged", `${this.folder} is shorter than it was: ${lost}`);
    }
    this.#position = position;
    this.#attempt(() => this.#cut());
  }

  /** Makes what was appended durable. @throws what `refuse` makes */
  sync(): void {
    this.#attempt(() => {
      fsyncSync(this.#blocks);
      fsyncSync(this.#rows);
    });
  }

  /** Makes it durable and closes the files; the writer is of no use afterwards. */
  close(): void {
    this.sync();
    closeSync(this.#rows);
    closeSync(this.#blocks);
  }

  #begin(text: string): void {
    const { folder } = this;
    makeFolder(folder);
    const [present] = readdirSync(folder);
    if (present !== undefined)
      throw this.#refuse("occupied", `${folder} is not empty (${present}, …); give a new folder`);
    const file = `{"sha256":"${hashOfContent(text)}","card":${text}}\n`;
    for (const name of [logFiles.rows, logFiles.blocks]) closeSync(openSync(join(folder, name), "wx"));
    // Last: a folder with a card has the other files.
    replaceFile(join(folder, logFiles.card), [Buffer.from(file)]);
  }

  #checkCard(text: string): void {
    if (cardText(readCard(this.folder, this.#refuse)) !== text)
      throw this.#refuse("occupied", `${this.folder} is a log with another card; give a new folder`);
  }

  #open(name: "rows" | "blocks"): number {
    return openSync(join(this.folder, logFiles[name]), "r+");
  }

  #found(): LogPosition {
    const path = join(this.folder, logFiles.rows);
    const lines = this.#attempt(() => readBytes(path, { maxBytes: Infinity }));
    const { end, isCut } = scanRows(lines, fstatSync(this.#blocks).size, (line, problem) =>
      this.#refuse("damaged", `${path}, line ${line + 1}, is damaged: ${problem}`),
    );
    this.#isLong = isCut;
    return end;
  }

  #cut(): void {
    ftruncateSync(this.#rows, this.#position.rowBytes);
    ftruncateSync(this.#blocks, this.#position.blockBytes);
    this.#isLong = false;
  }

  #attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).syscall === undefined) throw cause;
      throw this.#refuse("disk", `${this.folder} cannot be written: ${(cause as Error).message}`, cause);
    }
  }
}

/** @throws TorchError `torch/argument` unless the card is a value of JSON */
function cardText(card: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(card, null, 2);
  } catch {
    // Below: a value that refers to itself, a bigint, or one whose own code fails.
  }
  if (text === undefined) throw notAccepted("LogWriter: card", card, "a value of JSON");
  return text;
}

/** Writes all of `bytes` at a place. @returns the place behind them */
function writeAt(file: number, bytes: Uint8Array, at: number): number {
  let done = 0;
  while (done < bytes.length) done += writeSync(file, bytes, done, bytes.length - done, at + done);
  return at + done;
}
