// Atomic writing of files: whole or not at all, whatever happens to the process or the disk.
import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Options of `replaceFile`. */
export interface ReplaceOptions {
  /** Name of the file while it is written, in the same folder. Default: hidden, with the process's number. */
  readonly temporary?: string;
  /** Called just before the new content replaces the old; if it throws, the old content stays. */
  readonly check?: () => void;
}

/**
 * Writes a file so that `path` holds its old content or all of the new one, also after a crash: a temporary name in
 * the same folder, fsync, rename, fsync of the folder. Nothing half-written stays behind on failure.
 * @param chunks pulled one at a time, so the whole content need never be in memory
 * @throws the operating system's error; what `chunks` or `check` throws
 */
export function replaceFile(path: string, chunks: Iterable<Uint8Array>, options: ReplaceOptions = {}): void {
  const folder = dirname(path);
  const usual = `.${basename(path)}.${process.pid}.${randomBytes(4).toString("hex")}.tmp`;
  const temporary = join(folder, options.temporary ?? usual);
  try {
    const file = openSync(temporary, "wx");
    try {
      for (const chunk of chunks) writeAll(file, chunk);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    options.check?.();
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw cause;
  }
  syncFolder(folder);
}

/** Most bytes of one call: some systems refuse 2 GiB. */
const longestWrite = 2 ** 30;

/** Writes all of `bytes` to an open file, however many calls it takes. @throws the operating system's error */
export function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(file, bytes, done, Math.min(bytes.length - done, longestWrite));
  }
}

/** Makes renames in a folder durable. Does nothing on systems that cannot open or sync a folder. */
export function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, "r");
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {}
}
