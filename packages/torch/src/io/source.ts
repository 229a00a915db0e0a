import { closeSync } from "node:fs";
import { allocate } from "../files/bytes.js";
import { fileRefuser, openRegular, readOnce } from "../files/open.js";
import { longestRead } from "../files/read.js";
import type { Refuse } from "../files/refuse.js";

/** Bytes that are read when they are asked for. Every range is checked. */
export interface ByteSource {
  /** Number of bytes. */
  readonly size: number;
  /** Errors that name this source. */
  readonly refuse: Refuse;
  /** The bytes [offset, offset + length). Do not write to them. @throws io/truncated outside [0, size] */
  read(offset: number, length: number): Uint8Array;
  /** Closes the file; closing twice does nothing. */
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

/**
 * Opens a regular file for reading.
 * @throws io/open if it does not exist, cannot be read, or is a folder, pipe or device
 */
export function fileSource(path: string, op: string): ByteSource {
  const refuse = fileRefuser(path, op);
  const { descriptor, size } = openRegular(path, refuse);
  let isOpen = true;
  const source: ByteSource = {
    size,
    refuse,
    read(offset, length) {
      // A closed file's descriptor may belong to another file by now.
      if (!isOpen) throw refuse("argument", "the file has been closed; open it again to read from it");
      checkRange(source, offset, length);
      const bytes = allocate(length, refuse);
      for (let done = 0; done < length; ) {
        const range = { at: done, length: Math.min(length - done, longestRead), position: offset + done };
        const count = readOnce(descriptor, bytes, range, refuse);
        if (count === 0)
          throw refuse("truncated", `the file became shorter while it was read, at byte ${offset + done}`);
        done += count;
      }
      return bytes;
    },
    close() {
      if (isOpen) closeSync(descriptor);
      isOpen = false;
    },
  };
  return source;
}

/** Runs `use` on the opened file and closes it, also after an error. */
export function withFile<T>(path: string, op: string, use: (source: ByteSource) => T): T {
  const source = fileSource(path, op);
  try {
    return use(source);
  } finally {
    source.close();
  }
}
