// Observations of an episode in one piece of memory: all values of one part, then all of the next.
import type { ValueArray, ValueForm } from "@throughline/envs";
import type { DataCard } from "./data-card.js";

/** Arrays in which values are stored; whole numbers are exact up to 2⁵³. */
const arrays = {
  uint8: Uint8Array,
  float32: Float32Array,
  float64: Float64Array,
  int64: Float64Array,
} as const satisfies Record<ValueForm["dtype"], unknown>;

/** A part of observations. */
export interface ObservationPart {
  readonly key: string;
  readonly dtype: ValueForm["dtype"];
  /** Numbers of a value. */
  readonly size: number;
  /** Bytes of a value as it is stored. */
  readonly bytes: number;
}

/** The parts in the order in which they lie: those of wide numbers first, so that every number lies at a multiple of its width. */
export function partsOf({ observations }: DataCard): readonly ObservationPart[] {
  const width = (dtype: ValueForm["dtype"]): number => arrays[dtype].BYTES_PER_ELEMENT;
  return Object.entries(observations)
    .map(([key, { dtype, shape }]) => {
      const size = shape.reduce((product, length) => product * length, 1);
      return { key, dtype, size, bytes: size * width(dtype) };
    })
    .sort((one, other) => width(other.dtype) - width(one.dtype));
}

/** Bytes of an observation with all its parts. */
export function stepBytes(parts: readonly ObservationPart[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** One piece of memory of the values of all parts. */
export function joined(values: readonly ValueArray[]): Uint8Array {
  const views = values.map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
  if (views.length === 1) return views[0]!;
  const all = new Uint8Array(views.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const view of views) {
    all.set(view, at);
    at += view.byteLength;
  }
  return all;
}

/**
 * Values of a part, as a view of the memory.
 * @param bytes memory of an episode @param part number of the part @param from first step @param to step after the last
 */
export function valuesIn(
  bytes: Uint8Array,
  parts: readonly ObservationPart[],
  part: number,
  from: number,
  to: number,
): ValueArray {
  const steps = bytes.byteLength / stepBytes(parts);
  const before = parts.slice(0, part).reduce((sum, one) => sum + one.bytes, 0) * steps;
  const { bytes: each, size, dtype } = parts[part]!;
  const offset = bytes.byteOffset + before + from * each;
  return new arrays[dtype](bytes.buffer as ArrayBuffer, offset, (to - from) * size);
}
