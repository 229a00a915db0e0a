import { u64, view } from "../../files/bytes.js";
import type { ByteSource } from "../source.js";

/** Place of the central directory, in bytes of the archive, and the number of entries it announces. */
export interface DirectoryRange {
  readonly start: number;
  readonly size: number;
  readonly count: number;
}

const endSize = 22;
const locatorSize = 20;
const wideEndSize = 56;
const longestComment = 65_535;

/**
 * Finds the record at the end of a zip archive, the zip64 one where there is one. The directory must end where
 * that record begins.
 * @throws io/truncated, io/format.  Source: APPNOTE.TXT 6.3.10, §4.3.14 to §4.3.16
 */
export function findEnd(source: ByteSource): DirectoryRange {
  const { size, refuse } = source;
  const tailStart = Math.max(0, size - endSize - longestComment - locatorSize);
  const tail = source.read(tailStart, size - tailStart);
  const at = findSignature(tail);
  if (at === undefined)
    throw refuse("format", "has no zip directory at its end; it is truncated or not a zip archive");
  const narrow = readNarrow(view(tail), at);
  const locator = at - locatorSize;
  const wide = locator >= 0 && view(tail).getUint32(locator, true) === 0x07064b50;
  const recordEnd = tailStart + (wide ? locator : at);
  const range = wide
    ? readWide(source, u64(view(tail), locator + 8), recordEnd)
    : { ...narrow, end: recordEnd };
  if (range.parts || range.start + range.size !== range.end) {
    throw refuse(
      "format",
      "the zip directory is not at the offset recorded at the end of the archive; the file is damaged or in several parts",
    );
  }
  return range;
}

/** Position of the last end record whose comment ends exactly at the end of the file. */
function findSignature(tail: Uint8Array): number | undefined {
  const fields = view(tail);
  for (let at = tail.length - endSize; at >= 0; at--) {
    if (
      fields.getUint32(at, true) === 0x06054b50 &&
      at + endSize + fields.getUint16(at + 20, true) === tail.length
    )
      return at;
  }
  return undefined;
}

interface Located extends DirectoryRange {
  /** True if the archive is split over several files. */
  readonly parts: boolean;
}

function readNarrow(fields: DataView, at: number): Located {
  const count = fields.getUint16(at + 10, true);
  const parts = fields.getUint32(at + 4, true) !== 0 || fields.getUint16(at + 8, true) !== count;
  return { count, parts, size: fields.getUint32(at + 12, true), start: fields.getUint32(at + 16, true) };
}

function readWide(source: ByteSource, at: number, locator: number): Located & { end: number } {
  const { refuse } = source;
  if (at + wideEndSize > locator) throw refuse("format", "the zip64 end record lies outside the archive");
  const fields = view(source.read(at, wideEndSize));
  if (fields.getUint32(0, true) !== 0x06064b50 || at + 12 + u64(fields, 4) !== locator) {
    throw refuse("format", "the zip64 end record is malformed");
  }
  const count = u64(fields, 32);
  const parts = u64(fields, 16) !== 0 || u64(fields, 24) !== count;
  return { count, parts, size: u64(fields, 40), start: u64(fields, 48), end: at };
}
