import { crc32 } from "node:zlib";
import { view } from "../../files/bytes.js";
import { quote, type Refuse, within } from "../../files/refuse.js";
import type { ByteSource } from "../source.js";
import { localHeaderSize, type ZipEntry } from "./directory.js";

/** Errors that name an entry of an archive. */
export function inEntry(source: ByteSource, entry: ZipEntry): Refuse {
  return within(source.refuse, `entry ${quote(entry.name)}`);
}

/**
 * Start of an entry's data, in bytes of the archive. The local header must repeat the directory's name and method.
 * @throws io/truncated, io/format
 */
export function dataStart(source: ByteSource, entry: ZipEntry): number {
  const refuse = inEntry(source, entry);
  const fields = view(source.read(entry.localHeader, localHeaderSize));
  const nameLength = fields.getUint16(26, true);
  const start = entry.localHeader + localHeaderSize + nameLength + fields.getUint16(28, true);
  if (fields.getUint32(0, true) !== 0x04034b50 || start + entry.packedSize > entry.bound) {
    throw refuse("format", "its local zip header is malformed");
  }
  const name = Buffer.from(source.read(entry.localHeader + localHeaderSize, nameLength));
  if (!name.equals(Buffer.from(entry.name)) || fields.getUint16(8, true) !== entry.method) {
    throw refuse("format", "its local zip header and the zip directory disagree");
  }
  return start;
}

/** Reads an entry that is not compressed. @throws io/format if it is, or if its checksum is wrong; io/truncated */
export function readStored(source: ByteSource, entry: ZipEntry): Uint8Array {
  const refuse = inEntry(source, entry);
  if (entry.method !== 0)
    throw refuse("format", `is compressed (method ${entry.method}) where only stored data is accepted`);
  if (entry.packedSize !== entry.size) {
    throw refuse("format", `is stored, but its two sizes differ: ${entry.packedSize} and ${entry.size}`);
  }
  const bytes = source.read(dataStart(source, entry), entry.size);
  checkCrc(bytes, entry, refuse);
  return bytes;
}

/** @throws io/format */
export function checkCrc(bytes: Uint8Array, entry: ZipEntry, refuse: Refuse): void {
  const actual = crc32(bytes);
  if (actual !== entry.crc) {
    throw refuse("format", `its checksum is ${hex(actual)}, not ${hex(entry.crc)}; the file is damaged`);
  }
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, "0");
}
