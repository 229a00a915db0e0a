// Whole files, of bounded size.
import { isUtf8 } from "node:buffer";
import { closeSync } from "node:fs";
import { allocate } from "./bytes.js";
import { fileRefuser, openRegular, readOnce } from "./open.js";
import { checkLimit, type Refuse } from "./refuse.js";

/** Options of reading a whole file. */
export interface ReadOptions {
  /** Bytes that the file may have. Default 64 MiB; Infinity lifts the limit. */
  readonly maxBytes?: number;
}

/** Largest size of a file that is read whole, unless the caller says otherwise: 64 MiB. */
export const usualLimit: number = 64 * 2 ** 20;

/** One read(2) moves at most 2 GiB − 4 KiB on Linux; Node refuses lengths above 2³¹ − 1. */
export const longestRead: number = 2 ** 30;

/**
 * All bytes of a regular file.
 * @throws TorchError `io/open` as `openRegular`; `io/limit` above `maxBytes`; `io/format` for a file whose size is not what
 *   the system says, as those under /proc; `io/truncated` if it becomes shorter meanwhile
 */
export function readBytes(path: string, options: ReadOptions = {}): Uint8Array {
  const { maxBytes = usualLimit } = options;
  const refuse = fileRefuser(path, "readBytes");
  checkLimit(maxBytes, refuse);
  const { descriptor, size } = openRegular(path, refuse);
  try {
    if (size > maxBytes) {
      throw refuse("limit", `has ${size} bytes; at most ${maxBytes} are accepted here (maxBytes)`);
    }
    const bytes = allocate(size, refuse);
    fill(descriptor, bytes, refuse);
    if (readOnce(descriptor, new Uint8Array(1), { at: 0, length: 1, position: size }, refuse) > 0) {
      throw refuse(
        "format",
        `has more than the ${size} bytes of its recorded size: it is growing, or is not a file on a disk`,
      );
    }
    return bytes;
  } finally {
    closeSync(descriptor);
  }
}

/** The first `length` bytes of a regular file, fewer of a shorter one. @throws TorchError `io/open` */
export function readStart(path: string, length: number): Uint8Array {
  const refuse = fileRefuser(path, "readStart");
  const { descriptor, size } = openRegular(path, refuse);
  try {
    const bytes = new Uint8Array(Math.min(length, size));
    fill(descriptor, bytes, refuse);
    return bytes;
  } finally {
    closeSync(descriptor);
  }
}

/** The text of a regular file in UTF-8, without a mark of byte order. @throws as `readBytes`; `io/format` for other text */
export function readText(path: string, options: ReadOptions = {}): string {
  const bytes = Buffer.from(readBytes(path, options).buffer);
  const refuse = fileRefuser(path, "readText");
  const start = bytes.length >= 2 ? bytes.readUInt16BE(0) : 0;
  if (start === 0xfffe || start === 0xfeff) throw refuse("format", "is text in UTF-16; save it in UTF-8");
  if (!isUtf8(bytes)) throw refuse("format", "is not text in UTF-8; save it in UTF-8");
  try {
    return bytes.toString("utf8").replace(/^\uFEFF/, "");
  } catch (cause) {
    throw refuse("limit", `has ${bytes.length} bytes, more than this process can hold as one text`, cause);
  }
}

/** The value in a JSON file. @throws as `readText`; `io/format` if it is not JSON */
export function readJsonFile(path: string, options: ReadOptions = {}): unknown {
  const text = readText(path, options);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw fileRefuser(path, "readJsonFile")("format", `is not JSON: ${(cause as Error).message}`, cause);
  }
}

/** Fills `bytes` from the beginning of the file. */
function fill(descriptor: number, bytes: Uint8Array, refuse: Refuse): void {
  for (let done = 0; done < bytes.length; ) {
    const length = Math.min(bytes.length - done, longestRead);
    const count = readOnce(descriptor, bytes, { at: done, length, position: done }, refuse);
    if (count === 0) throw refuse("truncated", `the file became shorter while it was read, at byte ${done}`);
    done += count;
  }
}
