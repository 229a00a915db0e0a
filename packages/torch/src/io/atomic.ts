import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { TorchError } from "../errors.js";
import { fileRefuser, reason } from "../files/open.js";

/**
 * Writes a file so that `path` holds either its old content or all of the new one, also after a crash:
 * a temporary name in the same folder, fsync, rename. The temporary file is removed on failure.
 * @param chunks pulled one at a time, so the whole content need never be in memory
 * @throws io/write if the operating system refuses; whatever `chunks` throws
 */
export function writeAtomic(path: string, chunks: Iterable<Uint8Array>, op: string): void {
  const refuse = fileRefuser(path, op);
  const temporary = join(
    dirname(path),
    `.${basename(path)}.${process.pid}.${randomBytes(4).toString("hex")}.tmp`,
  );
  let file: number | undefined;
  try {
    file = openSync(temporary, "wx");
    for (const chunk of chunks) writeAll(file, chunk);
    fsyncSync(file);
    closeSync(file);
    file = undefined;
    renameSync(temporary, path);
  } catch (cause) {
    discard(temporary, file);
    if (cause instanceof TorchError) throw cause;
    throw refuse("write", `cannot write ${path} (${reason(cause)})`, cause);
  }
  syncFolder(dirname(path));
}

const longestWrite = 2 ** 30;

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(file, bytes, done, Math.min(bytes.length - done, longestWrite));
  }
}

function discard(temporary: string, file: number | undefined): void {
  try {
    if (file !== undefined) closeSync(file);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Makes the rename itself durable. Not every system lets a folder be opened or synced; then there is no more to do. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, "r");
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {}
}
