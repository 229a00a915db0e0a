import { type DType, itemSize, shortName } from "../dtype.js";
import type { Refuse } from "../files/refuse.js";

/** A tensor as files hold it, outside of libtorch. `bytes` may share memory with others: do not write to it. */
export interface RawTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Little-endian, row-major, contiguous; length is product(shape) × item size. */
  readonly bytes: Uint8Array;
}

/** Largest number of dimensions, that of libtorch and NumPy. */
export const maxRank = 64;

/**
 * Bytes of a contiguous array of `shape`.
 * @throws io/format if a size is not a whole number from 0 to 2⁵³−1, the rank is above 64, or the sizes
 *   (with every 0 taken as 1, as strides are computed) multiply beyond 2⁵³−1 bytes
 */
export function byteLength(shape: readonly number[], bytesPerItem: number, refuse: Refuse): number {
  if (shape.length > maxRank) {
    throw refuse("format", `has ${shape.length} dimensions; at most ${maxRank} are accepted`);
  }
  let spanned = bytesPerItem;
  let total = bytesPerItem;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) {
      throw refuse("format", `has the size ${size} in its shape; whole numbers from 0 are accepted`);
    }
    spanned *= Math.max(size, 1);
    total *= size;
    if (!Number.isSafeInteger(spanned)) {
      throw refuse("format", `the shape ${showShape(shape)} is too large to address`);
    }
  }
  return total;
}

/** `[2,3]`, shortened after eight sizes. */
export function showShape(shape: readonly number[]): string {
  const more = shape.length > 8 ? ",…" : "";
  return `[${shape.slice(0, 8).join(",")}${more}]`;
}

/** `f32[2,3]` */
export function showType(dtype: DType, shape: readonly number[]): string {
  return `${shortName(dtype)}${showShape(shape)}`;
}

/** @throws io/format if `bytes` is not exactly as long as dtype and shape say. Used before writing. */
export function checkRaw(raw: RawTensor, refuse: Refuse): void {
  const expected = byteLength(raw.shape, itemSize(raw.dtype), refuse);
  if (raw.bytes.length !== expected) {
    throw refuse(
      "format",
      `${showType(raw.dtype, raw.shape)} takes ${expected} bytes, but ${raw.bytes.length} were given`,
    );
  }
}

/**
 * Checks that every bool is 0 or 1: any other byte is undefined behaviour in C++.
 * @throws io/format with the position of the first such byte
 */
export function checkBool(bytes: Uint8Array, refuse: Refuse): void {
  const at = bytes.findIndex((byte) => byte > 1);
  if (at >= 0) {
    throw refuse(
      "format",
      `element ${at} of a bool array is the byte ${bytes[at]}; only 0 and 1 are accepted`,
    );
  }
}
