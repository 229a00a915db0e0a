import { Inflate } from "fflate";
import { allocate } from "../../files/bytes.js";
import type { ByteSource } from "../source.js";
import type { ZipEntry } from "./directory.js";
import { checkCrc, dataStart, inEntry } from "./entry.js";

// Size of a slice of input. Inflating can make it 1032 times larger, so memory in flight stays below about 17 MB
// for a whole entry and 1 MB for its start.
const wholeSlice = 16 * 1024;
const startSlice = 1024;
const readAhead = 256 * 1024;

/**
 * The first `length` bytes of a deflated entry, fewer if it is shorter. Nothing beyond the slice of input in which
 * they end is inflated.
 * @throws io/format if the stream is malformed
 */
export function inflateStart(source: ByteSource, entry: ZipEntry, length: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let total = 0;
  for (const part of inflated(source, entry, startSlice)) {
    parts.push(part);
    total += part.length;
    if (total >= length) break;
  }
  return Buffer.concat(parts, Math.min(total, length));
}

/**
 * All of a deflated entry, which must turn out exactly as large as the directory declares. At most that much is
 * allocated, and a longer stream is refused at once.
 * @throws io/format, io/limit.  The caller has decided that `entry.size` is acceptable
 */
export function inflateAll(source: ByteSource, entry: ZipEntry): Uint8Array {
  const refuse = inEntry(source, entry);
  const out = allocate(entry.size, refuse);
  let total = 0;
  for (const part of inflated(source, entry, wholeSlice)) {
    if (total + part.length > entry.size)
      throw refuse("format", `inflates to more than the ${entry.size} bytes it declares`);
    out.set(part, total);
    total += part.length;
  }
  if (total < entry.size)
    throw refuse("format", `inflates to ${total} bytes, not to the ${entry.size} it declares`);
  checkCrc(out, entry, refuse);
  return out;
}

function* inflated(source: ByteSource, entry: ZipEntry, slice: number): Generator<Uint8Array> {
  const refuse = inEntry(source, entry);
  const start = dataStart(source, entry);
  const ready: Uint8Array[] = [];
  const stream = new Inflate((part) => ready.push(part));
  for (let at = 0; at < entry.packedSize; at += readAhead) {
    const block = source.read(start + at, Math.min(readAhead, entry.packedSize - at));
    for (let from = 0; from < block.length; from += slice) {
      try {
        stream.push(block.subarray(from, from + slice), at + from + slice >= entry.packedSize);
      } catch (cause) {
        throw refuse("format", `its compressed data is damaged (${(cause as Error).message})`, cause);
      }
      yield* ready.splice(0);
    }
  }
}
