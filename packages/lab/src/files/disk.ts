// Atomic files: written whole or not at all.
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { makeFolder as makeFolders } from "@throughline/torch/files";
import { LabError } from "../errors.js";
import { temporaryName } from "./temporary.js";

/**
 * Writes a file atomically, so that `path` has its old content or all of the new one, also after a crash: a temporary name in the
 * same folder, fsync, rename, fsync of the folder. Nothing half-written stays behind on failure.
 * @param check called just before the rename; if it throws, the old content stays
 * @throws LabError lab/disk; what `check` throws
 */
export function writeAtomic(path: string, content: string | Uint8Array, check = (): void => {}): void {
  const temporary = join(dirname(path), temporaryName(basename(path)));
  guard(path, () => {
    try {
      const file = openSync(temporary, "wx");
      try {
        writeAll(file, typeof content === "string" ? Buffer.from(content) : content);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      check();
      renameSync(temporary, path);
    } catch (cause) {
      rmSync(temporary, { force: true });
      throw cause;
    }
    syncFolder(dirname(path));
  });
}

/** `writeAtomic` of indented JSON. */
export function writeJson(path: string, value: unknown, check?: () => void): void {
  writeAtomic(path, `${JSON.stringify(value, null, 2)}\n`, check);
}

/** Makes a folder and those above it. @throws LabError lab/disk */
export function makeFolder(path: string): void {
  guard(path, () => makeFolders(path));
}

/** All of `bytes`, however many calls it takes. */
export function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done);
}

/** Makes renames in a folder durable. Not every system lets a folder be opened or synced; then there is no more to do. */
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

/** Runs `work` on `path`; what the operating system refuses becomes one sentence. */
export function guard<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw diskError(path, cause);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would be larger than this process may write",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the disk is read-only",
  EIO: "the disk reports an error",
  ENOENT: "there is no such folder, and none can be made there",
  EEXIST: "there is a file of that name",
  ENOTDIR: "a part of the path is a file, not a folder",
  EMFILE: "this process has too many files open",
};

/** Converts the error of a failed file operation; other errors are returned as they are. */
export function diskError(path: string, cause: unknown, verb: "write" | "read" = "write"): unknown {
  if (cause instanceof LabError) return cause;
  const code = systemCode(cause);
  if (code === undefined) return cause;
  return new LabError("lab/disk", `cannot ${verb} ${path}: ${reasons[code] ?? "refused"} (${code})`, {
    cause,
  });
}

/** The operating system's code, from the error or from what caused it. */
function systemCode(error: unknown): string | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code, syscall } = each as NodeJS.ErrnoException;
    if (syscall !== undefined && code !== undefined) return code;
  }
  return undefined;
}

/** True if the error says that the file does not exist. */
export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}
