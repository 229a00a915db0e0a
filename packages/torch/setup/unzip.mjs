// A reader for the one kind of zip archive that set-up meets: wheels. Entries are streamed, never held whole.
import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  createWriteStream,
  openSync,
  readSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createInflateRaw, inflateRawSync } from "node:zlib";

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;
/** Entries up to this size are read in one piece, which is several times quicker for thousands of headers. */
const SMALL = 1 << 20;

/** The archive is cut off or damaged. */
export class ZipError extends Error {}

/** @typedef {{ name: string, method: number, packed: number, size: number, offset: number }} Entry */

/** A zip archive open for reading. Throws `ZipError` if it is not one, or not a whole one. */
export class Zip {
  /** @param {string} path */
  constructor(path) {
    this.path = path;
    this.bytes = statSync(path).size;
    this.fd = openSync(path, "r");
    try {
      this.entries = readDirectory(this);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close() {
    closeSync(this.fd);
  }

  /** @param {number} position @param {number} length */
  slice(position, length) {
    const buffer = Buffer.allocUnsafe(length);
    if (position < 0 || readSync(this.fd, buffer, 0, length, position) !== length) {
      throw new ZipError(`${this.path} ends early`);
    }
    return buffer;
  }

  /** Content of a small entry. @param {Entry} entry @returns {Buffer} */
  read(entry) {
    const packed = this.slice(dataStart(this, entry), entry.packed);
    if (entry.method === 0) return packed;
    try {
      return inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.size) });
    } catch (cause) {
      throw new ZipError(`${entry.name} in ${this.path} does not unpack`, { cause });
    }
  }

  /**
   * Writes an entry to a file.
   * @param {Entry} entry
   * @param {string} file
   * @param {(bytes: number) => void} onBytes called with each piece's size
   * @returns {Promise<{ sha256: string, size: number }>} of what was written; the hash in base64url, as in RECORD
   */
  async extract(entry, file, onBytes) {
    const hash = createHash("sha256");
    let size = 0;
    const count = (/** @type {Buffer} */ piece) => {
      hash.update(piece);
      size += piece.length;
      onBytes(piece.length);
    };
    if (entry.size <= SMALL && entry.packed <= SMALL) {
      const content = this.read(entry);
      count(content);
      writeFileSync(file, content);
    } else {
      await this.stream(entry, file, count);
    }
    return { sha256: hash.digest("base64url"), size };
  }

  /** @param {Entry} entry @param {string} file @param {(piece: Buffer) => void} count */
  async stream(entry, file, count) {
    const start = dataStart(this, entry);
    const packed = createReadStream(this.path, {
      start,
      end: start + entry.packed - 1,
      highWaterMark: SMALL,
    });
    const tap = new Transform({
      transform(piece, _encoding, next) {
        count(piece);
        next(null, piece);
      },
    });
    const target = createWriteStream(file, { highWaterMark: SMALL });
    try {
      if (entry.method === 0) await pipeline(packed, tap, target);
      else await pipeline(packed, createInflateRaw({ chunkSize: SMALL }), tap, target);
    } catch (cause) {
      const code = /** @type {NodeJS.ErrnoException} */ (cause).code ?? "";
      if (code.startsWith("Z_"))
        throw new ZipError(`${entry.name} in ${this.path} does not unpack`, { cause });
      throw cause;
    }
  }
}

/**
 * The central directory at the end of the archive.
 * @param {Zip} zip
 * @returns {Entry[]}
 */
function readDirectory(zip) {
  const tail = zip.slice(Math.max(0, zip.bytes - 65_557), Math.min(zip.bytes, 65_557));
  let end = tail.length - 22;
  while (end >= 0 && tail.readUInt32LE(end) !== END_OF_DIRECTORY) end--;
  if (end < 0) throw new ZipError(`${zip.path} has no table of contents: it is cut off, or no zip archive`);
  const count = tail.readUInt16LE(end + 10);
  const start = tail.readUInt32LE(end + 16);
  if (start === 0xffffffff) throw new ZipError(`${zip.path} is in Zip64 format, which is not supported`);
  const table = zip.slice(start, tail.readUInt32LE(end + 12));
  const entries = [];
  for (let i = 0, at = 0; i < count; i++) {
    if (at + 46 > table.length || table.readUInt32LE(at) !== DIRECTORY_ENTRY) {
      throw new ZipError(`${zip.path} has a damaged table of contents`);
    }
    const nameLength = table.readUInt16LE(at + 28);
    entries.push({
      name: table.toString("utf8", at + 46, at + 46 + nameLength),
      method: table.readUInt16LE(at + 10),
      packed: table.readUInt32LE(at + 20),
      size: table.readUInt32LE(at + 24),
      offset: table.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + table.readUInt16LE(at + 30) + table.readUInt16LE(at + 32);
  }
  return entries;
}

/** @param {Zip} zip @param {Entry} entry */
function dataStart(zip, entry) {
  const header = zip.slice(entry.offset, 30);
  if (header.readUInt32LE(0) !== LOCAL_ENTRY)
    throw new ZipError(`${entry.name} is not where ${zip.path} says`);
  if (entry.method !== 0 && entry.method !== 8)
    throw new ZipError(`${entry.name}: unknown compression ${entry.method}`);
  return entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
}
