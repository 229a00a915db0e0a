// The headers of a shared library on Linux. Its loader maps the segments that they announce, and the system ends a process
// that touches what a cut file does not have.
import { readSync } from "node:fs";

const HEADER = 64;
const SEGMENT = 56;
const SHARED_OBJECT = 3;
const LOADED = 1;

/** Problem of the headers of a file of `size` bytes; undefined if it has all that they announce. */
export function checkElf(descriptor: number, size: number): string | undefined {
  const header = read(descriptor, 0, HEADER);
  if (header.length < HEADER || header.readUInt32BE(0) !== 0x7f454c46)
    return "it is not a shared library (an ELF file)";
  if (header[4] !== 2 || header[5] !== 1 || header.readUInt16LE(16) !== SHARED_OBJECT)
    return "it is not a 64-bit shared library";
  const count = header.readUInt16LE(56);
  const start = header.readBigUInt64LE(32);
  if (header.readUInt16LE(54) !== SEGMENT || count === 0) return "its header is damaged";
  const end = start + BigInt(count * SEGMENT);
  const sections = header.readBigUInt64LE(40);
  const sectionsEnd = sections + BigInt(header.readUInt16LE(58) * header.readUInt16LE(60));
  if (end > size || sectionsEnd > size) return cut(size, end > sectionsEnd ? end : sectionsEnd);
  return checkSegments(read(descriptor, Number(start), count * SEGMENT), size);
}

function checkSegments(table: Buffer, size: number): string | undefined {
  for (let at = 0; at < table.length; at += SEGMENT) {
    const length = table.readBigUInt64LE(at + 32);
    const end = table.readBigUInt64LE(at + 8) + length;
    if (end > size) return cut(size, end);
    if (table.readUInt32LE(at) === LOADED && length > table.readBigUInt64LE(at + 40))
      return "its header is damaged";
  }
  return undefined;
}

const cut = (size: number, announced: bigint): string =>
  `it is cut or damaged: its headers announce ${announced} bytes, it has ${size}`;

function read(descriptor: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(descriptor, bytes, 0, length, at));
}
