// The one way to a user's file: regular files only, looked at before and after they are opened.
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from "node:fs";
import { basename } from "node:path";
import { type Refuse, refuser } from "./refuse.js";

/** A regular file that is open for reading; the caller closes it. */
export interface OpenFile {
  readonly descriptor: number;
  /** Size in bytes. */
  readonly size: number;
}

// Opening must neither wait for a pipe without a writer nor make a terminal this process's controlling one.
const reading = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/**
 * Opens a regular file for reading. The kind of file is checked before opening, because opening a device may act on
 * it, and again afterwards, because the path may have changed in between.
 * @throws TorchError `io/open` if it does not exist, cannot be read, or is a folder, pipe, socket or device
 */
export function openRegular(path: string, refuse: Refuse): OpenFile {
  const opened = attempt(path, refuse, () => {
    checkRegular(path, statSync(path), refuse);
    return openSync(path, reading);
  });
  try {
    const stats = fstatSync(opened);
    checkRegular(path, stats, refuse);
    return { descriptor: opened, size: stats.size };
  } catch (error) {
    closeSync(opened);
    throw error;
  }
}

function attempt<T>(path: string, refuse: Refuse, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if ((cause as { code?: string }).code === "io/open") throw cause;
    throw refuse("open", `cannot open ${path} (${reason(cause)})`, cause);
  }
}

function checkRegular(path: string, stats: Stats, refuse: Refuse): void {
  if (!stats.isFile()) throw refuse("open", `${path} is ${kindOf(stats)}; a regular file is accepted`);
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return "a folder";
  if (stats.isFIFO()) return "a pipe";
  return stats.isSocket() ? "a socket" : "a device";
}

/** Reads up to `length` bytes at `position` into `into` from `at` on. @returns how many; 0 at the end of the file */
export function readOnce(
  descriptor: number,
  into: Uint8Array,
  range: { readonly at: number; readonly length: number; readonly position: number },
  refuse: Refuse,
): number {
  const { at, length, position } = range;
  try {
    return readSync(descriptor, into, at, length, position);
  } catch (cause) {
    throw refuse("open", `reading failed at byte ${position} (${reason(cause)})`, cause);
  }
}

/** Errors that name a file. @throws TorchError `io/argument` if `path` is not text */
export function fileRefuser(path: string, op: string): Refuse {
  if (typeof path === "string" && path !== "") return refuser(op, basename(path));
  throw refuser(op, op)(
    "argument",
    `the path is ${typeof path === "string" ? "empty" : `of type ${typeof path}`}; a file name is accepted`,
  );
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EACCES: "permission denied",
  ENOTDIR: "a part of the path is a file, not a folder",
  ELOOP: "its links lead in a circle",
  ERR_INVALID_ARG_VALUE: "the path holds a character that no path can have",
};

/** The operating system's code (`EIO`), in words where they are known, or the message where there is none. */
export function reason(cause: unknown): string {
  const { code, message } = cause as { code?: string; message?: string };
  return code === undefined ? (message ?? String(cause)) : (reasons[code] ?? code);
}
