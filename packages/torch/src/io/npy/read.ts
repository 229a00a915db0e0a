import { itemSize } from "../../dtype.js";
import { allocate } from "../../files/bytes.js";
import type { Refuse } from "../../files/refuse.js";
import { byteLength, checkBool, type RawTensor, showShape } from "../raw.js";
import type { ByteSource } from "../source.js";
import { columnMajor, gather } from "../strided.js";
import { headerReach, type NpyHeader, parseNpyHeader } from "./header.js";

/**
 * Reads one array into row-major order and little-endian bytes. uint16 is widened to int32; uint32 and uint64 to int64.
 * @throws io/truncated, io/format (also for bytes after the array), io/dtype, io/unsafe, io/limit
 */
export function readNpy(source: ByteSource): RawTensor {
  const { refuse } = source;
  const header = parseNpyHeader(source.read(0, Math.min(headerReach, source.size)), refuse);
  checkSize(header, source.size, refuse);
  const { type, shape } = header;
  const stored = source.read(header.dataStart, header.dataSize);
  const rows = header.fortranOrder
    ? gather(stored, type.itemSize, shape, columnMajor(shape), 0, (length) => allocate(length, refuse))
    : stored;
  const bytes = type.decode(rows, refuse);
  if (type.dtype === "bool") checkBool(bytes, refuse);
  return { dtype: type.dtype, shape, bytes };
}

/** @throws io/truncated or io/format unless header and array fill a file of `fileSize` bytes exactly */
export function checkSize(header: NpyHeader, fileSize: number, refuse: Refuse): void {
  const end = header.dataStart + header.dataSize;
  if (end > fileSize) {
    throw refuse(
      "truncated",
      `an array of shape ${showShape(header.shape)} takes ${header.dataSize} bytes, but ${fileSize - header.dataStart} follow the header`,
    );
  }
  if (end < fileSize)
    throw refuse("format", `${fileSize - end} bytes follow the array of shape ${showShape(header.shape)}`);
}

/** Size of the array in memory, after widening, in bytes. */
export function decodedSize(header: NpyHeader, refuse: Refuse): number {
  return byteLength(header.shape, itemSize(header.type.dtype), refuse);
}
