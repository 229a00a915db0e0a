// The last words of a cell that ended without reporting why.
import { closeSync, openSync, readSync, statSync } from "node:fs";

/** Bytes of a log that are looked through. */
const LOG_END = 4096;

/** The last line of a log that speaks of an error, else the last line; empty if there is none. */
export function lastWords(path: string): string {
  try {
    const file = openSync(path, "r");
    try {
      const size = statSync(path).size;
      const bytes = Buffer.alloc(Math.min(size, LOG_END));
      readSync(file, bytes, 0, bytes.length, size - bytes.length);
      const lines = bytes
        .toString("utf8")
        .split("\n")
        .map((line) => line.trim());
      return lines.findLast((line) => /error/i.test(line)) ?? lines.findLast((line) => line !== "") ?? "";
    } finally {
      closeSync(file);
    }
  } catch {
    return "";
  }
}
