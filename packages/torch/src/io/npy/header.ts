import { view } from "../../files/bytes.js";
import type { Refuse } from "../../files/refuse.js";
import { byteLength } from "../raw.js";
import { type NpyType, parseType } from "./dtypes.js";
import { type HeaderFacts, parseLiteral } from "./literal.js";

/** Content of a header, and where its array begins. */
export interface NpyFacts extends HeaderFacts {
  /** Offset of the elements, in bytes from the start of the file. */
  readonly dataStart: number;
}

export interface NpyHeader extends Omit<NpyFacts, "descr"> {
  readonly type: NpyType;
  /** Size of the elements in the file, in bytes. */
  readonly dataSize: number;
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const longestHeader = 65_536;

/** Largest size of a header, in bytes. */
export const headerReach: number = 12 + longestHeader;

/**
 * Parses the header of an .npy file, versions 1.0, 2.0 and 3.0.
 * @param start the first `headerReach` bytes of the file, or all of a shorter one
 * @throws io/truncated, io/format, io/limit for a header above 64 KiB, io/dtype, io/unsafe.
 *   Source: numpy.lib.format
 */
export function parseNpyHeader(start: Uint8Array, refuse: Refuse): NpyHeader {
  const { descr, fortranOrder, shape, dataStart } = parseNpyFacts(start, refuse);
  const type = parseType(descr, refuse);
  return { type, fortranOrder, shape, dataStart, dataSize: byteLength(shape, type.itemSize, refuse) };
}

/** Same as `parseNpyHeader`, but leaves the dtype string as it is. */
export function parseNpyFacts(start: Uint8Array, refuse: Refuse): NpyFacts {
  if (magic.some((byte, at) => at < start.length && start[at] !== byte)) {
    throw refuse("format", "does not start with '\\x93NUMPY'; this is not an .npy file");
  }
  if (start.length < 12) throw refuse("truncated", `has ${start.length} bytes, too few for an .npy header`);
  const version = start[6]!;
  if (start[7] !== 0 || version < 1 || version > 3) {
    throw refuse("format", `is .npy version ${version}.${start[7]}; 1.0, 2.0 and 3.0 are accepted`);
  }
  const textStart = version === 1 ? 10 : 12;
  const length = version === 1 ? view(start).getUint16(8, true) : view(start).getUint32(8, true);
  if (length > longestHeader)
    throw refuse("limit", `announces a header of ${length} bytes; at most ${longestHeader} are accepted`);
  const dataStart = textStart + length;
  if (dataStart > start.length)
    throw refuse(
      "truncated",
      `announces a header of ${length} bytes, but ${start.length - textStart} follow`,
    );
  const text = decodeText(start.subarray(textStart, dataStart), version, refuse);
  return { ...parseLiteral(text, refuse), dataStart };
}

function decodeText(bytes: Uint8Array, version: number, refuse: Refuse): string {
  if (version < 3) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw refuse("format", "the header is not valid UTF-8", cause);
  }
}
