import { u64, view } from "../../files/bytes.js";
import { quote, type Refuse, within } from "../../files/refuse.js";
import type { ByteSource } from "../source.js";
import { findEnd } from "./end.js";

/** One file inside a zip archive, as the central directory describes it. */
export interface ZipEntry {
  readonly name: string;
  /** 0 is stored, 8 is deflate. */
  readonly method: number;
  readonly crc: number;
  /** Bytes in the archive. */
  readonly packedSize: number;
  /** Bytes after unpacking, as declared. */
  readonly size: number;
  readonly localHeader: number;
  /** The entry's header and data end at this byte of the archive or before. */
  readonly bound: number;
}

/** Fixed sizes of the two kinds of entry header. */
export const localHeaderSize = 30;
const centralHeaderSize = 46;
const longestDirectory = 64 * 2 ** 20;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

type Found = Omit<ZipEntry, "bound">;

/**
 * Reads the central directory: names in its order, sizes and places; no data yet.
 * Refused: archives in several parts, encrypted entries, repeated names, overlapping entries (the trick of some
 * zip bombs), anything outside the file, directories above 64 MiB.
 * @throws io/truncated, io/format, io/limit.  Source: APPNOTE.TXT 6.3.10, §4.3 and §4.5.3
 */
export function readDirectory(source: ByteSource): ReadonlyMap<string, ZipEntry> {
  const { refuse } = source;
  const end = findEnd(source);
  if (end.size > longestDirectory) {
    throw refuse(
      "limit",
      `the zip directory takes ${end.size} bytes; at most ${longestDirectory} are accepted`,
    );
  }
  const bytes = source.read(end.start, end.size);
  const found: Found[] = [];
  let at = 0;
  while (at < bytes.length) at = readCentral(bytes, at, found, refuse);
  if (found.length !== end.count) {
    throw refuse("format", `the zip directory announces ${end.count} entries and holds ${found.length}`);
  }
  return bounded(found, end.start, refuse);
}

function readCentral(bytes: Uint8Array, at: number, found: Found[], refuse: Refuse): number {
  const fields = view(bytes);
  if (at + centralHeaderSize > bytes.length || fields.getUint32(at, true) !== 0x02014b50) {
    throw refuse("format", `entry ${found.length} of the zip directory is malformed`);
  }
  const nameStart = at + centralHeaderSize;
  const extraStart = nameStart + fields.getUint16(at + 28, true);
  const extraEnd = extraStart + fields.getUint16(at + 30, true);
  const next = extraEnd + fields.getUint16(at + 32, true);
  if (next > bytes.length) throw refuse("format", `entry ${found.length} of the zip directory is malformed`);
  const name = decodeName(bytes.subarray(nameStart, extraStart), refuse);
  const inEntry = within(refuse, `entry ${quote(name)}`);
  // Bits 0, 6 and 13: encryption of the data, strong encryption, encryption of the directory.
  if (fields.getUint16(at + 8, true) & 0x2041)
    throw inEntry("format", "is encrypted, which is not supported");
  const sizes = wideSizes(fields, at, extraStart, extraEnd, inEntry);
  found.push({
    name,
    method: fields.getUint16(at + 10, true),
    crc: fields.getUint32(at + 16, true),
    ...sizes,
  });
  return next;
}

function decodeName(bytes: Uint8Array, refuse: Refuse): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw refuse("format", "a name in the zip directory is not valid UTF-8", cause);
  }
}

/** The three fields that a zip64 extra field replaces when they are saturated. */
function wideSizes(fields: DataView, at: number, extraStart: number, extraEnd: number, refuse: Refuse) {
  let [wide, wideEnd] = findZip64(fields, extraStart, extraEnd);
  const take = (field: number): number => {
    const narrow = fields.getUint32(at + field, true);
    if (narrow !== 0xffffffff) return narrow;
    if (wide + 8 > wideEnd) throw refuse("format", "lacks the zip64 field that its sizes refer to");
    wide += 8;
    return u64(fields, wide - 8);
  };
  // In the order in which they stand in the extra field.
  const size = take(24);
  const packedSize = take(20);
  const localHeader = take(42);
  return { size, packedSize, localHeader };
}

function findZip64(fields: DataView, start: number, end: number): [from: number, to: number] {
  for (let at = start; at + 4 <= end; at += 4 + fields.getUint16(at + 2, true)) {
    const to = at + 4 + fields.getUint16(at + 2, true);
    if (fields.getUint16(at, true) === 1 && to <= end) return [at + 4, to];
  }
  return [end, end];
}

function bounded(found: readonly Found[], directoryStart: number, refuse: Refuse): Map<string, ZipEntry> {
  const ordered = [...found].sort((a, b) => a.localHeader - b.localHeader);
  const bounds = new Map<Found, number>();
  ordered.forEach((entry, index) => {
    const bound = ordered[index + 1]?.localHeader ?? directoryStart;
    if (entry.localHeader + localHeaderSize + entry.packedSize > bound) {
      throw refuse(
        "format",
        `entry ${quote(entry.name)}: its ${entry.packedSize} bytes overlap the next entry or extend beyond the data`,
      );
    }
    bounds.set(entry, bound);
  });
  const entries = new Map<string, ZipEntry>();
  for (const entry of found) {
    if (entries.has(entry.name))
      throw refuse("format", `the zip directory has the name ${quote(entry.name)} twice`);
    entries.set(entry.name, { ...entry, bound: bounds.get(entry)! });
  }
  return entries;
}
