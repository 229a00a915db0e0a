import { crc32 } from "node:zlib";
import { deflateSync } from "fflate";

/** One file to put into an archive. */
export interface ZipInput {
  readonly name: string;
  /** The content, in pieces. */
  readonly chunks: readonly Uint8Array[];
}

export interface ZipOptions {
  /** Deflate the entries; default: store them. */
  readonly compress?: boolean;
  /** Sizes and offsets from here on are written in zip64 fields. Only tests lower it. */
  readonly zip64From?: number;
}

interface Written {
  readonly name: Buffer;
  readonly method: number;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  readonly localHeader: number;
}

const saturated = 0xffffffff;
// 1980-01-01 00:00, the zero of the format: the same content gives the same bytes.
const date = 0x0021;
const utf8Flag = 0x0800;

/** A zip archive, piece by piece; inputs are pulled one at a time. Source: APPNOTE.TXT 6.3.10, §4.3 */
export function* zipChunks(inputs: Iterable<ZipInput>, options: ZipOptions = {}): Generator<Uint8Array> {
  const wide = options.zip64From ?? saturated;
  const done: Written[] = [];
  let at = 0;
  for (const { name, chunks } of inputs) {
    const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    // Node 20 gives 0 for an empty array, whatever the sum before it was.
    const crc = chunks.reduce((sum, chunk) => (chunk.length > 0 ? crc32(chunk, sum) : sum), 0);
    const packed = options.compress ? [deflateSync(Buffer.concat(chunks))] : chunks;
    const packedSize = packed.reduce((sum, chunk) => sum + chunk.length, 0);
    const entry = {
      name: Buffer.from(name),
      method: options.compress ? 8 : 0,
      crc,
      packedSize,
      size,
      localHeader: at,
    };
    const header = local(entry, wide);
    yield header;
    yield* packed;
    at += header.length + packedSize;
    done.push(entry);
  }
  const directory = Buffer.concat(done.map((entry) => central(entry, wide)));
  yield directory;
  yield end(done.length, directory.length, at, wide);
}

function local(entry: Written, wide: number): Buffer {
  const long = Math.max(entry.size, entry.packedSize) >= wide;
  const extra = long ? zip64([entry.size, entry.packedSize]) : Buffer.alloc(0);
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50);
  common(head, 4, entry, long);
  head.writeUInt16LE(extra.length, 28);
  return Buffer.concat([head, entry.name, extra]);
}

function central(entry: Written, wide: number): Buffer {
  const long = Math.max(entry.size, entry.packedSize) >= wide;
  const far = entry.localHeader >= wide;
  const values = [...(long ? [entry.size, entry.packedSize] : []), ...(far ? [entry.localHeader] : [])];
  const extra = values.length > 0 ? zip64(values) : Buffer.alloc(0);
  const head = Buffer.alloc(46);
  head.writeUInt32LE(0x02014b50);
  head.writeUInt16LE(values.length > 0 ? 45 : 20, 4);
  common(head, 6, entry, long);
  head.writeUInt16LE(extra.length, 30);
  head.writeUInt32LE(far ? saturated : entry.localHeader, 42);
  return Buffer.concat([head, entry.name, extra]);
}

/** The fields that local and central headers share, which begin at different places. */
function common(head: Buffer, at: number, entry: Written, long: boolean): void {
  head.writeUInt16LE(long ? 45 : 20, at);
  head.writeUInt16LE(utf8Flag, at + 2);
  head.writeUInt16LE(entry.method, at + 4);
  head.writeUInt16LE(date, at + 8);
  head.writeUInt32LE(entry.crc, at + 10);
  head.writeUInt32LE(long ? saturated : entry.packedSize, at + 14);
  head.writeUInt32LE(long ? saturated : entry.size, at + 18);
  head.writeUInt16LE(entry.name.length, at + 22);
}

function zip64(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(1);
  extra.writeUInt16LE(8 * values.length, 2);
  values.forEach((value, index) => {
    extra.writeBigUInt64LE(BigInt(value), 4 + 8 * index);
  });
  return extra;
}

function end(count: number, size: number, start: number, wide: number): Buffer {
  const narrow = Buffer.alloc(22);
  narrow.writeUInt32LE(0x06054b50);
  const long = count >= Math.min(wide, 0xffff) || size >= wide || start >= wide;
  narrow.writeUInt16LE(long ? 0xffff : count, 8);
  narrow.writeUInt16LE(long ? 0xffff : count, 10);
  narrow.writeUInt32LE(long ? saturated : size, 12);
  narrow.writeUInt32LE(long ? saturated : start, 16);
  return long ? Buffer.concat([wideEnd(count, size, start), narrow]) : narrow;
}

function wideEnd(count: number, size: number, start: number): Buffer {
  const record = Buffer.alloc(76);
  record.writeUInt32LE(0x06064b50);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(45, 12);
  record.writeUInt16LE(45, 14);
  for (const [value, at] of [
    [count, 24],
    [count, 32],
    [size, 40],
    [start, 48],
    [start + size, 64],
  ] as const) {
    record.writeBigUInt64LE(BigInt(value), at);
  }
  // The locator: signature, disk 0, where the record begins, one disk.
  record.writeUInt32LE(0x07064b50, 56);
  record.writeUInt32LE(1, 72);
  return record;
}
