import { closeSync, existsSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { checkIndex, notAccepted, pathText } from "../../checks/index.js";
import { TorchError } from "../../errors.js";
import { hashOfContent, readBytes } from "../../files/index.js";
import { fileRefuser, type OpenFile, openRegular, readOnce } from "../../files/open.js";
import { type LogRow, logFiles, type RefuseLog, scanRows } from "./log-form.js";

const codes = { missing: "io/missing", damaged: "io/format", occupied: "io/write", disk: "io/open" } as const;

/** TorchErrors of the codes `io/…`. */
export const usualLogRefusal: RefuseLog = (problem, message, cause) =>
  new TorchError(codes[problem], message, { fault: "input", cause });

/** The card of the log in a folder. @throws what `refuse` makes */
export function readCard(folder: string, refuse: RefuseLog): unknown {
  const path = join(folder, logFiles.card);
  if (!existsSync(path)) throw refuse("missing", `${folder} is no log: it has no ${logFiles.card}`);
  const text = Buffer.from(attempt(path, refuse, () => readBytes(path))).toString("utf8");
  const [, sum, card] = /^\{"sha256":"([0-9a-f]{64})","card":(.*)\}\n$/s.exec(text) ?? [];
  if (card === undefined || hashOfContent(card) !== sum)
    throw refuse("damaged", `${path} is damaged: it does not match its checksum`);
  return JSON.parse(card);
}

/**
 * Reads a log that `LogWriter` wrote, as far as it has come: rows at once, blocks when they are asked for, each compared with its
 * checksum. Also while it is being written.
 */
export class LogReader<Card = unknown, Row = unknown> {
  readonly folder: string;
  readonly card: Card;
  readonly rows: readonly Row[];
  /** True if something had been begun behind the last row and not finished. */
  readonly isCut: boolean;
  /** SHA-256 of card and rows, and with the checksums in these of all blocks. */
  readonly hash: string;
  /** Bytes of all blocks. */
  readonly blockBytes: number;
  readonly #entries: readonly LogRow[];
  readonly #refuse: RefuseLog;
  readonly #file: OpenFile;
  #isClosed = false;

  /**
   * @param refuse makes the errors about the folder and its files. Default: TorchErrors
   * @throws what `refuse` makes for a folder that is no log (`missing`), or whose card or rows are not what was written (`damaged`)
   */
  constructor(folder: string, refuse: RefuseLog = usualLogRefusal) {
    this.folder = pathText("LogReader: folder", folder);
    if (typeof refuse !== "function") throw notAccepted("LogReader: refuse", refuse, "a function");
    this.#refuse = refuse;
    this.card = readCard(folder, refuse) as Card;
    const path = join(folder, logFiles.rows);
    const lines = attempt(path, refuse, () => readBytes(path, { maxBytes: Infinity }));
    const blocks = join(folder, logFiles.blocks);
    // After the rows: whoever writes meanwhile has written their blocks before them.
    this.#file = attempt(blocks, refuse, () => openRegular(blocks, fileRefuser(blocks, "LogReader")));
    try {
      const { rows, isCut, end } = scanRows(lines, this.#file.size, (line, problem) =>
        refuse("damaged", `${path}, line ${line + 1}, is damaged: ${problem}`),
      );
      this.#entries = rows;
      this.rows = rows.map(({ row }) => row as Row);
      this.isCut = isCut;
      this.blockBytes = end.blockBytes;
      this.hash = hashOfContent(
        Buffer.concat([Buffer.from(JSON.stringify(this.card)), lines.subarray(0, end.rowBytes)]),
      );
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Lengths of a row's blocks in bytes. @throws TorchError `torch/argument` */
  sizes(row: number): readonly number[] {
    checkIndex("LogReader", row, this.rows.length);
    return this.#entries[row]!.blocks.map(([bytes]) => bytes);
  }

  /**
   * A block of a row.
   * @throws TorchError `torch/argument` for a number that no row or block has; what `refuse` makes for one that is not what was
   * written
   */
  block(row: number, index: number): Uint8Array {
    checkIndex("LogReader", row, this.rows.length);
    const { at, blocks } = this.#entries[row]!;
    checkIndex(`LogReader: blocks of row ${row}`, index, blocks.length);
    const [length, crc] = blocks[index]!;
    let position = at;
    for (let before = 0; before < index; before++) position += blocks[before]![0];
    const bytes = new Uint8Array(length);
    const path = join(this.folder, logFiles.blocks);
    const refuse = fileRefuser(path, "LogReader");
    for (let done = 0; done < length; ) {
      const range = { at: done, length: length - done, position: position + done };
      const count = attempt(path, this.#refuse, () => readOnce(this.#file.descriptor, bytes, range, refuse));
      if (count === 0) throw this.#refuse("damaged", `${path} became shorter, at byte ${position + done}`);
      done += count;
    }
    if (crc32(bytes) !== crc) {
      const what = `block ${index} of row ${row}, at byte ${position}`;
      throw this.#refuse("damaged", `${path} is damaged: ${what}, does not match its checksum`);
    }
    return bytes;
  }

  /** Closes the file of blocks; a second call does nothing. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    closeSync(this.#file.descriptor);
  }
}

function attempt<T>(path: string, refuse: RefuseLog, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw refuse("disk", `${path} cannot be read: ${(cause as Error).message}`, cause);
  }
}
