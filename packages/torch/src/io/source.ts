import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { basename } from "node:path";
import { allocate } from "./bytes.js";
import { type Refuse, refuser } from "./refuse.js";

/** Bytes that are read on demand, with every range checked. */
export interface ByteSource {
  /** Number of bytes. */
  readonly size: number;
  /** Errors that name this source. */
  readonly refuse: Refuse;
  /** The bytes [offset, offset + length). Do not write to them. @throws io/truncated outside [0, size] */
  read(offset: number, length: number): Uint8Array;
  /** Lets go of the file; closing twice does nothing. */
  close(): void;
}

function checkRange(source: ByteSource, offset: number, length: number): void {
  const ok = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (!ok || offset + length > source.size) {
    throw source.refuse(
      "truncated",
      `bytes ${offset} to ${offset + length} are needed, but there are only ${source.size}`,
    );
  }
}

/** A source over bytes in memory; reads share that memory. */
export function memorySource(bytes: Uint8Array, refuse: Refuse): ByteSource {
  const source: ByteSource = {
    size: bytes.length,
    refuse,
    read(offset, length) {
      checkRange(source, offset, length);
      return bytes.subarray(offset, offset + length);
    },
    close() {},
  };
  return source;
}

// One read(2) moves at most 2 GiB − 4 KiB on Linux; Node refuses lengths above 2³¹ − 1.
const longestRead = 2 ** 30;

/**
 * Opens a regular file for reading.
 * @throws io/open if it does not exist, cannot be read, or is a folder, pipe or device
 */
export function fileSource(path: string, op: string): ByteSource {
  const refuse = fileRefuser(path, op);
  const file = open(path, refuse);
  let isOpen = true;
  const source: ByteSource = {
    size: fstatSync(file).size,
    refuse,
    read(offset, length) {
      // The system may have given the number of a closed file to another one.
      if (!isOpen) throw refuse("argument", "the file has been closed; open it again to read from it");
      checkRange(source, offset, length);
      const bytes = allocate(length, refuse);
      for (let done = 0; done < length; ) {
        const count = readOnce(
          file,
          bytes,
          done,
          Math.min(length - done, longestRead),
          offset + done,
          refuse,
        );
        if (count === 0)
          throw refuse("truncated", `the file became shorter while it was read, at byte ${offset + done}`);
        done += count;
      }
      return bytes;
    },
    close() {
      if (isOpen) closeSync(file);
      isOpen = false;
    },
  };
  return source;
}

/** Errors that name a file. @throws io/argument if `path` is not text */
export function fileRefuser(path: string, op: string): Refuse {
  if (typeof path === "string" && path !== "") return refuser(op, basename(path));
  throw refuser(op, op)(
    "argument",
    `the path is ${typeof path === "string" ? "empty" : `of type ${typeof path}`}; a file name is accepted`,
  );
}

/** Runs `use` on the opened file and closes it, whatever happens. */
export function withFile<T>(path: string, op: string, use: (source: ByteSource) => T): T {
  const source = fileSource(path, op);
  try {
    return use(source);
  } finally {
    source.close();
  }
}

function open(path: string, refuse: Refuse): number {
  try {
    // Asked before opening: opening a pipe would wait for its other end.
    if (statSync(path).isFile()) return openSync(path, "r");
  } catch (cause) {
    throw refuse("open", `cannot open ${path} (${reason(cause)})`, cause);
  }
  throw refuse("open", `${path} is not a regular file`);
}

function readOnce(
  file: number,
  into: Uint8Array,
  at: number,
  length: number,
  position: number,
  refuse: Refuse,
): number {
  try {
    return readSync(file, into, at, length, position);
  } catch (cause) {
    throw refuse("open", `reading failed at byte ${position} (${reason(cause)})`, cause);
  }
}

/** The operating system's code (`ENOENT`), or the message where there is none. */
export function reason(cause: unknown): string {
  const { code, message } = cause as { code?: string; message?: string };
  return code === "ENOENT" ? "no such file" : (code ?? message ?? String(cause));
}
