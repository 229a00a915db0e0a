// The part of metrics.jsonl that belongs to a checkpoint: its checksum, and a copy of it to go on with.
import { createHash, type Hash } from "node:crypto";
import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { syncFolder, writeAll } from "@throughline/torch/files";
import { isMissing } from "../files/disk.js";
import { temporaryName } from "../files/temporary.js";

const PIECE = 1 << 20;

/** SHA-256 of the first `bytes` bytes of a file; undefined if it has fewer. */
export function prefixSha256(path: string, bytes: number): string | undefined {
  const hash = createHash("sha256");
  const count = readPrefix(path, bytes, (piece) => hash.update(piece));
  return count === bytes ? hash.digest("hex") : undefined;
}

/**
 * Puts a copy of the first `bytes` bytes of a file in its place.
 * @returns the copy, open at its end, and the checksum so far
 */
export function copyPrefix(path: string, bytes: number): { file: number; hash: Hash } {
  const hash = createHash("sha256");
  const temporary = join(dirname(path), temporaryName(basename(path)));
  // For appending: after a failed write that is cut off again, the next one goes to the end.
  const file = openSync(temporary, "ax");
  try {
    readPrefix(path, bytes, (piece) => {
      hash.update(piece);
      writeAll(file, piece);
    });
    fsyncSync(file);
    renameSync(temporary, path);
  } catch (error) {
    closeSync(file);
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
  return { file, hash };
}

/** @returns how many bytes there were; none if there is no file */
function readPrefix(path: string, bytes: number, take: (piece: Uint8Array) => void): number {
  if (bytes === 0) return 0;
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
  try {
    const buffer = Buffer.allocUnsafe(Math.min(PIECE, bytes));
    let done = 0;
    while (done < bytes) {
      const count = readSync(file, buffer, 0, Math.min(buffer.length, bytes - done), done);
      if (count === 0) break;
      take(buffer.subarray(0, count));
      done += count;
    }
    return done;
  } finally {
    closeSync(file);
  }
}
