// Form of a log on disk: a card, a line for each row, and the rows' blocks of bytes, one after the other. `LogWriter` appends to
// it, `LogReader` reads it.
import { crc32 } from "node:zlib";

/** Names of a log's files. */
export const logFiles = { card: "card.json", rows: "rows.jsonl", blocks: "blocks.bin" } as const;

/** End of a log: what lies behind it does not count. */
export interface LogPosition {
  readonly rows: number;
  /** Length of the lines. */
  readonly rowBytes: number;
  /** Length of the blocks. */
  readonly blockBytes: number;
}

/** Position of an empty log. */
export const logStart: LogPosition = { rows: 0, rowBytes: 0, blockBytes: 0 };

/** Reason for refusing a log; `damaged` only for content that differs from what was written. */
export type LogProblem = "missing" | "damaged" | "occupied" | "disk";

/** Makes the error for a log that cannot be used. */
export type RefuseLog = (problem: LogProblem, message: string, cause?: unknown) => Error;

/** A row with the places of its blocks. */
export interface LogRow {
  readonly row: unknown;
  /** Byte at which the first block begins. */
  readonly at: number;
  /** Length and CRC-32 of each block. */
  readonly blocks: readonly (readonly [bytes: number, crc: number])[];
}

/** Rows of a log, and what was found behind the last whole one. */
export interface ScannedRows {
  readonly rows: readonly LogRow[];
  readonly end: LogPosition;
  /** True if a row or its blocks had been begun and not finished. */
  readonly isCut: boolean;
}

/** The line of a row. Its last field is the CRC-32 of the text before it. */
export function rowLine(number: number, { row, at, blocks }: LogRow): Buffer {
  const text = JSON.stringify({ number, at, blocks, row }).slice(0, -1);
  return Buffer.from(`${text},"crc":${crc32(text)}}\n`);
}

/**
 * The rows in the lines of a log.
 * @param blockBytes length of the file of blocks
 * @param damaged makes the error for a line that is not what was written
 */
export function scanRows(
  lines: Uint8Array,
  blockBytes: number,
  damaged: (line: number, problem: string) => Error,
): ScannedRows {
  const bytes = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength);
  const rows: LogRow[] = [];
  let [start, at] = [0, 0];
  for (let stop = bytes.indexOf(10); stop >= 0; stop = bytes.indexOf(10, start)) {
    const row = parsedRow(bytes.subarray(start, stop), rows.length, at);
    if (typeof row === "string") throw damaged(rows.length, row);
    const next = row.blocks.reduce((sum, [length]) => sum + length, at);
    // The blocks were not all written: so were none of the rows behind it.
    if (next > blockBytes) break;
    rows.push(row);
    at = next;
    start = stop + 1;
  }
  const end = { rows: rows.length, rowBytes: start, blockBytes: at };
  return { rows, end, isCut: start < bytes.length || at < blockBytes };
}

/** The row of a line, or what is wrong with it. */
function parsedRow(line: Buffer, number: number, at: number): LogRow | string {
  const from = line.lastIndexOf(',"crc":');
  const [, sum] = /^,"crc":(\d+)\}$/.exec(from < 0 ? "" : line.toString("latin1", from)) ?? [];
  if (sum === undefined || crc32(line.subarray(0, from)) !== Number(sum))
    return "it does not match its checksum";
  const found = JSON.parse(line.toString("utf8")) as LogRow & { readonly number: number };
  if (found.number !== number || found.at !== at)
    return `it is row ${found.number} at byte ${found.at}, where row ${number} at byte ${at} belongs`;
  return found;
}
