// Observations as they are stored: chunks of 16, each compressed by itself, so that a window is read without what lies around it.
// Measured on the small mazes (docs/recordings.md): deflate needs a quarter of the pixels; differences between one picture and the
// next, or one pixel and its neighbour, make it worse, because the textures' grain moves with the agent.
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { bytesOf, type ValueArray, type ValueForm, valuesOf } from "./forms.js";

/** Observations of a chunk. */
export const CHUNK = 16;

/** Compresses bytes. */
export function packed(values: ValueArray): Uint8Array {
  return deflateRawSync(asBytes(values), { level: 6 });
}

/**
 * Values of a form.
 * @param count how many were packed
 * @returns undefined if these bytes are not so many values
 */
export function unpacked(bytes: Uint8Array, form: ValueForm, count: number): ValueArray | undefined {
  const values = valuesOf(form, count);
  const expected = count * bytesOf(form);
  const found = inflated(bytes, expected);
  if (found === undefined) return undefined;
  asBytes(values).set(found);
  return values;
}

/** What bytes were before; undefined unless they were `length` long. */
export function inflated(bytes: Uint8Array, length: number): Uint8Array | undefined {
  try {
    const found = inflateRawSync(bytes, { maxOutputLength: Math.max(1, length) });
    return found.length === length ? found : undefined;
  } catch {
    return undefined;
  }
}

/** The memory of an array. */
export function asBytes({ buffer, byteOffset, byteLength }: ValueArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
