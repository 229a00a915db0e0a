import type { Refuse } from "./refuse.js";

/** A zeroed array. @throws io/limit if this Node cannot hold so many bytes in one array, or has no memory left */
export function allocate(length: number, refuse: Refuse): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(length);
  } catch (cause) {
    throw refuse("limit", `needs ${length} bytes in one piece, more than this process can allocate`, cause);
  }
}

/** A copy with the bytes of every `width`-byte word reversed: big-endian to little-endian and back. */
export function swapBytes(bytes: Uint8Array, width: number): Uint8Array {
  const copy = Buffer.from(bytes);
  if (width === 2) return copy.swap16();
  if (width === 4) return copy.swap32();
  if (width === 8) return copy.swap64();
  return copy;
}

/** Little-endian reads. The caller has checked the bounds. */
export function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** An unsigned 64-bit number; above 2⁵³ it is rounded, which is still above any size a file can have. */
export function u64(bytes: DataView, at: number): number {
  return bytes.getUint32(at, true) + bytes.getUint32(at + 4, true) * 2 ** 32;
}

/** True if UTF-8 can carry the text: it holds no half of a surrogate pair. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
