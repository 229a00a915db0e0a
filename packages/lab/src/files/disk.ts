// Files of runs, written whole or not at all; refusals of the disk as one sentence.
import { ftruncateSync } from "node:fs";
import { basename } from "node:path";
import { makeFolder as makeFolders, replaceFile, writeAll } from "@throughline/torch/files";
import { LabError } from "../errors.js";
import { temporaryName } from "./temporary.js";

/**
 * `replaceFile` of all of the content, under a temporary name that says who makes it.
 * @param check called last before the new content takes its place; if it throws, it does not
 * @throws LabError lab/disk; what `check` throws
 */
export function writeAtomic(path: string, content: string | Uint8Array, check = (): void => {}): void {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  guard(path, () => replaceFile(path, [bytes], { temporary: temporaryName(basename(path)), check }));
}

/** `writeAtomic` of indented JSON. */
export function writeJson(path: string, value: unknown, check?: () => void): void {
  writeAtomic(path, `${JSON.stringify(value, null, 2)}\n`, check);
}

/** Appends to an open file of `length` bytes. If that fails, the file ends where it did before. @throws LabError lab/disk */
export function append(path: string, file: number, length: number, bytes: Uint8Array): void {
  guard(path, () => {
    try {
      writeAll(file, bytes);
    } catch (error) {
      ftruncateSync(file, length);
      throw error;
    }
  });
}

/** Makes a folder and those above it. @throws LabError lab/disk */
export function makeFolder(path: string): void {
  guard(path, () => makeFolders(path));
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
